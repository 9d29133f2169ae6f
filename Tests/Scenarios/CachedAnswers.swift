import Foundation
import GatewayTesting
import Testing

/// Answers that are given again, as callers see them.
@Suite struct CachedAnswers {
  private static let environment = ["ONE": "sk-one", "TWO": "sk-two"]
  private static let one: HeaderList = ["authorization": "Bearer sk-one"]

  private static func configuration(
    _ upstream: ScriptedUpstream, cache: String = "true", one: String = "", two: String = "", top: String = "",
    target: String = "up"
  ) -> String {
    """
    providers:
      p: { kind: openai-compatible, url: "\(upstream.url)/v1" }
    models:
      m: { targets: [p/\(target)], retry: { attempts: 0 }, cache: \(cache) }
    consumers:
      one: { keys: [env:ONE]\(one.isEmpty ? "" : ", ")\(one) }
      two: { keys: [env:TWO]\(two.isEmpty ? "" : ", ")\(two) }
    prices: { "p/*": { input: 1000000 USD, output: 1000000 USD } }
    \(top)
    """
  }

  private func start(
    _ scenario: Scenario, _ upstream: ScriptedUpstream, cache: String = "true", one: String = "", two: String = "",
    top: String = ""
  ) async throws -> GatewayProcess {
    try await scenario.gateway(
      Self.configuration(upstream, cache: cache, one: one, two: two, top: top), environment: Self.environment)
  }

  private func ask(
    _ gateway: GatewayProcess, _ body: String = ChatBody.plain(), key: String = "sk-one", control: String? = nil
  ) async throws -> Answer {
    var fields = [HeaderList.Field(name: "authorization", value: "Bearer \(key)")]
    if let control { fields.append(HeaderList.Field(name: "cache-control", value: control)) }
    return try await gateway.chat(body, headers: HeaderList(fields))
  }

  private func cache(_ answer: Answer) -> String? { answer.headers["x-sluice-cache"] }

  @Test func theSameRequestIsAnsweredOnceByItsTarget() async throws {
    try await scenario { scenario in
      let upstream = try await scenario.upstream(inTurn: [.chat("first")], [.chat("second")])
      let gateway = try await start(scenario, upstream)
      let first = try await ask(gateway)
      #expect(cache(first) == "miss")
      #expect(first.headers["age"] == nil)
      let second = try await ask(
        gateway, #"{ "messages": [{"content":"hi", "role":"user"}], "model":"m" }"#)
      #expect(second.status == 200)
      #expect(cache(second) == "hit")
      #expect(second.body == first.body)
      #expect(second.headers["content-type"] == "application/json")
      #expect(second.headers["x-sluice-target"] == "p/up")
      #expect(second.headers["x-sluice-attempts"] == "0")
      #expect(second.headers["age"].flatMap { Int($0) } != nil)
      #expect(second.headers["x-request-id"] != first.headers["x-request-id"])
      #expect(first.headers["x-sluice-cost"] == "7 USD")
      #expect(second.headers["x-sluice-cost"] == "0 USD")
      #expect(cache(try await ask(gateway, ChatBody.plain(model: "m", #""temperature":1"#))) == "miss")
      #expect(upstream.requests.count == 2)
    }
  }

  @Test func aStreamIsGivenAgainAsAStream() async throws {
    try await scenario { scenario in
      let upstream = try await scenario.upstream(.stream("one ", "two", usage: (5, 2)))
      let gateway = try await start(scenario, upstream)
      var bodies: [[StreamEvent]] = []
      for expected in ["miss", "hit"] {
        let (client, head) = try await gateway.stream(headers: Self.one)
        #expect(head.headers["x-sluice-cache"] == expected)
        #expect(head.headers["content-type"]?.hasPrefix("text/event-stream") == true)
        let events = try await client.remainingEvents().events
        #expect(events.content == "one two")
        #expect(events.last?.isDone == true)
        bodies.append(events)
        await client.close()
      }
      #expect(bodies[0] == bodies[1])
      // A plain call is another one.
      #expect(upstream.requests.count == 1)
    }
  }

  @Test func requestsSayWhatTheyTake() async throws {
    try await scenario { scenario in
      let upstream = try await scenario.upstream([.chat()])
      let gateway = try await start(scenario, upstream)
      #expect(cache(try await ask(gateway, control: "no-store")) == "skip")
      #expect(cache(try await ask(gateway)) == "miss")
      #expect(cache(try await ask(gateway, control: "no-store")) == "skip")
      #expect(cache(try await ask(gateway, control: "no-cache")) == "miss")
      #expect(cache(try await ask(gateway, control: "max-age=0")) == "miss")
      #expect(cache(try await ask(gateway, control: "max-age=3600")) == "hit")
      #expect(upstream.requests.count == 5)
    }
  }

  @Test func consumersDoNotGetEachOthersAnswers() async throws {
    try await scenario { scenario in
      let upstream = try await scenario.upstream(inTurn: [.chat("for one")], [.chat("for two")])
      let gateway = try await start(scenario, upstream)
      #expect(try await ask(gateway).content() == "for one")
      let other = try await ask(gateway, key: "sk-two")
      #expect(cache(other) == "miss")
      #expect(try other.content() == "for two")
      #expect(cache(try await ask(gateway, key: "sk-two")) == "hit")
    }
  }

  @Test func everyoneSharesWhereTheFileSaysSo() async throws {
    try await scenario { scenario in
      let upstream = try await scenario.upstream([.chat()])
      let gateway = try await start(scenario, upstream, top: "cache: { scope: everyone }")
      #expect(cache(try await ask(gateway)) == "miss")
      #expect(cache(try await ask(gateway, key: "sk-two")) == "hit")
    }
  }

  @Test func aConsumerSwitchesItOffAndOn() async throws {
    try await scenario { scenario in
      let upstream = try await scenario.upstream([.chat()])
      let off = try await start(scenario, upstream, two: "cache: false")
      for _ in 0..<2 { #expect(cache(try await ask(off, key: "sk-two")) == nil) }
      #expect(cache(try await ask(off)) == "miss")
      let text = Self.configuration(upstream, two: "cache: { ttl: 1h }").replacing(", cache: true }", with: " }")
      let on = try await scenario.gateway(text, environment: Self.environment)
      for _ in 0..<2 { #expect(cache(try await ask(on)) == nil) }
      #expect(cache(try await ask(on, key: "sk-two")) == "miss")
      #expect(cache(try await ask(on, key: "sk-two")) == "hit")
    }
  }

  @Test func anIssuedKeySwitchesItForItself() async throws {
    try await scenario { scenario in
      let upstream = try await scenario.upstream([.chat()])
      let gateway = try await start(scenario, upstream)
      func issue(_ rules: String) async throws -> String {
        let made = try await gateway.admin("POST", "/api/v1/keys", #"{"consumer":"one",\#(rules)}"#)
        #expect(made.status == 201, "\(made.text)")
        return try #require(try made.json()["key"]?.string)
      }
      let (off, on) = (try await issue(#""cache":false"#), try await issue(#""cacheTTL":"1h""#))
      for _ in 0..<2 { #expect(cache(try await ask(gateway, key: off)) == nil) }
      #expect(cache(try await ask(gateway, key: on)) == "miss")
      #expect(cache(try await ask(gateway, key: on)) == "hit")
      let shown = try await gateway.admin("GET", "/api/v1/keys/2").json()
      #expect(shown["cache"]?.bool == true && shown["cacheTTL"]?.string == "1h")
      _ = try await gateway.admin("PATCH", "/api/v1/keys/2", #"{"cache":false}"#)
      #expect(cache(try await ask(gateway, key: on)) == nil)
      let refused = try await gateway.admin(
        "POST", "/api/v1/keys", #"{"consumer":"one","cache":false,"cacheTTL":"1h"}"#)
      #expect(refused.status == 400)
      #expect(try refused.json()["pointer"]?.string == "/cacheTTL")
    }
  }

  @Test func aModelThatGoesElsewhereGivesNoOldAnswers() async throws {
    try await scenario { scenario in
      let upstream = try await scenario.upstream([.chat()])
      let gateway = try await start(scenario, upstream)
      _ = try await ask(gateway)
      #expect(cache(try await ask(gateway)) == "hit")
      func reload(_ text: String) async throws {
        try text.write(to: gateway.directory.appending(path: "sluice.yaml"), atomically: true, encoding: .utf8)
        #expect(try await gateway.admin("POST", "/config/reload").status == 200)
      }
      try await reload(Self.configuration(upstream, top: "limits: [{ requests: 1000, per: day }]"))
      #expect(cache(try await ask(gateway)) == "hit")
      try await reload(Self.configuration(upstream, target: "other"))
      #expect(cache(try await ask(gateway)) == "miss")
    }
  }

  @Test func onlyCompleteAnswersAreKept() async throws {
    try await scenario { scenario in
      func answer(_ finish: String) -> Script {
        [
          .json(
            #"{"id":"c","object":"chat.completion","created":1,"model":"up","choices":[{"index":0,"message":{"role":"assistant","content":"x"},"finish_reason":\#(finish)}]}"#
          )
        ]
      }
      let upstream = try await scenario.upstream(
        inTurn: [.error(500)], [.error(400)], answer(#""length""#), answer(#""content_filter""#), answer("null"),
        answer(#""stop""#))
      let gateway = try await start(scenario, upstream)
      for status in [502, 400, 200, 200, 200, 200] {
        let answer = try await ask(gateway)
        #expect(answer.status == status || (status == 502 && answer.status >= 500))
        #expect(cache(answer) == "miss")
      }
      #expect(cache(try await ask(gateway)) == "hit")
    }
  }

  @Test func aBrokenStreamAndOneThatItsClientLeftAreNotKept() async throws {
    try await scenario { scenario in
      let broken: Script = [.streamHead, .role, .content("half"), .close]
      let gate = Gate()
      let left: Script = [.streamHead, .role, .content("half"), .wait(gate), .finish(), .done, .end]
      let upstream = try await scenario.upstream(inTurn: broken, left, .stream("whole"))
      let gateway = try await start(scenario, upstream)
      let (first, _) = try await gateway.stream(headers: Self.one)
      #expect(try await first.remainingEvents().events.hasError)
      let (second, head) = try await gateway.stream(headers: Self.one)
      #expect(head.headers["x-sluice-cache"] == "miss")
      await second.close()
      _ = try await gateway.logged { $0["outcome"]?.string == "client_gone" }
      gate.open()
      let (third, after) = try await gateway.stream(headers: Self.one)
      #expect(after.headers["x-sluice-cache"] == "miss")
      #expect(try await third.remainingEvents().events.content == "whole")
      let (fourth, last) = try await gateway.stream(headers: Self.one)
      #expect(last.headers["x-sluice-cache"] == "hit")
      #expect(try await fourth.remainingEvents().events.content == "whole")
    }
  }

  @Test func whatCanHaveNoKeptAnswerIsSkipped() async throws {
    try await scenario { scenario in
      let upstream = try await scenario.upstream([.chat()])
      let gateway = try await start(scenario, upstream, top: "cache: { maximum: 1KiB }")
      let search = ChatBody.plain(model: "m", #""web_search_options":{}"#)
      for _ in 0..<2 { #expect(cache(try await ask(gateway, search)) == "skip") }
      let large = try await scenario.upstream([.chat(String(repeating: "x", count: 2000))])
      let other = try await start(scenario, large, top: "cache: { maximum: 1KiB }")
      for _ in 0..<2 { #expect(cache(try await ask(other)) == "miss") }
    }
  }

  @Test func aHitCountsAsARequestAndAsNothingElse() async throws {
    try await scenario { scenario in
      let upstream = try await scenario.upstream([.chat(usage: (5, 2))])
      let gateway = try await start(
        scenario, upstream, one: "limits: [{ requests: 3, per: day }, { tokens: 100, per: day }]")
      let body = ChatBody.plain(model: "m", #""max_tokens":10"#)
      #expect(try await ask(gateway, body).headers["x-ratelimit-remaining-tokens"] != nil)
      for left in ["1", "0"] {
        let hit = try await ask(gateway, body)
        #expect(cache(hit) == "hit")
        #expect(hit.headers["x-ratelimit-remaining-requests"] == left)
      }
      #expect(try await ask(gateway, body).status == 429)
      let usage = try await eventually("the calls are in the ledger") {
        let page = try await gateway.admin("GET", "/api/v1/exchanges?cache=hit").json()
        return page["data"]?[1] == nil ? nil : page
      }
      let hit = try #require(usage["data"]?[0])
      #expect(hit["cache"]?.string == "hit")
      #expect(hit["tokens"]?["total"] == nil)
      #expect(hit["cost"]?["amount"]?.string == "0")
      #expect(hit["saved"]?["amount"]?.string == "7")
      let logged = try await gateway.logged { $0["cache"]?.string == "hit" }
      #expect(logged["saved"]?.string == "7 USD")
      #expect(logged["usage"] == nil)
      let metrics = try await gateway.metrics()
      #expect(
        metrics.value("sluice_cache_requests_total", ["result": "hit", "gen_ai_request_model": "m"]) == 2)
      #expect(metrics.value("sluice_cache_entries") == 1)
      #expect(metrics.value("sluice_cost_total") == 7)
      let overview = try await eventually("the overview counts the hits") {
        let overview = try await gateway.admin("GET", "/api/v1/overview?span=hour").json()
        return overview["totals"]?["hits"]?.number == 2 ? overview : nil
      }
      #expect(overview["totals"]?["tokens"]?["total"]?.number == 7)
    }
  }

  @Test func keptAnswersAreForgottenWhenAnAdministratorSaysSo() async throws {
    try await scenario { scenario in
      let upstream = try await scenario.upstream([.chat()])
      let gateway = try await start(scenario, upstream)
      for (query, count) in [("", 1.0), ("?model=m", 1), ("?consumer=one", 1), ("?model=other", 0)] {
        _ = try await ask(gateway)
        #expect(cache(try await ask(gateway)) == "hit")
        let gone = try await gateway.admin("DELETE", "/api/v1/cache\(query)")
        #expect(gone.status == 200, "\(gone.text)")
        #expect(try gone.json()["answers"]?.number == count)
      }
      #expect(cache(try await ask(gateway)) == "hit")
      let state = try await gateway.admin("GET", "/api/v1/cache").json()
      #expect(state["store"]?.string == "memory" && state["entries"]?.number == 1)
      #expect(try await gateway.admin("DELETE", "/api/v1/cache?model=m&consumer=one").status == 422)
      let trail = try await scenario.command(
        ["audit", "export", "--only", "changes", "--config", gateway.directory.path + "/sluice.yaml"],
        environment: Self.environment)
      #expect(trail.output.contains("cache.clear"), "\(trail.errorOutput)")
    }
  }

  @Test func headersThatReachTheProviderTellRequestsApart() async throws {
    try await scenario { scenario in
      let upstream = try await scenario.upstream([.chat()])
      let gateway = try await start(scenario, upstream)
      func ask(_ name: String, _ value: String) async throws -> String? {
        let fields = HeaderList(Self.one.fields + [HeaderList.Field(name: name, value: value)])
        return cache(try await gateway.chat(headers: fields))
      }
      #expect(try await ask("openai-beta", "a") == "miss")
      #expect(try await ask("openai-beta", "b") == "miss")
      #expect(try await ask("openai-beta", "a") == "hit")
      #expect(try await ask("idempotency-key", "1") == "miss")
      #expect(try await ask("x-other", "2") == "hit")
    }
  }

  @Test func anExplanationSaysWhetherAnswersAreKept() async throws {
    try await scenario { scenario in
      let upstream = try await scenario.upstream([.chat()])
      let text = Self.configuration(upstream, cache: "{ ttl: 30s }", two: "cache: false")
      for (consumer, words) in [
        ("one", "that is at most 30 s old is given again, to callers of the same consumer"),
        ("two", "off: consumer 'two' switches it off"),
      ] {
        let said = try await scenario.command(
          ["explain", "--config", "sluice.yaml", "--consumer", consumer, "--model", "m"],
          files: ["sluice.yaml": text], environment: Self.environment)
        #expect(said.output.contains(words), "\(said.output)\(said.errorOutput)")
      }
    }
  }

  @Test func aKeySwitchesItOnTheCommandLine() async throws {
    try await scenario { scenario in
      let upstream = try await scenario.upstream([.chat()])
      let gateway = try await start(scenario, upstream)
      func keys(_ words: String...) async throws -> (code: Int32, output: String, errorOutput: String) {
        try await scenario.command(
          ["keys"] + words + ["--config", gateway.directory.path + "/sluice.yaml"], environment: Self.environment)
      }
      let made = try await keys("create", "--consumer", "one", "--cache-ttl", "1h")
      #expect(made.code == 0, "\(made.errorOutput)")
      #expect(try await keys("show", "1").output.contains("cache TTL: 1h"))
      #expect(try await keys("update", "1", "--cache", "off").output.contains("cache:     off"))
      #expect(try await !keys("update", "1", "--clear", "cache").output.contains("cache"))
      let refused = try await keys("update", "1", "--cache", "off", "--cache-ttl", "1h")
      #expect(refused.code == 1 && refused.errorOutput.contains("the cache is off for the key"))
      #expect(try await keys("create", "--consumer", "one", "--cache-ttl", "31d").code == 1)
    }
  }

  @Test func callersOfOtherDialectsGetTheirAnswersAgain() async throws {
    try await scenario { scenario in
      let upstream = try await scenario.upstream([.chat("hello")])
      let gateway = try await start(scenario, upstream)
      let body = #"{"model":"m","max_tokens":10,"messages":[{"role":"user","content":"hi"}]}"#
      var answers: [Answer] = []
      for _ in 0..<2 {
        answers.append(try await gateway.call("POST", "/v1/messages", body, headers: Self.one))
      }
      #expect(answers.map { cache($0) } == ["miss", "hit"])
      #expect(answers[0].body == answers[1].body)
      #expect(try answers[1].json()["content"]?[0]?["text"]?.string == "hello")
    }
  }

  @Test func theTraceOfACallerFindsItsCall() async throws {
    try await scenario { scenario in
      let upstream = try await scenario.upstream([.chat()])
      let gateway = try await start(scenario, upstream)
      let trace = "4bf92f3577b34da6a3ce929d0e0e4736"
      for flags in ["01", "00"] {
        let headers: HeaderList = [
          "authorization": "Bearer sk-one", "traceparent": "00-\(trace)-00f067aa0ba902b7-\(flags)",
        ]
        #expect(try await gateway.chat(headers: headers).status == 200)
      }
      let found = try await eventually("the call is in the ledger") {
        let page = try await gateway.admin("GET", "/api/v1/exchanges?trace=\(trace)").json()
        return page["data"]?[0] == nil ? nil : page
      }
      #expect(found["data"]?[1] == nil)
      #expect(found["data"]?[0]?["trace"]?.string == trace)
      #expect(try gateway.accessLog().contains { $0["trace_id"]?.string == trace })
    }
  }
}
