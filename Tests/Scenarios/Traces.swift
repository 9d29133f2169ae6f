import GatewayTesting
import Testing

/// OpenTelemetry traces of the real program, as a collector and the providers get them.
@Suite struct Traces {
  private static let caller = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
  private static let trace = "0af7651916cd43dd8448eb211c80319c"

  /// What makes a gateway trace.
  private static func section(_ collector: ScriptedUpstream, _ more: String = "") -> String {
    "telemetry: { traces: { endpoint: \"http://127.0.0.1:\(collector.port)\"\(more.isEmpty ? "" : ", ")\(more) } }"
  }

  private func collector(_ scenario: Scenario) async throws -> ScriptedUpstream {
    try await scenario.upstream([.json("")])
  }

  private func spans(at collector: ScriptedUpstream) -> [ReceivedSpan] {
    collector.requests.flatMap(ReceivedSpan.read)
  }

  private func spans(at collector: ScriptedUpstream, count: Int) async throws -> [ReceivedSpan] {
    try await eventually("\(count) spans at the collector") { spans(at: collector).count >= count }
    return spans(at: collector)
  }

  @Test func aCallIsATraceWithEachOfItsAttempts() async throws {
    try await scenario { scenario in
      let collector = try await collector(scenario)
      let broken = try await scenario.upstream([.error(503, "the prompt was: hi")])
      let sound = try await scenario.upstream([.chat(model: "up-2026", usage: (5, 2))])
      let gateway = try await scenario.gateway(to: broken, sound, top: Self.section(collector))
      let answer = try await gateway.chat(
        headers: ["traceparent": Self.caller, "tracestate": "rojo=1, congo=2", "x-request-id": "mine-1"])
      #expect(answer.status == 200)
      let spans = try await spans(at: collector, count: 3)
      #expect(spans.count == 3 && spans.allSatisfy { $0.trace == Self.trace && $0.state == "rojo=1,congo=2" })

      let exchange = spans[0]
      #expect(exchange.name == "chat m" && exchange.kind == 2 && exchange.parent == "b7ad6b7169203331")
      #expect(!exchange.isError)
      let id = try #require(answer.headers["x-request-id"])
      let told = [
        "sluice.request_id": id, "sluice.client_request_id": "mine-1", "sluice.outcome": "success",
        "sluice.consumer": "anonymous", "sluice.attempts": "2", "sluice.target": "p1/up",
        "gen_ai.operation.name": "chat", "gen_ai.request.model": "m", "gen_ai.response.model": "up-2026",
        "gen_ai.response.finish_reasons": "stop", "gen_ai.usage.input_tokens": "5",
        "gen_ai.usage.output_tokens": "2", "http.request.method": "POST", "http.response.status_code": "200",
      ]
      for (name, value) in told { #expect(exchange.attributes[name] == value, "\(name)") }
      #expect(exchange.resource["service.name"] == "sluice")
      #expect(exchange.resource["service.instance.id"] != nil)

      let attempts = spans[1...]
      #expect(attempts.allSatisfy { $0.parent == exchange.id && $0.kind == 3 && $0.name == "chat up" })
      #expect(attempts.map(\.isError) == [true, false])
      #expect(attempts.map { $0.attributes["sluice.result"] } == ["server-error", "success"])
      #expect(attempts.map { $0.attributes["http.response.status_code"] } == ["503", "200"])
      #expect(attempts.map { $0.attributes["server.port"] } == ["\(broken.port)", "\(sound.port)"])

      // Each provider is called by the span of its attempt.
      for (provider, attempt) in zip([broken, sound], attempts) {
        let headers = try await provider.request().headers
        #expect(headers.all("traceparent") == ["00-\(Self.trace)-\(attempt.id)-01"])
        #expect(headers.all("tracestate") == ["rojo=1,congo=2"])
      }
      #expect(try await gateway.logged()["trace_id"]?.string == Self.trace)
      // Neither of the prompt nor of what a provider says of it.
      #expect(!collector.requests.contains { String(decoding: $0.body, as: UTF8.self).contains("prompt") })
    }
  }

  @Test func aStreamTellsOfItsFirstToken() async throws {
    try await scenario { scenario in
      let collector = try await collector(scenario)
      let upstream = try await scenario.upstream(.stream("one", "two", usage: (5, 2)))
      let gateway = try await scenario.gateway(to: upstream, top: Self.section(collector))
      #expect(try await gateway.stream().client.remainingEvents().isWhole)
      let spans = try await spans(at: collector, count: 2)
      #expect(spans[0].attributes["gen_ai.request.stream"] == "true")
      #expect(spans[0].attributes["gen_ai.response.finish_reasons"] == "stop")
      #expect(spans[0].attributes["gen_ai.response.model"] == "up")
      #expect(spans[1].events == ["sluice.first_token"])
      let seconds = try #require(spans[1].attributes["gen_ai.response.time_to_first_chunk"].flatMap { Double($0) })
      #expect(seconds > 0 && seconds <= Double(spans[1].duration) / 1e9)
    }
  }

  @Test func withoutACallerATraceBeginsHere() async throws {
    try await scenario { scenario in
      let collector = try await collector(scenario)
      let upstream = try await scenario.upstream([.chat()])
      let gateway = try await scenario.gateway(to: upstream, top: Self.section(collector))
      #expect(try await gateway.chat(headers: ["traceparent": "00-nonsense-01", "tracestate": "a=1"]).status == 200)
      let spans = try await spans(at: collector, count: 2)
      #expect(spans[0].parent == nil && spans[0].state.isEmpty)
      let headers = try await upstream.request().headers
      #expect(headers["traceparent"] == "00-\(spans[0].trace)-\(spans[1].id)-03")
      #expect(headers["tracestate"] == nil)
    }
  }

  @Test func whatTheCallerDoesNotRecordIsNotTraced() async throws {
    try await scenario { scenario in
      let collector = try await collector(scenario)
      let upstream = try await scenario.upstream([.chat()])
      let gateway = try await scenario.gateway(to: upstream, top: Self.section(collector))
      #expect(try await gateway.chat(headers: ["traceparent": Self.caller.dropLast(2) + "00"]).status == 200)
      #expect(try await gateway.chat(headers: ["traceparent": Self.caller]).status == 200)
      let spans = try await spans(at: collector, count: 2)
      #expect(spans.count == 2)
      // The provider is told that nobody records.
      let parent = try #require(try await upstream.request(0).headers["traceparent"])
      #expect(parent.hasPrefix("00-\(Self.trace)-") && parent.hasSuffix("-00"))
      #expect(parent != Self.caller.dropLast(2) + "00")
    }
  }

  @Test func theShareDecidesWhereNoCallerDoesAndStrangersNever() async throws {
    try await scenario { scenario in
      let collector = try await collector(scenario)
      let upstream = try await scenario.upstream([.chat()])
      let gateway = try await scenario.gateway(
        to: upstream, top: Self.section(collector, "sample: 0") + "\nconsumers: { app: { keys: [env:APP_KEY] } }",
        environment: ["APP_KEY": "sk-app-of-the-tests"])
      let key = HeaderList.Field(name: "authorization", value: "Bearer sk-app-of-the-tests")
      let wanted = HeaderList.Field(name: "traceparent", value: Self.caller)
      #expect(try await gateway.chat(headers: HeaderList([key])).status == 200)
      #expect(try await gateway.chat(headers: HeaderList([wanted])).status == 401)
      #expect(try await gateway.chat(headers: HeaderList([key, wanted])).status == 200)
      let spans = try await spans(at: collector, count: 2)
      #expect(spans.map { $0.attributes["sluice.consumer"] } == ["app", nil])
      #expect(try await upstream.request(0).headers["traceparent"]?.hasSuffix("-02") == true)
    }
  }

  @Test func aCollectorThatIsAwayCostsSpansAndNothingElse() async throws {
    try await scenario { scenario in
      let away = try scenario.port(that: .refuses)
      let upstream = try await scenario.upstream([.chat()])
      let collector = try await collector(scenario)
      let gateway = try await scenario.gateway(
        to: upstream, top: "telemetry: { traces: { endpoint: \"http://127.0.0.1:\(away.port)\" } }")
      for _ in 0..<3 { #expect(try await gateway.chat().status == 200) }
      try await gateway.says("the collector does not take traces", "127.0.0.1:\(away.port)/v1/traces")
      // It is given up in the end, and counted.
      try await eventually("the spans are lost", within: .seconds(60)) {
        try await gateway.metrics().value("sluice_trace_spans_total", ["result": "failed"]) == 6
      }
      try gateway.save(Configuration.text(to: [upstream.url], top: Self.section(collector)))
      try await eventually("another collector is used", within: .seconds(60)) {
        _ = try await gateway.chat()
        return !spans(at: collector).isEmpty
      }
      try await gateway.says("the collector takes traces again")
    }
  }

  @Test func whatTheCollectorCannotTakeNowComesAgain() async throws {
    try await scenario { scenario in
      let collector = try await scenario.upstream(
        inTurn: [.json("", status: 503, headers: ["retry-after": "0"])], [.json("", status: 429)], [.json("")])
      let upstream = try await scenario.upstream([.chat()])
      let gateway = try await scenario.gateway(
        to: upstream, top: Self.section(collector, "headers: { x-scope: blue }, resource: { zone: a }, service: edge"))
      #expect(try await gateway.chat().status == 200)
      let last = try await collector.request(2)
      #expect(last.method == "POST" && last.target == "/v1/traces")
      #expect(last.headers["content-type"] == "application/x-protobuf")
      #expect(last.headers["x-scope"] == "blue")
      #expect(Set(collector.requests.map(\.body)).count == 1)
      let resource = try #require(ReceivedSpan.read(last).first).resource
      #expect(resource["service.name"] == "edge" && resource["zone"] == "a")
      try await eventually("they are counted once") {
        try await gateway.metrics().value("sluice_trace_spans_total", ["result": "exported"]) == 2
      }
    }
  }

  @Test func whatTheCollectorRefusesIsNotSentAgain() async throws {
    try await scenario { scenario in
      let collector = try await scenario.upstream([.json("", status: 400)])
      let upstream = try await scenario.upstream([.chat()])
      let gateway = try await scenario.gateway(to: upstream, top: Self.section(collector))
      #expect(try await gateway.chat().status == 200)
      try await eventually("the spans are lost") {
        try await gateway.metrics().value("sluice_trace_spans_total", ["result": "failed"]) == 2
      }
      #expect(collector.requests.count == 1)
      try await gateway.says("the collector does not take traces", "status 400")
    }
  }

  @Test func aCollectorBehindTLSIsVerified() async throws {
    try await scenario { scenario, network in
      let collector = try await collector(scenario)
      let authority = try await CertificateAuthority(in: scenario.directory())
      let stranger = try await CertificateAuthority(in: scenario.directory())
      let front = try await network.front(of: collector, identity: try await authority.issue("DNS:localhost"))
      let upstream = try await scenario.upstream([.chat()])
      func text(_ trusted: CertificateAuthority) -> String {
        Configuration.text(
          to: [upstream.url],
          top: "telemetry: { traces: { endpoint: \"https://localhost:\(front.port)\", \(trusted.setting) } }")
      }
      let gateway = try await scenario.gateway(text(stranger))
      #expect(try await gateway.chat().status == 200)
      try await gateway.says("the collector does not take traces")
      #expect(collector.requests.isEmpty)
      try gateway.save(text(authority))
      try await eventually("it is trusted", within: .seconds(60)) {
        _ = try await gateway.chat()
        return !collector.requests.isEmpty
      }
    }
  }

  @Test func theLastSpansLeaveBeforeTheProcess() async throws {
    try await scenario { scenario in
      let collector = try await collector(scenario)
      let upstream = try await scenario.upstream([.chat()])
      let gateway = try await scenario.gateway(to: upstream, top: Self.section(collector))
      for _ in 0..<20 { #expect(try await gateway.chat().status == 200) }
      gateway.terminate()
      #expect(try await gateway.child.exited() == 0)
      // What was under way when the process was told to end may come twice.
      #expect(Set(spans(at: collector).map(\.id)).count == 40)
    }
  }

  @Test func aCollectorThatBeginsAnAnswerAndNeverEndsItHoldsNothingUp() async throws {
    try await scenario { scenario in
      let collector = try await scenario.upstream([.text("HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\n"), .hang])
      let upstream = try await scenario.upstream([.chat()])
      let gateway = try await scenario.gateway(to: upstream, top: Self.section(collector, "timeout: 300ms"))
      #expect(try await gateway.chat().status == 200)
      try await eventually("spans are sent") { !collector.requests.isEmpty }
      try await gateway.says("no answer in time")
      gateway.terminate()
      #expect(try await gateway.child.exited() == 0)
    }
  }

  @Test func withoutAFileTheUsualVariablesAreEnough() async throws {
    try await scenario { scenario in
      let collector = try await collector(scenario)
      let gateway = try await scenario.gateway(
        nil,
        environment: [
          "OTEL_EXPORTER_OTLP_ENDPOINT": "http://127.0.0.1:\(collector.port)", "OTEL_SERVICE_NAME": "newcomer",
        ])
      #expect(try await gateway.call("GET", "/v1/models").status == 401)
      let span = try #require(try await spans(at: collector, count: 1).first)
      #expect(span.name == "GET" && span.resource["service.name"] == "newcomer")
      #expect(span.attributes["http.response.status_code"] == "401")
      #expect(span.attributes["url.path"] == "/v1/models")
    }
  }

  @Test func aRealtimeSessionIsATraceToo() async throws {
    try await scenario { scenario, network in
      let collector = try await collector(scenario)
      let upstream = try await network.socketUpstream()
      let gateway = try await scenario.gateway(
        Configuration.text(to: [upstream.url], top: Self.section(collector)))
      let (head, frames) = try await gateway.socket(headers: ["traceparent": Self.caller, "tracestate": "a=1"])
      #expect(head.status == 101)
      await frames.close()
      let spans = try await spans(at: collector, count: 2)
      #expect(spans.map(\.name) == ["realtime m", "realtime up"])
      let headers = try #require(upstream.requests.first).headers
      #expect(headers.all("traceparent") == ["00-\(Self.trace)-\(spans[1].id)-01"])
      #expect(headers.all("tracestate") == ["a=1"])
    }
  }
}
