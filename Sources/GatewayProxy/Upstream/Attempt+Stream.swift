import GatewayCore
import GatewayDialects
import GatewayPolicies
import NIOCore

/// A streamed answer: relayed from its first content on; what breaks after that is the client's to see.
extension Attempt {
  /// - Parameter end: what broke the answer off right behind `bytes`; it counts unless they made the answer whole.
  func receiveStream(_ relay: any StreamRelay, _ bytes: ByteBuffer, before end: UpstreamFailure? = nil) {
    let hadContent = relay.hasContent
    var step = relay.receive(bytes)
    // What most pieces of a stream are.
    if hadContent, end == nil, case .more(let output) = step { return pass(output) }
    if let end, case .more(let output) = step { step = .failed(end, output) }
    // Content that came together with the fault has not been sent: another target may still answer.
    if case .failed(let failure, _) = step, !hadContent { return fail(failure, Self.answer(of: relay)) }
    if !hadContent && relay.hasContent {
      let now = loop.clock.now
      timers.contentReceived(now: now)
      exchange.record.firstTokenAt = now
      describeWinner()
      exchange.isOpaqueStream = relay is OpaqueRelay
      exchange.beginStream(relay.head, contentType: passage.isRewritten ? exchange.dialect.streamContentType : nil)
    }
    switch step {
    case .more(let output): pass(output)
    case .complete(let output):
      let source = self.source
      self.source = nil
      source?.detach()
      completeStream(relay, output)
    case .failed(let failure, let output):
      breakOrFail(failure, relay, output)
    }
  }

  private func pass(_ events: ByteBuffer) {
    guard events.readableBytes > 0 else { return }
    let exchange = exchange
    exchange.sendStream(events)
    if !exchange.connection.isWritable { clientWritabilityChanged(false) }
  }

  func finishStream(_ relay: any StreamRelay) {
    switch relay.ended() {
    case .success(let output): completeStream(relay, output)
    case .failure(let failure): breakOrFail(failure, relay, ByteBuffer())
    }
  }

  private func completeStream(_ relay: any StreamRelay, _ output: ByteBuffer) {
    win(usage: .settled(relay.usage, estimate: estimate(relay.text)))
    // Whoever reads the end may call again at once: its slot is free by then.
    exchange.settleLimits()
    if let keeper = exchange.keeper { exchange.keep(keeper) { $0.append(output) } }
    exchange.sendLastOfStream(output)
    finish(.won)
  }

  func breakOrFail(_ failure: UpstreamFailure, _ relay: any StreamRelay, _ output: ByteBuffer) {
    guard relay.hasContent else { return fail(failure, Self.answer(of: relay)) }
    let failure = redacted(failure)
    record.failure = failure
    meter(.settled(relay.usage, estimate: estimate(relay.text)))
    if output.readableBytes > 0 { exchange.sendStream(output) }
    let error = GatewayError(
      .providerError, "the answer of \(planned.target.label) broke off: \(failure.reason); what was sent is incomplete")
    exchange.record.errorCode = error.code
    exchange.record.errorMessage = error.message
    let told = ProviderError(message: error.message, type: error.type, code: error.code)
    exchange.sendStreamError(error, events: relay.brokenOff(told))
    source?.cancel()
    source = nil
    finish(.broken(failure))
  }

  /// An error that stood in the place of a stream's content.
  private static func answer(of relay: any StreamRelay) -> ProviderAnswer? {
    relay.error.map { ProviderAnswer(status: nil, error: $0) }
  }

  func clientWritabilityChanged(_ isWritable: Bool) {
    guard let source, case .streaming = state else { return }
    if isWritable {
      timers.resumed(now: loop.clock.now)
      source.resume()
      isHeldBack = false
    } else {
      source.pause()
      isHeldBack = true
    }
  }
}
