import GatewayCore
import NIOCore
import NIOWebSocket

/// Chat over WebSocket: each text message is a call, answered in order. Every call is an exchange of its own, whose answer is
/// sent as messages.
final class ChatSocket: ExchangeClient, FrameReceiver, UpgradedConnection, Sweepable {
  private struct Call {
    let exchange: Exchange
    var answer = AnswerMessages()
  }

  /// What may wait behind a running call before reading stops.
  private static let queueLimit = 64 << 10
  /// What a waiting call counts beyond its bytes, so that empty ones do not wait for nothing.
  private static let queueCost = 64

  let remoteAddress: String?
  let identity: ConnectionIdentity?
  private let loop: Loop
  private let template: ChatTemplate
  private var channel: FrameChannel?
  private var assembler = MessageAssembler()
  /// Calls that wait for the running one.
  private var queue: [ByteBuffer] = []
  private var queuedBytes = 0
  private var running: Call?
  private var isAdvancing = false
  private var quietSince: Instant
  var sweepIndex = -1

  /// - Parameter template: what all of its calls have in common.
  init(of connection: ClientConnection, loop: Loop, template: ChatTemplate) {
    remoteAddress = connection.remoteAddress
    identity = connection.identity
    self.loop = loop
    self.template = template
    quietSince = loop.clock.now
  }

  /// The handshake has been answered.
  /// - Parameter limit: bytes of one message.
  func begin(on connection: ClientConnection, limit: Int) {
    let channel = FrameChannel(isClient: true, limit: limit, receiver: self)
    self.channel = channel
    loop.connectionSweep.add(self)
    connection.upgrade(to: self, channel.handlers)
    connection.beginUpgraded()
    if loop.isDraining { drain() }
  }

  // MARK: Messages in

  func received(_ frame: WebSocketFrame, on channel: FrameChannel) {
    quietSince = loop.clock.now
    if frame.opcode == .ping { return channel.send(.pong, frame.unmaskedData) }
    guard let message = assembler.take(frame) else { return }
    guard message.opcode == .text else {
      return close(CloseNotice(.unacceptableData, "a call is a text message"))
    }
    guard String(validating: message.data.readableBytesView, as: UTF8.self) != nil else {
      return close(CloseNotice(.invalidText, "a text message is not UTF-8"))
    }
    queue.append(message.data)
    queuedBytes += message.data.readableBytes + Self.queueCost
    advance()
  }

  /// Starts what waits. A call that is answered at once is followed by the next one here, not by recursion.
  private func advance() {
    guard !isAdvancing else { return }
    isAdvancing = true
    defer { isAdvancing = false }
    // A client that does not read its answers gets no further ones.
    while running == nil, isWritable, channel != nil, !queue.isEmpty { begin(queue.removeFirst()) }
    if queuedBytes >= Self.queueLimit || !isWritable { channel?.pause() } else { channel?.resume() }
  }

  private func begin(_ message: ByteBuffer) {
    queuedBytes -= message.readableBytes + Self.queueCost
    let exchange = template.exchange(for: self, on: loop)
    running = Call(exchange: exchange)
    if let refusal = exchange.refusalBeforeBody() { return exchange.answer(refusal) }
    exchange.start(body: message)
  }

  // MARK: Answers out

  var isWritable: Bool { channel?.isWritable ?? false }

  func send(_ bytes: ByteBuffer) {
    guard let messages = running?.answer.take(bytes) else { return }
    for message in messages { channel?.send(.text, message) }
  }

  func answerEnded(closing: Bool) {
    let last = running?.answer.end()
    running = nil
    quietSince = loop.clock.now
    if let last { channel?.send(.text, last) }
    if loop.isDraining { return close(Self.shuttingDown) }
    advance()
  }

  func writabilityChanged(_ isWritable: Bool, on channel: FrameChannel) {
    running?.exchange.clientWritabilityChanged(isWritable)
    advance()
  }

  // MARK: The end

  private static let shuttingDown = CloseNotice(.goingAway, "the gateway is shutting down")

  func ended(_ end: FrameChannel.End, on channel: FrameChannel) { stop() }

  private func close(_ notice: CloseNotice) {
    channel?.sendClose(notice)
    stop()
  }

  private func stop() {
    channel = nil
    queue = []
    queuedBytes = 0
    loop.connectionSweep.remove(self)
    let exchange = running?.exchange
    running = nil
    exchange?.clientGone()
  }

  func drain() { if running == nil { close(Self.shuttingDown) } }

  func cut() -> Bool {
    guard let exchange = running?.exchange else { return false }
    exchange.cut()
    return true
  }

  func sweep(now: Instant) {
    guard running == nil, now - quietSince >= loop.snapshot.server.timeouts.idle else { return }
    close(CloseNotice(.goingAway, "no call came within server.timeouts.idle"))
  }
}
