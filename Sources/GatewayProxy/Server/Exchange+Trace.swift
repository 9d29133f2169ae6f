import GatewayCore
import NIOCore

/// The trace that an exchange belongs to, where exchanges are traced.
extension Exchange {
  func beginTrace(_ settings: TraceSettings) {
    let (caller, state) = headBytes.withUnsafeReadableBytes(traceContext)
    record.trace = ExchangeTrace.begin(
      under: caller, state: state, sampling: settings.sampling, random: &loop.random)
  }

  /// The trace of a caller that has its call traced.
  func noteTrace() {
    let (caller, _) = headBytes.withUnsafeReadableBytes(traceContext)
    if let caller, caller.flags.contains(.sampled) { record.callerTrace = caller.trace }
  }

  /// What the caller says of its trace. Two of what may be there once, or what is malformed, is nothing.
  private func traceContext(in bytes: UnsafeRawBufferPointer) -> (TraceParent?, state: String) {
    guard head.known.contains(.traceparent) else { return (nil, "") }
    let parents = head.fields.filter { $0.known == .traceparent }
    guard parents.count == 1, let parent = TraceParent(parents[0].value.bytes(in: bytes)) else { return (nil, "") }
    guard head.known.contains(.tracestate) else { return (parent, "") }
    let state = head.fields.compactMap { $0.known == .tracestate ? $0.value.bytes(in: bytes) : nil }
    return (parent, TraceState.joined(state) ?? "")
  }

  /// What the attempt that is about to be sent says of its trace, in place of what the caller said.
  func writeTrace(_ trace: ExchangeTrace, into head: inout ByteBuffer) {
    head.writeStaticString("traceparent: ")
    head.writeWithUnsafeMutableBytes(minimumWritableBytes: TraceParent.length) {
      trace.parent(ofAttempt: record.attempts.count).write(to: $0)
      return TraceParent.length
    }
    head.writeStaticString("\r\n")
    guard !trace.state.isEmpty else { return }
    head.writeStaticString("tracestate: ")
    head.writeString(trace.state)
    head.writeStaticString("\r\n")
  }

  /// Whether the answer is to be asked for what a trace tells of it.
  var tellsOfAnswer: Bool { record.trace?.isSampled ?? false || keeper?.needsReasons ?? false }

  func noteAnswer(_ answer: ExchangeTrace.Answer) {
    if record.trace?.isSampled == true { record.trace = record.trace?.with(answer) }
  }
}
