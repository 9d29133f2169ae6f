import GatewayCore
import Testing

@testable import GatewayTelemetry

@Suite struct TraceExportTests {
  private func record(_ decision: ExchangeTrace.Decision, consumer: String? = "app") -> ExchangeRecord {
    var record = Records.stream()
    record.consumer = consumer
    var random = RandomSequence(seed: 3)
    let flags: TraceParent.Flags = decision == .sampledByCaller ? .sampled : []
    record.trace = .begin(
      under: decision == .sampled
        ? nil : TraceParent(trace: TraceID(high: 1, low: 1), span: SpanID(word: 1), flags: flags),
      state: "", sampling: TraceSampling(ratio: decision == .sampled ? 1 : 0), random: &random)
    return record
  }

  @Test func onlySampledExchangesWaitForTheCollector() {
    let telemetry = Telemetry(.init(version: "1"))
    let shard = telemetry.makeShard()
    shard.settled(Records.stream())
    shard.settled(record(.unsampled))
    shard.settled(record(.sampledByCaller, consumer: nil))
    shard.settled(record(.sampled))
    shard.settled(record(.sampledByCaller))
    var batch: [SettledExchange] = []
    telemetry.takeTraced(&batch)
    #expect(batch.map(\.record.trace?.decision) == [.sampled, .sampledByCaller])
    batch = []
    telemetry.takeTraced(&batch)
    #expect(batch.isEmpty)
  }

  @Test func whatDoesNotFitIsDroppedAndCounted() {
    let telemetry = Telemetry(.init(version: "1"))
    let shard = telemetry.makeShard()
    for _ in 0..<TelemetryShard.traceCapacity + 3 { shard.settled(record(.sampled)) }
    telemetry.spans.exported(4)
    telemetry.spans.rejected(1)
    telemetry.spans.failed(2)
    let scrape = Scrape(telemetry)
    #expect(scrape[#"sluice_trace_spans_total{result="dropped"}"#] == "6")
    #expect(scrape[#"sluice_trace_spans_total{result="exported"}"#] == "4")
    #expect(scrape[#"sluice_trace_spans_total{result="rejected"}"#] == "1")
    #expect(scrape[#"sluice_trace_spans_total{result="failed"}"#] == "2")
    var batch: [SettledExchange] = []
    telemetry.takeTraced(&batch)
    #expect(batch.count == TelemetryShard.traceCapacity)
  }

  @Test func aCollectorTakesAllOrAPart() {
    #expect(TraceExportAnswer(status: 200, retryAfter: nil, body: []) == .taken(rejected: 0, message: nil))
    var answer = ProtobufWriter()
    answer.add(1) {
      $0.add(1, varint: 3)
      $0.add(2, text: "too\nold")
    }
    #expect(
      TraceExportAnswer(status: 200, retryAfter: nil, body: answer.bytes) == .taken(rejected: 3, message: "too old"))
    #expect(
      TraceExportAnswer(status: 200, retryAfter: nil, body: Array("{}".utf8)) == .taken(rejected: 0, message: nil))
  }

  @Test(arguments: [429, 502, 503, 504]) func whatPassesIsTriedAgain(_ status: Int) {
    #expect(
      TraceExportAnswer(status: status, retryAfter: "7", body: [])
        == .later(after: .seconds(7), reason: "status \(status)"))
    #expect(
      TraceExportAnswer(status: status, retryAfter: "Wed, 21 Oct 2026 07:28:00 GMT", body: [])
        == .later(after: nil, reason: "status \(status)"))
  }

  @Test(arguments: [301, 400, 401, 404, 413, 500]) func whatDoesNotPassIsNot(_ status: Int) {
    var answer = ProtobufWriter()
    answer.add(2, text: "no such tenant")
    #expect(
      TraceExportAnswer(status: status, retryAfter: nil, body: answer.bytes)
        == .refused(reason: "status \(status): no such tenant"))
    #expect(
      TraceExportAnswer(status: status, retryAfter: nil, body: Array("<html>".utf8))
        == .refused(reason: "status \(status)"))
  }

  @Test func pausesGrowAndEnd() {
    var retry = TraceExportRetry()
    #expect(retry.pause(after: nil, jitter: 1) == .milliseconds(500))
    #expect(retry.pause(after: nil, jitter: 0) == .milliseconds(500))
    #expect(retry.pause(after: .seconds(20), jitter: 1) == .seconds(20))
    #expect(retry.pause(after: nil, jitter: 1) == .seconds(4))
    #expect(retry.pause(after: .zero, jitter: 1) == nil)
  }
}
