import GatewayCore
import GatewayDialects
import NIOCore

/// Turns the bytes of a streamed answer into what the client gets. Until the first content everything is held, so that a
/// failover stays invisible.
protocol StreamRelay: AnyObject {
  var head: AnswerHead { get }
  /// Whether something of the answer may be sent: from then on a failure is the client's to see.
  var hasContent: Bool { get }
  /// What the provider said when it gave up, without the gateway's credentials.
  var error: ProviderError? { get }
  var usage: TokenUsage? { get }
  /// Of the answer so far, for an estimate.
  var text: TextCount { get }
  func receive(_ bytes: ByteBuffer) -> StreamStep
  /// The provider ended the body.
  func ended() -> Result<ByteBuffer, UpstreamFailure>
  /// The events that tell the client of a fault, where they depend on what was sent.
  func brokenOff(_ error: ProviderError) -> [UInt8]?
}

extension StreamRelay {
  var error: ProviderError? { nil }

  func brokenOff(_ error: ProviderError) -> [UInt8]? { nil }
}

enum StreamStep {
  /// Events that may be sent now; empty while all is held.
  case more(ByteBuffer)
  /// The last events: the answer is whole.
  case complete(ByteBuffer)
  /// The events before the fault.
  case failed(UpstreamFailure, ByteBuffer)
}
