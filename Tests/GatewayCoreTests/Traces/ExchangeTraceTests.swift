import GatewayCore
import Testing

struct ExchangeTraceTests {
  private static func caller(_ flags: TraceParent.Flags, low: UInt64 = 7) -> TraceParent {
    TraceParent(trace: TraceID(high: 1, low: low), span: SpanID(word: 9), flags: flags)
  }

  private func begin(
    _ caller: TraceParent?, ratio: Double, follows: Bool = true, state: String = "a=1"
  ) -> ExchangeTrace {
    var random = RandomSequence(seed: 1)
    return .begin(
      under: caller, state: state, sampling: TraceSampling(ratio: ratio, followsCallers: follows), random: &random)
  }

  @Test func withoutACallerATraceBegins() {
    let trace = begin(nil, ratio: 1)
    #expect(trace.parent == nil)
    #expect(trace.id.isValid && trace.span.isValid)
    #expect(trace.state.isEmpty)
    #expect(trace.flags == [.sampled, .random])
    #expect(begin(nil, ratio: 0).flags == .random)
  }

  @Test func theCallersTraceIsJoined() {
    let trace = begin(Self.caller(.sampled), ratio: 0)
    #expect(trace.id == TraceID(high: 1, low: 7))
    #expect(trace.parent == SpanID(word: 9))
    #expect(trace.span != SpanID(word: 9))
    #expect(trace.state == "a=1")
    #expect(trace.decision == .sampledByCaller)
    #expect(trace.flags == .sampled)
  }

  @Test func aCallerThatDoesNotRecordDecidesToo() {
    #expect(begin(Self.caller([]), ratio: 1).decision == .unsampled)
  }

  @Test func whereCallersDoNotDecideTheRatioDoes() {
    #expect(begin(Self.caller(.sampled), ratio: 0, follows: false).decision == .unsampled)
    #expect(begin(Self.caller([]), ratio: 1, follows: false).decision == .sampled)
  }

  @Test func whatAStrangerWantsDoesNotCount() {
    let wanted = begin(Self.caller(.sampled), ratio: 0)
    #expect(wanted.isExported(callerIsKnown: true))
    #expect(!wanted.isExported(callerIsKnown: false))
    #expect(begin(Self.caller(.sampled), ratio: 1).isExported(callerIsKnown: false))
  }

  @Test func theRatioTakesItsShareByTheIdAlone() {
    var random = RandomSequence(seed: 2)
    let tenth = TraceSampling(ratio: 0.1)
    let half = TraceSampling(ratio: 0.5)
    let ids = (0..<10_000).map { _ in TraceID(high: random.next(), low: random.next()) }
    #expect((850...1150).contains(ids.count(where: tenth.takes)))
    #expect(ids.allSatisfy { !tenth.takes($0) || half.takes($0) })
    #expect(ids.allSatisfy(TraceSampling(ratio: 1).takes))
    #expect(!ids.contains(where: TraceSampling(ratio: 0).takes))
  }

  @Test func everyAttemptIsASpanOfItsOwn() {
    let trace = begin(nil, ratio: 1)
    let spans = (0..<100).map(trace.span(ofAttempt:))
    #expect(Set(spans + [trace.span]).count == 101)
    #expect(trace.parent(ofAttempt: 3).description == "00-\(trace.id)-\(spans[3])-03")
    #expect(trace.span(ofAttempt: 3) == spans[3])
  }
}
