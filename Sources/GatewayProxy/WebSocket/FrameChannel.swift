import NIOCore
import NIOWebSocket

/// Who takes the frames of a `FrameChannel`.
protocol FrameReceiver: AnyObject {
  /// Any frame but a close.
  func received(_ frame: WebSocketFrame, on channel: FrameChannel)
  /// Nothing more comes; called once at most, and not after `sendClose`.
  func ended(_ end: FrameChannel.End, on channel: FrameChannel)
  func writabilityChanged(_ isWritable: Bool, on channel: FrameChannel)
}

/// One WebSocket connection as frames: the last handler of its pipeline. It sees that the peer keeps to RFC 6455, masks what
/// goes to a provider, and closes properly.
final class FrameChannel: ChannelDuplexHandler {
  typealias InboundIn = WebSocketFrame
  typealias OutboundIn = Never
  typealias OutboundOut = WebSocketFrame

  /// How the peer ended the connection.
  enum End {
    case closed(CloseNotice)
    case violated(FrameRules.Violation)
    /// Without a close frame.
    case gone
  }

  /// How long a peer may take to answer a close frame.
  private static let closeLimit: TimeAmount = .seconds(2)

  /// Whether the peer is the caller; otherwise it is a provider.
  let isClient: Bool
  private let limit: Int
  private var rules: FrameRules
  private var receiver: (any FrameReceiver)?
  private var context: ChannelHandlerContext?
  private(set) var isWritable = true
  private var isPaused = false
  private var readIsHeldBack = false
  private var hasSentClose = false
  private var closeHasLeft = false
  private var hasReceivedClose = false
  private var hasEnded = false
  private var closeTimer: Scheduled<Void>?

  /// - Parameter limit: bytes of one message.
  init(isClient: Bool, limit: Int, receiver: any FrameReceiver) {
    self.isClient = isClient
    self.limit = limit
    self.receiver = receiver
    rules = FrameRules(expectsMask: isClient, limit: limit)
  }

  /// The decoder, the encoder and this, in the order of the pipeline.
  var handlers: [any ChannelHandler] {
    [ByteToMessageHandler(WebSocketFrameDecoder(maxFrameSize: limit)), WebSocketFrameEncoder(), self]
  }

  // MARK: Sending

  /// The frame goes on as it came, with a mask of ours where one is needed.
  func pass(_ frame: WebSocketFrame) { send(frame.opcode, frame.unmaskedData, isFinal: frame.fin) }

  func send(_ opcode: WebSocketOpcode, _ data: ByteBuffer, isFinal: Bool = true) {
    guard !hasSentClose else { return }
    context?.writeAndFlush(wrapOutboundOut(frame(opcode, data, isFinal: isFinal)), promise: nil)
  }

  private func frame(_ opcode: WebSocketOpcode, _ data: ByteBuffer, isFinal: Bool = true) -> WebSocketFrame {
    WebSocketFrame(fin: isFinal, opcode: opcode, maskKey: isClient ? nil : .random(), data: data)
  }

  /// Begins the end: the peer is told why, and has a moment to answer. The receiver hears no more.
  func sendClose(_ notice: CloseNotice) {
    guard !hasSentClose else { return }
    hasSentClose = true
    receiver = nil
    guard let context else { return }
    let written = context.eventLoop.makePromise(of: Void.self)
    written.futureResult.assumeIsolated().whenComplete { _ in
      self.closeHasLeft = true
      self.closeIfDone()
    }
    context.writeAndFlush(wrapOutboundOut(frame(.connectionClose, notice.payload)), promise: written)
    closeTimer = context.eventLoop.assumeIsolated().scheduleTask(in: Self.closeLimit) {
      self.context?.close(promise: nil)
    }
    resume()
  }

  /// Both sides have said that they are done, and our word has left.
  private func closeIfDone() {
    if hasReceivedClose && closeHasLeft { context?.close(promise: nil) }
  }

  // MARK: Reading

  func pause() { if !hasSentClose { isPaused = true } }

  func resume() {
    isPaused = false
    if readIsHeldBack {
      readIsHeldBack = false
      context?.read()
    }
  }

  func read(context: ChannelHandlerContext) {
    if isPaused { readIsHeldBack = true } else { context.read() }
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    let frame = unwrapInboundIn(data)
    // RFC 6455 §5.5.1: nothing that follows a close frame counts.
    guard !hasEnded else { return }
    if let violation = rules.check(frame) { return fail(violation) }
    guard frame.opcode == .connectionClose else {
      receiver?.received(frame, on: self)
      return
    }
    guard let notice = CloseNotice(payload: frame.unmaskedData) else {
      return fail(FrameRules.Violation(code: .protocolError, reason: "a malformed close frame"))
    }
    hasEnded = true
    hasReceivedClose = true
    if hasSentClose { return closeIfDone() }
    let receiver = receiver
    sendClose(notice)
    receiver?.ended(.closed(notice), on: self)
  }

  private func fail(_ violation: FrameRules.Violation) {
    guard !hasEnded else { return }
    let receiver = receiver
    sendClose(CloseNotice(violation.code, violation.reason))
    hasEnded = true
    receiver?.ended(.violated(violation), on: self)
  }

  // MARK: Channel events

  func handlerAdded(context: ChannelHandlerContext) {
    self.context = context
    isWritable = context.channel.isWritable
  }

  func handlerRemoved(context: ChannelHandlerContext) {
    self.context = nil
    receiver = nil
  }

  func channelWritabilityChanged(context: ChannelHandlerContext) {
    isWritable = context.channel.isWritable
    receiver?.writabilityChanged(isWritable, on: self)
    context.fireChannelWritabilityChanged()
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    guard let error = error as? NIOWebSocketError else { return context.close(promise: nil) }
    fail(rules.violation(of: error))
  }

  func channelInactive(context: ChannelHandlerContext) {
    closeTimer?.cancel()
    closeTimer = nil
    let receiver = receiver
    self.receiver = nil
    if !hasEnded {
      hasEnded = true
      receiver?.ended(.gone, on: self)
    }
    context.fireChannelInactive()
  }
}
