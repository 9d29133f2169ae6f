import Foundation
import GatewayCore
import GatewayTelemetry
import Synchronization
import Testing

@testable import GatewayAdmin
@testable import GatewayStorage

@Suite struct HistoryRouteTests {
  private func place(_ rows: [LedgerRow]) throws -> ReadingPlace {
    let place = try ReadingPlace()
    try place.record(rows)
    return place
  }

  // MARK: Overview

  @Test func aDayIsShownByHourWithTheDayBefore() async throws {
    let place = try place([
      ReadingPlace.row(1), ReadingPlace.row(2, minutesAgo: 60), ReadingPlace.row(3, minutesAgo: 24 * 60),
      ReadingPlace.row(4, minutesAgo: 61, consumer: "web", team: nil) { ($0.outcome, $0.status) = ("failed", 503) },
    ])
    try await place.serve { call throws in
      for _ in 0..<2 {
        let overview = try await call.get("overview?span=day")
        #expect(overview["from"] as? String == "2026-11-20T11:00:00Z" && overview["step"] as? String == "1h")
        let points = try #require(overview["points"] as? [[String: Any]])
        #expect(points.count == 24)
        #expect(points.map { $0["requests"] as? Int } == Array(repeating: 0, count: 22) + [2, 1])
        #expect(points[23]["tokens"] as? Int == 23 && points[23]["milliseconds"] as? Double == 900)
        #expect(points[0]["milliseconds"] is NSNull)
        let totals = try #require(overview["totals"] as? [String: Any])
        #expect(totals["requests"] as? Int == 3 && totals["errors"] as? Int == 1)
        #expect((overview["before"] as? [String: Any])?["requests"] as? Int == 1)
        let costs = totals["costs"] as? [[String: String]]
        #expect(costs == [["amount": "0.0045", "currency": "CNY"]])
        let consumers = try #require(overview["topConsumers"] as? [[String: Any]])
        #expect(consumers.map { $0["name"] as? String } == ["app", "web"])
        #expect((overview["live"] as? [String: Any])?["openStreams"] as? Int == 3)
      }
    }
  }

  @Test func whoIsRefusedByLimitsAndHowOftenIsShown() async throws {
    let refused: (inout LedgerRow) -> Void = {
      ($0.outcome, $0.status, $0.errorCode) = ("rejected", 429, "request_limit_exceeded")
    }
    var rows = (1...12).map { ReadingPlace.row(UInt64($0), minutesAgo: 5, refused) }
    rows.append(ReadingPlace.row(20, minutesAgo: 4, consumer: "web", team: nil, refused))
    rows.append(ReadingPlace.row(21, minutesAgo: 3 * 1440, refused))
    rows.append(ReadingPlace.row(22, minutesAgo: 3) { ($0.outcome, $0.status) = ("failed", 503) })
    let place = try place(rows)
    place.gateway.script.withLock { $0.certificateExpiry = Int(ScriptedGateway.now.seconds) + 3 * 86_400 + 60 }
    try await place.serve { call throws in
      let overview = try await call.get("overview?span=day")
      let limited = try #require(overview["limited"] as? [[String: Any]])
      #expect(limited.map { $0["name"] as? String } == ["app", "web"])
      #expect(limited.map { $0["refusals"] as? Int } == [12, 1])
      let attention = try #require(overview["attention"] as? [[String: Any]])
      #expect(attention.map { $0["code"] as? String } == ["certificate_ends", "limit_refusing"])
      #expect((attention[0]["values"] as? [String: Any])?["days"] as? Int == 3)
    }
    try await place.serve(as: .init(name: "t", role: .teamAdministrator, team: "blue", proof: .session)) {
      call throws in
      let overview = try await call.get("overview?span=day")
      #expect((overview["limited"] as? [[String: Any]])?.map { $0["name"] as? String } == ["app"])
    }
  }

  @Test func monthsAndWeeksAreShownByDay() async throws {
    let place = try place([
      ReadingPlace.row(1), ReadingPlace.row(2, minutesAgo: 3 * 1440), ReadingPlace.row(3, minutesAgo: 20 * 1440),
    ])
    try await place.serve { call throws in
      let week = try await call.get("overview?span=week")
      #expect((week["points"] as? [Any])?.count == 7)
      #expect((week["totals"] as? [String: Any])?["requests"] as? Int == 2)
      let month = try await call.get("overview?span=month")
      #expect((month["points"] as? [Any])?.count == 30)
      #expect((month["totals"] as? [String: Any])?["requests"] as? Int == 3)
    }
  }

  @Test func sumsOfWhatIsOverAreReadAheadAtTheStart() async throws {
    let place = try place([ReadingPlace.row(1, minutesAgo: 120)])
    let source = OverviewSource(place.ledger, gateway: place.gateway)
    await source.workAhead(now: ScriptedGateway.now)
    try place.record([ReadingPlace.row(2, minutesAgo: 120), ReadingPlace.row(3)])
    // The one of two hours ago is not read again, the one of now is.
    let sums = try await source.sums(.day, team: nil, now: ScriptedGateway.now)
    #expect(sums.present.totals.requests == 2)
  }

  @Test func nobodyReadsAheadWhereNobodyAsks() async throws {
    let place = try place([ReadingPlace.row(1, minutesAgo: 120)])
    let source = OverviewSource(place.ledger, gateway: place.gateway)
    await source.workAhead(now: ScriptedGateway.now)
    try place.record([ReadingPlace.row(2, minutesAgo: 120)])
    let later = WallTime(milliseconds: ScriptedGateway.now.milliseconds + 601_000)
    await source.workAhead(now: later)
    try place.record([ReadingPlace.row(3, minutesAgo: 120)])
    let sums = try await source.sums(.day, team: nil, now: later)
    #expect(sums.present.totals.requests == 3)
  }

  @Test func keysThatEndSoonNeedAttention() async throws {
    let place = try ReadingPlace()
    // The store's own clock refuses to rotate a key that has expired.
    let now = WallTime(milliseconds: Int64(Date().timeIntervalSince1970 * 1000))
    place.gateway.script.withLock { $0.now = now }
    func days(_ count: Int64) -> WallTime { WallTime(milliseconds: now.milliseconds + count * 86_400_000) }
    let soon = try await place.store.issue(to: "app", KeySettings(expiresAt: days(2))).issued
    _ = try await place.store.issue(to: "app", KeySettings(expiresAt: days(20)))
    _ = try await place.store.issue(to: "app")
    let replaced = try await place.store.issue(to: "app", KeySettings(expiresAt: days(1))).issued
    let successor = try #require(try await place.store.rotate(id: replaced.id, grace: .seconds(3600)))
    try await place.serve { call throws in
      let overview = try await call.get("overview?span=hour")
      let attention = try #require(overview["attention"] as? [[String: Any]])
      // The one that was replaced is not told of, the one in its place ends when it would have.
      #expect(attention.map { $0["code"] as? String } == ["key_expiring", "key_expiring"])
      #expect(attention.map { $0["link"] as? String } == ["#/keys/\(successor.issued.id)", "#/keys/\(soon.id)"])
      #expect((attention[1]["values"] as? [String: Any])?["days"] as? Int == 2)
    }
  }

  @Test func theLastHourComesFromMemoryAndSaysWhatIsWrong() async throws {
    let place = try ReadingPlace()
    place.gateway.script.withLock { script in
      var reading = TrafficReading()
      var totals = UsageTotals()
      (totals.requests, totals.unpriced, totals.tokens[0]) = (7, 7, 100)
      reading.groups[TrafficGroup(team: "", consumer: "app", route: "fast")] = totals
      reading.targets["deepseek/chat"] = TargetTries(tries: 20, failures: 12)
      reading.targets["calm/chat"] = TargetTries(tries: 1000, failures: 6)
      reading.failovers = ["fast": 4, "slow": 2]
      script.traffic.add(reading, at: ScriptedGateway.now)
      script.health = [HealthState(name: "deepseek#1", kind: .key, provider: "deepseek", isSetAside: true)]
      script.findings = [AdminFinding(.error, "no such model")]
      let budget = Limit(
        id: "b", unit: .cost, amount: 1000, period: .month, key: .consumer, currency: Currency("CNY"), isBudget: true,
        warnAt: [80])
      script.snapshot = ScriptedGateway.snapshot(limits: [budget])
      script.used = ["app": 900, "web": 100]
    }
    try await place.serve { call throws in
      let overview = try await call.get("overview?span=hour")
      let points = try #require(overview["points"] as? [[String: Any]])
      #expect(points.count == 60 && points[59]["requests"] as? Int == 7)
      let attention = try #require(overview["attention"] as? [[String: Any]])
      #expect(
        attention.map { $0["code"] as? String } == [
          "configuration_problem", "provider_failing", "failovers", "key_set_aside", "unpriced", "budget_near",
        ])
      #expect(attention[1]["link"] as? String == "#/exchanges?provider=deepseek&outcome=error")
      #expect((attention[1]["values"] as? [String: Any])?["errors"] as? Int == 12)
      let failovers = try #require(attention[2]["values"] as? [String: Any])
      #expect(failovers["count"] as? Int == 6 && failovers["percent"] as? Int == 85)
      #expect(failovers["model"] as? String == "fast" && failovers["most"] as? Int == 4)
      #expect((attention[5]["values"] as? [String: Any])?["consumer"] as? String == "app")
    }
  }

  @Test func aTeamAdministratorSeesTheOwnTeamOnly() async throws {
    let place = try place([
      ReadingPlace.row(1), ReadingPlace.row(2, consumer: "web", team: nil), ReadingPlace.row(3, team: "red"),
    ])
    place.gateway.script.withLock { $0.findings = [AdminFinding(.error, "secret of others")] }
    try await place.serve(as: ReadingPlace.blue) { call throws in
      let overview = try await call.get("overview")
      #expect((overview["totals"] as? [String: Any])?["requests"] as? Int == 1)
      #expect(
        (overview["live"] as? [String: Any])?["openStreams"] is NSNull
          && (overview["attention"] as? [Any])?.isEmpty == true)
      let usage = try await call.get("usage?by=consumer")
      #expect((usage["data"] as? [[String: Any]])?.count == 1)
      // Naming another team is no way around it.
      let others = try await call.get("usage?by=team&team=red")
      #expect((others["data"] as? [[String: Any]])?.map { ($0["names"] as? [String: String])?["team"] } == ["blue"])
      let exchanges = try await call.get("exchanges?team=red")
      #expect((exchanges["data"] as? [Any])?.count == 1)
      let foreign = ExchangeID(origin: 7, sequence: 2).description
      #expect(try await call("GET", "exchanges/\(foreign)").status == 404)
      #expect(try await call.get("exchanges?q=\(foreign)")["data"] as? [String] == [])
      #expect(try await call("GET", "health").status == 403)
    }
  }

  // MARK: Usage

  @Test func usageIsALineForEachGroup() async throws {
    let place = try place([ReadingPlace.row(1), ReadingPlace.row(2, minutesAgo: 1440), ReadingPlace.row(3)])
    try await place.serve { call throws in
      let usage = try await call.get("usage?from=2026-11-01&to=2026-11-21&by=consumer,day")
      let data = try #require(usage["data"] as? [[String: Any]])
      #expect(
        data.map { $0["names"] as? [String: String] } == [
          ["consumer": "app", "day": "2026-11-20"], ["consumer": "app", "day": "2026-11-21"],
        ])
      #expect((data[1]["tokens"] as? [String: Int])?["total"] == 46)
      #expect((data[1]["tokens"] as? [String: Int])?["inputCached"] == 10)
      let hours = try await call.get("usage?from=2026-11-21T10:00:00Z&to=2026-11-21T11:00:00Z&by=hour")
      #expect((hours["data"] as? [[String: Any]])?.first?["requests"] as? Int == 2)
    }
  }

  @Test func usageIsATableForSpreadsheetsWhereAskedFor() async throws {
    let place = try place([ReadingPlace.row(1, consumer: "=cmd()")])
    try await place.serve { call throws in
      let answer = try await call("GET", "usage?by=consumer", headers: "\r\naccept: text/csv")
      #expect(answer.headers["content-type"] == "text/csv; charset=utf-8")
      #expect(answer.body.hasPrefix("consumer,requests,") && answer.body.contains("\r\n'=cmd(),1,"))
    }
  }

  @Test(arguments: [
    "usage?by=colour", "usage?by=consumer,consumer", "usage?span=year", "usage?from=yesterday", "usage?from=2026-02-30",
    "usage?from=2026-11-21&to=2026-11-20", "usage?by=hour&from=2026-01-01&to=2026-11-21",
    "usage?span=day&from=2026-11-21",
    "usage?by=day&from=2026-11-21T10:00:00Z", "overview?span=year", "exchanges?outcome=odd", "exchanges?status=6xx",
    "exchanges?status=abc", "exchanges?cursor=abc", "exchanges?limit=0", "exchanges?color=red", "keys?state=odd",
    "limits/usage?consumer=nobody", "limits/usage?key=99", "limits/usage?consumer=app&team=blue",
  ]) func aQuestionThatMeansNothingIsRefused(path: String) async throws {
    try await place([ReadingPlace.row(1)]).serve { call throws in
      let answer = try await call("GET", path)
      #expect(answer.status == 400 && answer.object?["code"] as? String == "invalid_request", "\(answer.body)")
    }
  }

  // MARK: Exchanges

  @Test func exchangesArePagedTheNewestFirst() async throws {
    try await place((1...5).map { ReadingPlace.row(UInt64($0), minutesAgo: Int64($0)) }).serve { call throws in
      var ids: [String] = []
      var path = "exchanges?limit=2"
      for _ in 0..<3 {
        let page = try await call.get(path)
        ids += try #require(page["data"] as? [[String: Any]]).compactMap { $0["id"] as? String }
        path = "exchanges?limit=2&cursor=\(page["next"] as? String ?? "")"
      }
      #expect(ids == (1...5).map { ExchangeID(origin: 7, sequence: $0).description })
    }
  }

  @Test func anExchangeHasATimeline() async throws {
    let issued = try ReadingPlace()
    let key = try await issued.store.issue(to: "app").issued
    try issued.record([
      ReadingPlace.row(1) { row in
        (row.key, row.clientRequestID) = ("\(key.id)", "mine")
        row.attempts =
          #"[{"target":"b/m","status":503,"at":0,"ms":300,"failure":"server-error"},"#
          + #"{"target":"a/m","status":200,"ms":590}]"#
      }
    ])
    try await issued.serve { call throws in
      let answer1 = try await call.get("exchanges?q=mine")
      let found = try #require((answer1["data"] as? [[String: Any]])?.first)
      #expect(found["key"] as? String == key.label && found["keyId"] as? Int == Int(key.id))
      #expect(found["timeline"] == nil && found["clientRequestId"] as? String == "mine")
      let one = try await call.get("exchanges/\(found["id"] as? String ?? "")")
      let timeline = try #require(one["timeline"] as? [[String: Any]])
      #expect(timeline.map { $0["kind"] as? String } == ["attempt", "firstToken", "attempt", "end"])
      #expect(timeline.map { $0["at"] as? Double } == [0, 200, 300, 900])
      #expect(
        timeline[0]["outcome"] as? String == "failed" && timeline[0]["detail"] as? String == "server-error, status 503")
      #expect((one["cost"] as? [String: String])?["amount"] == "0.0015")
    }
  }

  @Test func whatIsNotRecordedYetIsNothing() async throws {
    let place = try ReadingPlace()
    try await place.serve { call throws in
      #expect(try await call.get("exchanges")["data"] as? [String] == [])
      #expect(try await call.get("usage")["data"] as? [String] == [])
      let answer2 = try await call.get("overview")
      #expect((answer2["totals"] as? [String: Any])?["requests"] as? Int == 0)
      #expect(try await call("GET", "exchanges/\(String(repeating: "0", count: 32))").status == 404)
    }
  }
}
