import GatewayCore
import GatewayPolicies
import NIOCore

/// Where an exchange writes its answer: a client's connection, or one message of a WebSocket.
protocol ExchangeClient: AnyObject {
  var remoteAddress: String? { get }
  /// nil: it has shown no certificate.
  var identity: ConnectionIdentity? { get }
  /// Whether the client has taken enough of what was sent.
  var isWritable: Bool { get }
  /// Bytes of an HTTP answer.
  func send(_ bytes: ByteBuffer)
  /// The answer of the running exchange is complete.
  /// - Parameter closing: nothing may follow it.
  func answerEnded(closing: Bool)
  /// The exchange is refused while its body still arrives.
  func refuseRest(of exchange: Exchange, _ refusal: GatewayError)
}

extension ExchangeClient {
  func refuseRest(of exchange: Exchange, _ refusal: GatewayError) { exchange.answer(refusal) }
}

/// What an exchange does once its request is understood.
protocol ExchangeCall: AnyObject {
  /// Tries so far, of all targets (`x-sluice-attempts`).
  var tries: Int { get }
  func start()
  /// The client went away, or the drain is over: `Exchange.callStopped` follows.
  func interrupt()
  func clientWritabilityChanged(_ isWritable: Bool)
}

/// A call that limits may refuse: it starts once they have let it in.
protocol LimitedCall: ExchangeCall {
  /// The model that it calls; nil: none.
  var route: ModelRoute? { get }
  /// Asked only where tokens are limited; nil: it has none.
  var size: LimitCheck.Size? { get }
}

/// What has taken over a client's connection after its last answer.
protocol UpgradedConnection: AnyObject {
  /// Nothing new may begin.
  func drain()
  /// The drain is over. Says whether something was cut.
  func cut() -> Bool
}
