import Foundation
import GatewayTesting
import Testing

/// Objects of the configuration that are changed through the admin API while the gateway runs.
@Suite struct ConfigurationObjects {
  private static let api = "/api/v1"

  private func put(
    _ gateway: GatewayProcess, _ path: String, _ body: String, _ headers: HeaderList = ["if-none-match": "*"]
  ) async throws -> Answer {
    let json = HeaderList(headers.fields + [.init(name: "content-type", value: "application/json")])
    return try await gateway.admin("PUT", "\(Self.api)/\(path)", body, headers: json)
  }

  private func post(_ gateway: GatewayProcess, _ path: String, _ body: String = "{}") async throws -> Answer {
    try await gateway.admin("POST", "\(Self.api)/\(path)", body, headers: ["content-type": "application/json"])
  }

  private func get(_ gateway: GatewayProcess, _ path: String) async throws -> JSONValue {
    try JSONValue(parsing: try await gateway.admin("GET", "\(Self.api)/\(path)").text)
  }

  @Test func aModelThatIsPutAnswersAtOnceAndAfterARestart() async throws {
    try await scenario { scenario in
      let upstream = try await scenario.upstream([.chat("from upstream")])
      let directory = try scenario.directory()
      let gateway = try await scenario.gateway(Configuration.text(to: [upstream.url]), directory: directory)
      let answer = try await put(gateway, "models/fast", #"{"targets":["p0/up"]}"#)
      #expect(answer.status == 201, "\(answer.text)")
      #expect(try JSONValue(parsing: answer.text)["revision"]?.number == 1)
      #expect(try await gateway.chat(ChatBody.plain(model: "fast")).content() == "from upstream")
      gateway.terminate()
      #expect(try await gateway.child.exited() == 0)
      let again = try await scenario.gateway(Configuration.text(to: [upstream.url]), directory: directory)
      #expect(try await again.chat(ChatBody.plain(model: "fast")).content() == "from upstream")
      #expect(try await get(again, "models/fast")["source"]?.string == "database")
    }
  }

  @Test func whatStandsInTheFileIsReadOnly() async throws {
    try await scenario { scenario in
      let gateway = try await scenario.gateway(to: try await scenario.upstream([.chat()]))
      let shown = try await get(gateway, "models/m")
      #expect(shown["source"]?.string == "file")
      let tag = try #require(shown["etag"]?.string)
      let answer = try await put(gateway, "models/m", #"{"targets":["p0/x"]}"#, ["if-match": tag])
      #expect(answer.status == 409)
      #expect(try JSONValue(parsing: answer.text)["code"]?.string == "owned_by_file")
    }
  }

  @Test func aMistakeIsShownAtItsPlaceAndNothingChanges() async throws {
    try await scenario { scenario in
      let gateway = try await scenario.gateway(to: try await scenario.upstream([.chat()]))
      let answer = try await put(gateway, "models/a%2Fb", #"{"targets":["p0/up","nobody/x"]}"#)
      #expect(answer.status == 422)
      let problem = try JSONValue(parsing: answer.text)
      #expect(problem["pointer"]?.string == "/targets/1")
      #expect(problem["detail"]?.string?.contains("unknown provider 'nobody'") == true)
      #expect(try await get(gateway, "configuration")["revision"]?.number == 0)
      #expect(try await gateway.chat().status == 200)
    }
  }

  @Test func aDryRunSaysWhatWouldChangeAndChangesNothing() async throws {
    try await scenario { scenario in
      let gateway = try await scenario.gateway(to: try await scenario.upstream([.chat()]))
      let answer = try await put(gateway, "models/fast?dryRun=true", #"{"targets":["p0/up"]}"#)
      #expect(answer.status == 200)
      let change = try JSONValue(parsing: answer.text)
      #expect(change["dryRun"] == .bool(true))
      #expect(change["diff"]?[0]?["path"]?.string == "models.fast")
      #expect(try await gateway.chat(ChatBody.plain(model: "fast")).status == 404)
    }
  }

  @Test func ofTwoWhoChangeOneObjectTheSecondIsTold() async throws {
    try await scenario { scenario in
      let gateway = try await scenario.gateway(to: try await scenario.upstream([.chat()]))
      _ = try await put(gateway, "models/fast", #"{"targets":["p0/up"]}"#)
      let tag = try #require(try await get(gateway, "models/fast")["etag"]?.string)
      #expect(try await put(gateway, "models/fast", #"{"targets":["p0/one"]}"#, ["if-match": tag]).status == 200)
      let second = try await put(gateway, "models/fast", #"{"targets":["p0/two"]}"#, ["if-match": tag])
      #expect(second.status == 412)
      #expect(try await get(gateway, "models/fast")["value"]?["targets"]?[0]?.string == "p0/one")
      #expect(try await put(gateway, "models/fast", #"{"targets":["p0/two"]}"#, [:]).status == 428)
    }
  }

  @Test func plainKeysAreSealedAndNeverShownAgain() async throws {
    try await scenario { scenario in
      let upstream = try await scenario.upstream([.chat("known")])
      let gateway = try await scenario.gateway(Configuration.text(to: [upstream.url]))
      let value = #"{"kind":"openai-compatible","url":"\#(upstream.url)","keys":["sk-very-secret"]}"#
      let answer = try await put(gateway, "providers/mine", value)
      #expect(answer.status == 201, "\(answer.text)")
      #expect(!answer.text.contains("sk-very-secret"))
      #expect(answer.text.contains("secret:provider.mine.1"))
      _ = try await put(gateway, "models/own", #"{"targets":["mine/x"]}"#)
      #expect(try await gateway.chat(ChatBody.plain(model: "own")).content() == "known")
      #expect(upstream.requests.last?.headers["authorization"] == "Bearer sk-very-secret")
      for path in ["providers", "configuration", "revisions/1", "configuration/effective"] {
        #expect(!(try await gateway.admin("GET", "\(Self.api)/\(path)").text).contains("sk-very-secret"))
      }
    }
  }

  @Test func severalChangesAreOneRevisionOrNone() async throws {
    try await scenario { scenario in
      let gateway = try await scenario.gateway(to: try await scenario.upstream([.chat("b")]))
      let good = #"{"op":"put","collection":"models","name":"a","value":{"targets":["b"]}},"#
      let more = #"{"op":"put","collection":"models","name":"b","value":{"targets":["p0/up"]}}"#
      let bad = #"{"op":"put","collection":"models","name":"b","value":{"targets":["c"]}}"#
      let refused = try await post(gateway, "changes", #"{"changes":[\#(good)\#(bad)]}"#)
      #expect(refused.status == 422)
      #expect(try JSONValue(parsing: refused.text)["pointer"]?.string == "/changes/1/value/targets/0")
      #expect(try await post(gateway, "changes", #"{"changes":[\#(good)\#(more)],"note":"both"}"#).status == 200)
      #expect(try await gateway.chat(ChatBody.plain(model: "a")).content() == "b")
      let revisions = try await get(gateway, "revisions")
      #expect(revisions["data"]?[0]?["note"]?.string == "both")
      #expect(revisions["data"]?[0]?["changes"]?[1]?.string == "models.b")
    }
  }

  @Test func anOlderRevisionComesBack() async throws {
    try await scenario { scenario in
      let gateway = try await scenario.gateway(to: try await scenario.upstream([.chat("x")]))
      _ = try await put(gateway, "models/a", #"{"targets":["p0/up"]}"#)
      _ = try await put(gateway, "models/b", #"{"targets":["p0/up"]}"#)
      #expect(try await gateway.chat(ChatBody.plain(model: "b")).status == 200)
      #expect(try await post(gateway, "revisions/1/restore").status == 200)
      #expect(try await gateway.chat(ChatBody.plain(model: "b")).status == 404)
      #expect(try await gateway.chat(ChatBody.plain(model: "a")).status == 200)
      #expect(try await get(gateway, "configuration")["revision"]?.number == 3)
    }
  }

  @Test func aConsumerWithKeysIsNotRemoved() async throws {
    try await scenario { scenario in
      let gateway = try await scenario.gateway(to: try await scenario.upstream([.chat()]))
      let path = "\(Self.api)/consumers/app"
      let app = try JSONValue(parsing: try await put(gateway, "consumers/app", #"{"models":["m"]}"#).text)
      let tag = try #require(app["objects"]?[0]?["etag"]?.string)
      let made = try JSONValue(parsing: try await post(gateway, "keys", #"{"consumer":"app"}"#).text)
      let id = try #require(made["issued"]?["id"]?.number)
      let refused = try await gateway.admin("DELETE", path, nil, headers: ["if-match": tag])
      #expect(refused.status == 422)
      #expect(try JSONValue(parsing: refused.text)["detail"]?.string == "consumer 'app' has a key: revoke it first")
      #expect(try await post(gateway, "keys/\(Int(id))/revoke").status == 200)
      #expect(try await gateway.admin("DELETE", path, nil, headers: ["if-match": tag]).status == 200)
      #expect(try await get(gateway, "consumers")["total"]?.number == 0)
    }
  }

  @Test func commandsKnowTheObjectsOfTheDatabase() async throws {
    try await scenario { scenario in
      let gateway = try await scenario.gateway(to: try await scenario.upstream([.chat()]))
      _ = try await put(gateway, "models/fast", #"{"targets":["p0/up"]}"#)
      let limits = #"[{"quota":"starter","tokens":100000}]"#
      let made = try await put(gateway, "consumers/app", #"{"models":["fast"],"limits":\#(limits)}"#)
      #expect(made.status == 201, "\(made.text)")
      let file = gateway.directory.path + "/sluice.yaml"
      for (command, said) in [
        ("keys create --consumer app --models fast", "sk-"), ("explain --consumer app --model fast", "p0/up"),
        ("quotas list", "starter"),
      ] {
        let words = command.split(separator: " ").map(String.init)
        let result = try await scenario.command(words + ["--config", file])
        #expect(result.code == 0, "\(command): \(result.errorOutput)")
        #expect(result.output.contains(said), "\(command): \(result.output)")
      }
      let wrong = try await scenario.command(["keys", "create", "--consumer", "ap", "--config", file])
      #expect(wrong.errorOutput.contains("app"), "\(wrong.errorOutput)")
    }
  }

  @Test func whoMayNotChangeIsToldSoBeforeTheBodyIsRead() async throws {
    try await scenario { scenario in
      let gateway = try await scenario.gateway(
        to: try await scenario.upstream([.chat()]), top: "server: { admin: { token: env:TOKEN } }",
        environment: ["TOKEN": "token-of-the-file"])
      for path in ["models/a", "limits", "configuration"] {
        #expect(try await put(gateway, path, "no json").status == 401)
      }
      #expect(try await post(gateway, "changes", "no json").status == 401)
    }
  }

  @Test func theConsoleIsServedByTheProgram() async throws {
    try await scenario { scenario in
      let gateway = try await scenario.gateway(to: try await scenario.upstream([.chat()]))
      let page = try await gateway.admin("GET", "/")
      #expect(page.status == 200)
      #expect(page.headers["content-type"] == "text/html; charset=utf-8")
      #expect(page.headers["content-security-policy"]?.contains("script-src 'self'") == true)
      let tag = try #require(page.headers["etag"])
      #expect(try await gateway.admin("GET", "/", nil, headers: ["if-none-match": tag]).status == 304)
      #expect(try await gateway.admin("GET", "/app/main.js").status == 200)
      #expect(try await gateway.admin("GET", "/app/none.js").status == 404)
    }
  }

  @Test func thePlaygroundCallsTheGatewayWithAKeyOfItsOwn() async throws {
    try await scenario { scenario in
      let upstream = try await scenario.upstream([.chat("played")])
      let gateway = try await scenario.gateway(
        Configuration.text(to: [upstream.url], top: #"consumers: { app: { keys: ["sk-app-0123456789abcdef"] } }"#))
      let body = #""path":"/v1/chat/completions","body":{"model":"m","messages":[{"role":"user","content":"Hi"}]}"#
      let answer = try await post(gateway, "playground", #"{"key":"sk-app-0123456789abcdef",\#(body)}"#)
      #expect(answer.status == 200)
      #expect(try answer.content() == "played")
      #expect(answer.headers["x-gateway-x-sluice-target"] == "p0/up")
      #expect(try await post(gateway, "playground", #"{"key":null,\#(body)}"#).status == 401)
    }
  }

  @Test func aProviderIsTestedBeforeItIsSaved() async throws {
    try await scenario { scenario in
      let gateway = try await scenario.gateway(to: try await scenario.upstream([.chat()]))
      let unreachable = #"{"value":{"kind":"openai-compatible","url":"http://127.0.0.1:9/v1"}}"#
      let answer = try JSONValue(parsing: try await post(gateway, "provider-test", unreachable).text)
      #expect(answer["ok"] == .bool(false))
      #expect(answer["message"]?.string?.contains("could not be reached") == true)
      let wrong = try await post(gateway, "provider-test", #"{"value":{"kind":"opena"}}"#)
      #expect(wrong.status == 422)
      #expect(try JSONValue(parsing: wrong.text)["pointer"]?.string == "/value/kind")
    }
  }
}
