import Foundation
import GatewayCore
import Synchronization
import Testing

@testable import GatewayAdmin
@testable import GatewayStorage

@Suite struct KeyRouteTests {
  @Test func aKeyIsShownOnceAndThenLives() async throws {
    let place = try ReadingPlace()
    try await place.serve { call throws in
      let made = try await call(
        "POST", "keys",
        #"{"consumer":"app","note":"phone","models":["fast"],"surfaces":["chat"],"ips":["10.0.0.0/8"],"#
          + #""limits":["20 requests per day"],"retries":1,"timeout":"30s","expires":"2097-01-01"}"#)
      #expect(made.status == 201 && made.headers["location"] == "/api/v1/keys/1", "\(made.body)")
      #expect((made.object?["key"] as? String)?.hasPrefix("sk-") == true)
      let issued = try #require(made.object?["issued"] as? [String: Any])
      #expect(issued["state"] as? String == "active" && issued["timeout"] as? String == "30s")
      #expect(
        issued["expires"] as? String == "2097-01-01T00:00:00Z"
          && issued["limits"] as? [String] == ["20 requests per day"])
      let shown = try await call("GET", "keys/1")
      #expect(
        shown.object?["note"] as? String == "phone" && !shown.body.contains(made.object?["key"] as? String ?? "?"))

      let changed = try await call("PATCH", "keys/1", #"{"note":"tablet","models":null,"retries":null}"#)
      #expect(changed.object?["note"] as? String == "tablet" && changed.object?["models"] as? [String] == [])
      #expect(changed.object?["retries"] is NSNull && changed.object?["ips"] as? [String] == ["10.0.0.0/8"])

      #expect(try await call("POST", "keys/1/disable").object?["state"] as? String == "disabled")
      #expect(try await call("POST", "keys/1/rotate", "{}").status == 409)
      #expect(try await call("POST", "keys/1/enable").object?["state"] as? String == "active")
      let rotated = try await call("POST", "keys/1/rotate", #"{"grace":"1h"}"#)
      #expect(rotated.status == 201 && (rotated.object?["issued"] as? [String: Any])?["id"] as? Int == 2)
      #expect(try await call("POST", "keys/2/revoke").object?["state"] as? String == "revoked")
      #expect(try await call("POST", "keys/2/enable").status == 409)
      #expect(try await call("GET", "keys/9").status == 404)
      #expect(place.gateway.script.withLock { $0.keyChanges } == 6)
    }
  }

  @Test func changesOfKeysAreInTheTrail() async throws {
    let place = try ReadingPlace()
    try await place.serve { call throws in
      #expect(try await call("POST", "keys", #"{"consumer":"app","note":"phone"}"#).status == 201)
      #expect(try await call("PATCH", "keys/1", #"{"note":"tablet"}"#).status == 200)
      #expect(try await call("POST", "keys/1/revoke").status == 200)
      let records = try await place.store.auditRecords(after: 0, limit: 9)
      #expect(records.map(\.entry.action) == ["keys.create", "keys.update", "keys.revoke"])
      #expect(
        records[1].entry.detail == #"{"id":1,"consumer":"app","note":{"from":"phone","to":"tablet"}}"#)
    }
  }

  @Test func keysAreListedTheNewestFirstAndFiltered() async throws {
    let place = try ReadingPlace()
    for number in 1...5 {
      _ = try await place.store.issue(to: number == 3 ? "web" : "app", KeySettings(note: "n%\(number)"))
    }
    _ = try await place.store.disable(id: 2)
    _ = try await place.store.revoke(id: 4)
    try await place.serve { call throws in
      func ids(_ query: String) async throws -> [Int] {
        let page = try await call.get("keys?\(query)")
        return try #require(page["data"] as? [[String: Any]]).compactMap { $0["id"] as? Int }
      }
      #expect(try await ids("") == [5, 4, 3, 2, 1])
      #expect(try await ids("consumer=web") == [3])
      #expect(try await ids("state=active") == [5, 3, 1])
      #expect(try await ids("state=disabled") == [2])
      #expect(try await ids("state=revoked") == [4])
      #expect(try await ids("q=N%25" + "3") == [3])
      #expect(try await ids("q=%25%25") == [])
      let first = try await call.get("keys?limit=2")
      #expect(first["total"] as? Int == 5)
      #expect(try await ids("limit=2&cursor=\(first["next"] as? String ?? "")") == [3, 2])
    }
    try await place.serve(as: ReadingPlace.blue) { call throws in
      let page = try await call.get("keys")
      #expect(page["total"] as? Int == 4)
      #expect(try await call("GET", "keys/3").status == 404)
      #expect(try await call("POST", "keys/3/revoke").status == 404)
      #expect(try await call("POST", "keys", #"{"consumer":"web"}"#).status == 403)
      #expect(try await call("POST", "keys", #"{"consumer":"app"}"#).status == 201)
      #expect(try await call.get("keys?consumer=web")["total"] as? Int == 0)
    }
  }

  @Test(arguments: [
    (#"{}"#, "/consumer"), (#"{"consumer":"ap"}"#, "/consumer"),
    (#"{"consumer":"app","models":["fast","fats"]}"#, "/models/1"),
    (#"{"consumer":"web","models":["fast"]}"#, "/models/0"),
    (#"{"consumer":"app","models":["fast","fast"]}"#, "/models"),
    (#"{"consumer":"app","limits":["20 request"]}"#, "/limits/0"), (#"{"consumer":"app","ips":["x"]}"#, "/ips/0"),
    (#"{"consumer":"app","surfaces":["chat","odd"]}"#, "/surfaces/1"),
    (#"{"consumer":"app","retries":11}"#, "/retries"),
    (#"{"consumer":"app","timeout":"soon"}"#, "/timeout"), (#"{"consumer":"app","expires":"2020-01-01"}"#, "/expires"),
    (#"{"consumer":"app","note":"a\nb"}"#, "/note"), (#"{"consumer":"app","notes":"a"}"#, "/notes"),
    (#"{"consumer":7}"#, "/consumer"),
  ]) func aMistakeIsShownAtItsMember(body: String, pointer: String) async throws {
    try await ReadingPlace().serve { call throws in
      let answer = try await call("POST", "keys", body)
      #expect(answer.status == 400 && answer.object?["pointer"] as? String == pointer, "\(answer.body)")
    }
  }

  @Test func whoMayOnlyReadChangesNothing() async throws {
    let place = try ReadingPlace()
    _ = try await place.store.issue(to: "app")
    try await place.serve(as: AdminIdentity(name: "v", role: .viewer, proof: .session)) { call throws in
      #expect(try await call("GET", "keys").status == 200)
      for (method, path) in [
        ("POST", "keys"), ("PATCH", "keys/1"), ("POST", "keys/1/revoke"), ("POST", "quotas/q/add"),
      ] {
        #expect(try await call(method, path, "{}").status == 403)
      }
    }
  }

  // MARK: Limits, quotas, explain

  private func limited() throws -> ReadingPlace {
    let daily = Limit(
      id: "d", unit: .requests, amount: 20, period: .day, key: .consumer, owner: "of team 'blue one'")
    let quota = Limit(
      id: "q", unit: .cost, amount: 5_000_000_000, period: nil, key: .consumer, currency: Currency("CNY"),
      quota: QuotaTerms(name: "starter", refresh: .month))
    var script = ScriptedGateway.Script()
    script.snapshot = ScriptedGateway.snapshot(limits: [daily, quota], quotas: [quota])
    script.used = ["app": 3]
    return try ReadingPlace(script)
  }

  @Test func limitsSayWhatIsLeft() async throws {
    try await limited().serve { call throws in
      let data = try #require(try await call.get("limits/usage?consumer=app")["data"] as? [[String: Any]])
      #expect(data.count == 2)
      #expect(data[0]["amount"] as? Int == 20 && data[0]["used"] as? Int == 3 && data[0]["remaining"] as? Int == 17)
      #expect(data[0]["resetsAt"] as? String == "2026-11-21T10:31:00Z" && data[0]["period"] as? String == "day")
      #expect(data[0]["owner"] as? [String: String] == ["collection": "teams", "name": "blue one"])
      #expect(data[1]["owner"] is NSNull)
      #expect(data[1]["amount"] as? String == "5" && data[1]["unit"] as? String == "CNY")
      let all = try #require(try await call.get("limits/usage")["data"] as? [[String: Any]])
      #expect(all.map { $0["subject"] as? String } == ["app", "web", "app", "web"])
    }
    try await limited().serve(as: ReadingPlace.blue) { call throws in
      let own = try #require(try await call.get("limits/usage")["data"] as? [[String: Any]])
      #expect(own.map { $0["subject"] as? String } == ["app", "app"])
      #expect(try await call("GET", "limits/usage?consumer=web").status == 400)
    }
  }

  @Test func aCallIsExplainedWithTheNumbersOfTheGateway() async throws {
    try await limited().serve { call throws in
      let answer = try await call("POST", "explain", #"{"consumer":"app","model":"fast","surface":"chat"}"#)
      let steps = try #require(answer.object?["steps"] as? [[String: Any]])
      #expect(steps.contains { ($0["text"] as? String)?.contains("3 requests used, this call wants 1") == true })
      #expect(try await call("POST", "explain", #"{"consumer":"app"}"#).object?["pointer"] as? String == "/model")
      let strange = try await call("POST", "explain", #"{"consumer":"ap","model":"fast"}"#)
      #expect(strange.object?["detail"] as? String == "the configuration has no consumer 'ap'; did you mean app?")
    }
  }

  @Test func quotasAreToppedUp() async throws {
    let place = try limited()
    try await place.serve { call throws in
      let rows = try #require(try await call.get("quotas")["data"] as? [[String: Any]])
      #expect(rows.map { $0["subject"] as? String } == ["app", "web"] && rows[0]["left"] as? String == "5")
      let added = try await call("POST", "quotas/starter/add", #"{"amount":"2.5","subject":"app"}"#)
      #expect((added.object?["data"] as? [[String: Any]])?.first?["left"] as? String == "7.5", "\(added.body)")
      let set = try await call("POST", "quotas/starter/set", #"{"amount":1,"subject":"app"}"#)
      #expect((set.object?["data"] as? [[String: Any]])?.first?["left"] as? String == "1", "\(set.body)")
      #expect(
        try await call("POST", "quotas/starter/add", #"{"amount":1}"#).object?["pointer"] as? String == "/subject")
      #expect(
        try await call("POST", "quotas/starter/set", #"{"amount":-1,"subject":"app"}"#).object?["pointer"] as? String
          == "/amount")
      #expect(try await call("POST", "quotas/other/add", #"{"amount":1}"#).status == 404)
      let records = try await place.store.auditRecords(after: 0, limit: 9)
      #expect(records.map(\.entry.action) == ["quotas.add", "quotas.set"])
      #expect(records[0].entry.detail?.hasPrefix(#"{"amount":"2.5","unit":"#) == true)
      #expect(records.allSatisfy { $0.entry.object == "starter" && $0.entry.detail?.contains(#""for":"app""#) == true })
    }
    try await limited().serve(as: ReadingPlace.blue) { call throws in
      let answer1 = try await call.get("quotas")
      #expect((answer1["data"] as? [Any])?.count == 1)
      #expect(try await call("POST", "quotas/starter/add", #"{"amount":1,"subject":"web"}"#).status == 403)
      #expect(try await call("POST", "quotas/starter/add", #"{"amount":1,"subject":"app"}"#).status == 200)
    }
  }
}
