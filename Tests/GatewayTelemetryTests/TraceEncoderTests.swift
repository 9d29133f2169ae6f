import GatewayCore
import GatewayTesting
import Testing

@testable import GatewayTelemetry

@Suite struct TraceEncoderTests {
  // 2026-01-01T00:00:00Z at 1 s of the monotonic clock.
  private static let midnight: UInt64 = 1_767_225_600_000_000_000
  private static let origin = ClockOrigin(
    instant: Instant(nanoseconds: 1000 * Records.milliseconds), unixNanoseconds: Int64(midnight))
  private static let azure = TracedProvider(
    Provider(
      name: "a", kind: "azure-openai",
      endpoint: Provider.Endpoint(isTLS: true, host: "eu.example.com", port: 443, basePath: ""), pathStyle: .openAI,
      credentialStyle: .bearer, credentials: []))

  private func trace(_ caller: TraceParent? = nil, state: String = "") -> ExchangeTrace {
    var random = RandomSequence(seed: 3)
    return .begin(under: caller, state: state, sampling: TraceSampling(), random: &random)
  }

  private func spans(_ records: ExchangeRecord...) throws -> [ProtobufMessage] {
    let encoder = TraceEncoder(
      resource: [.init(name: "service.name", value: "sluice")], version: "1", providers: ["a": Self.azure])
    let resource = try #require(ProtobufMessage(encoder.encode(records, origin: Self.origin)[...]).messages(1).first)
    #expect(resource.messages(1).first?.attributes(1)["service.name"] == "sluice")
    let scope = try #require(resource.messages(2).first)
    #expect(scope.messages(1).first?.text(1) == "sluice")
    return scope.messages(2)
  }

  private func streamed() -> ExchangeRecord {
    var record = Records.stream()
    record.trace = trace()
    return record
  }

  @Test func anExchangeIsASpanWithOneBelowItForEachAttempt() throws {
    var record = Records.stream(target: "b/m")
    record.attempts = [
      Records.attempt(
        "a/m", failure: UpstreamFailure(.timeout, status: 200, timer: .firstToken, reason: "secret text")),
      Records.attempt("b/m"),
    ]
    let trace = trace()
    record.trace = trace
    let spans = try spans(record)
    #expect(spans.count == 3)
    #expect(spans.map { $0.hexadecimal(1) } == Array(repeating: trace.id.description, count: 3))
    #expect(spans[0].hexadecimal(2) == trace.span.description)
    #expect(spans[0].hexadecimal(4) == nil)
    #expect(spans[0].number(6) == 2)
    #expect(spans[1].hexadecimal(2) == trace.span(ofAttempt: 0).description)
    #expect(spans[1...].allSatisfy { $0.hexadecimal(4) == trace.span.description && $0.number(6) == 3 })
  }

  @Test func theTimesAreThoseOfTheRecord() throws {
    let spans = try spans(streamed())
    #expect(spans[0].number(7) == Self.midnight)
    #expect(spans[0].number(8) == Self.midnight + 900 * Records.milliseconds)
    #expect(spans[1].number(8) == Self.midnight + 10 * Records.milliseconds)
    let event = try #require(spans[1].messages(11).first)
    #expect(event.number(1) == Self.midnight + 200 * Records.milliseconds)
    #expect(event.text(2) == "sluice.first_token")
    #expect(spans[1].attributes(9)["gen_ai.response.time_to_first_chunk"] == "0.2")
  }

  @Test func aCallIsToldAfterTheConventions() throws {
    var record = streamed()
    var answer = ExchangeTrace.Answer()
    answer.model = "gpt-4o-2024-08-06"
    answer.finishReasons = ["stop", "length"]
    record.trace = record.trace?.with(answer)
    let span = try spans(record)[0]
    #expect(span.text(5) == "chat fast")
    #expect(span.messages(15).isEmpty)
    let attributes = span.attributes(9)
    let expected = [
      "http.request.method": "POST", "http.response.status_code": "200", "http.route": "/v1/chat/completions",
      "gen_ai.operation.name": "chat", "gen_ai.provider.name": "azure.ai.openai", "gen_ai.request.model": "fast",
      "gen_ai.request.stream": "true", "gen_ai.response.model": "gpt-4o-2024-08-06",
      "gen_ai.response.finish_reasons": "stop,length", "gen_ai.usage.input_tokens": "15",
      "gen_ai.usage.output_tokens": "8", "gen_ai.usage.cache_read.input_tokens": "5",
      "gen_ai.usage.reasoning.output_tokens": "2", "sluice.consumer": "app", "sluice.outcome": "success",
      "sluice.request_id": record.id.description, "sluice.target": "a/m", "sluice.attempts": "1",
    ]
    for (name, value) in expected { #expect(attributes[name] == value, "\(name)") }
  }

  @Test func anAttemptTellsWhereItWentAndHowItEnded() throws {
    var record = streamed()
    record.outcome = .failed
    record.status = 504
    record.errorCode = "provider_timeout"
    record.errorMessage = "what a provider said"
    record.attempts = [
      Records.attempt("a/m", failure: UpstreamFailure(.timeout, status: 408, timer: .total, reason: "what it said"))
    ]
    let spans = try spans(record)
    #expect(spans[1].text(5) == "chat m")
    let attributes = spans[1].attributes(9)
    let expected = [
      "server.address": "eu.example.com", "server.port": "443", "gen_ai.request.model": "m", "sluice.target": "a/m",
      "http.response.status_code": "408", "error.type": "timeout", "sluice.timer": "total",
      "sluice.result": "timeout", "sluice.attempt": "1",
    ]
    for (name, value) in expected { #expect(attributes[name] == value, "\(name)") }
    #expect(spans[0].attributes(9)["error.type"] == "provider_timeout")
    #expect(spans.allSatisfy { $0.messages(15).first?.number(3) == 2 })
    #expect(!spans.contains { $0.attributes(9).values.contains { $0.contains("said") } })
  }

  @Test func aRefusalIsNoErrorOfTheServer() throws {
    var record = Records.rejected(code: "request_limit_exceeded", status: 429)
    record.consumer = "app"
    record.trace = trace()
    let span = try spans(record)[0]
    #expect(span.text(5) == "chat")
    #expect(span.messages(15).isEmpty)
    #expect(span.attributes(9)["error.type"] == nil)
    #expect(span.attributes(9)["sluice.error_code"] == "request_limit_exceeded")
  }

  @Test func theCallersSpanIsTheParentAndItsStateGoesOn() throws {
    var record = Records.stream()
    let caller = TraceParent(trace: TraceID(high: 1, low: 2), span: SpanID(word: 3), flags: .sampled)
    record.trace = trace(caller, state: "rojo=1")
    let spans = try spans(record)
    #expect(spans[0].hexadecimal(4) == "0000000000000003")
    #expect(spans[0].text(3) == "rojo=1")
    #expect(spans[0].number(16) == 0x301)
    #expect(spans[1].number(16) == 0x101)
  }

  @Test func aWildcardTargetIsNamedByWhatWasMadeOfIt() throws {
    var record = streamed()
    record.attempts = [Records.attempt("a/*"), Records.attempt("a/*")]
    record.target = "a/gpt-4o"
    #expect(try spans(record).map { $0.text(5) } == ["chat fast", "chat fast", "chat gpt-4o"])
  }

  @Test func longNamesOfCallersAreCut() throws {
    var record = streamed()
    record.model = String(repeating: "é", count: 1000)
    #expect(try #require(try spans(record)[0].attributes(9)["gen_ai.request.model"]).utf8.count == 256)
  }
}
