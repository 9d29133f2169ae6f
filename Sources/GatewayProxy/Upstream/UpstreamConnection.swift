import GatewayCore
import NIOCore
import NIOSSL
import NIOTLS

/// One connection to a provider, kept alive between answers. It lives on one loop and belongs to that loop's pool.
final class UpstreamConnection: ChannelDuplexHandler, AnswerSource, Sweepable {
  typealias InboundIn = ByteBuffer
  typealias InboundOut = ByteBuffer
  typealias OutboundIn = ByteBuffer
  typealias OutboundOut = ByteBuffer

  enum State {
    /// TCP, proxy and TLS are being set up. → `idle`, `closed`
    case connecting
    case idle
    /// A request was sent. → `body`, `idle`, `closed`
    case awaitingHead(hasReceivedBytes: Bool)
    case body(Body)
    /// The bytes are those of another protocol and go to the handlers behind this one. → `closed`
    case upgraded
    case closed
  }

  enum Body {
    case counted(remaining: Int)
    /// `chunks` decodes it.
    case chunked
    case untilClose
  }

  /// What an abandoned answer may still send before its connection is given up.
  static let drainLimit = 256 << 10
  /// How long its end may take.
  private static let drainTime: Duration = .seconds(5)
  /// A kept-alive connection that closes this soon after a request had been closed before the request reached it.
  private static let staleLimit: Duration = .seconds(1)

  let pool: UpstreamPool
  /// Called once: when a request can be sent, or when it is known that none ever can.
  private var onReady: ((Result<UpstreamConnection, any Error>) -> Void)?
  private(set) var context: ChannelHandlerContext?
  var state = State.connecting
  var parser = ResponseHeadParser(limit: 64 << 10)
  /// Of a chunked body; beside the state, for it would be copied out of that and back with each read.
  var chunks = ChunkedDecoder()
  var input = ByteBuffer()
  /// Held from `send` to the end of the answer, however it ends. Not weak: a weak reference would make every retain of an
  /// attempt a slow one.
  var receiver: (any AnswerReceiver)?
  var keepsAlive = true
  var isPaused = false
  private var readIsHeldBack = false
  var drained = 0
  private var hasBeenReady = false
  /// The channel, until a request can be sent over it.
  private var opening: (any Channel)?
  /// Whether it waits in the pool's list. Only the pool writes it.
  var isPooled = false
  private var sentAt: Instant
  /// Since when nobody awaits the rest of its answer.
  var detachedAt: Instant?
  /// A large request is still on its way out.
  var isWriting = false
  private let openedAt: Instant
  private var lastError: (any Error)?
  /// Whether an earlier answer came over it.
  var isReused = false
  var idleSince: Instant
  var sweepIndex = -1

  init(
    pool: UpstreamPool, now: Instant,
    onReady: @escaping (Result<UpstreamConnection, any Error>) -> Void
  ) {
    self.pool = pool
    self.onReady = onReady
    openedAt = now
    idleSince = now
    sentAt = now
  }

  // MARK: Requests

  /// Sends one request; its answer goes to `receiver`.
  ///
  /// - Parameter asksForUpgrade: whether it may be answered with 101.
  func send(_ parts: [ByteBuffer], to receiver: any AnswerReceiver, asksForUpgrade: Bool = false) {
    guard let context, case .idle = state else {
      receiver.sourceFailed(
        UpstreamFailure(.connect, reason: "the connection was closed"), after: ByteBuffer(), isStale: true)
      return
    }
    self.receiver = receiver
    parser.expectsUpgrade = asksForUpgrade
    state = .awaitingHead(hasReceivedBytes: false)
    keepsAlive = true
    isPaused = false
    drained = 0
    sentAt = pool.clock.now
    detachedAt = nil
    if parts.count > 1 { noteWriting(of: parts, context) } else { write(parts, context, promise: nil) }
    pool.outbox.send(context)
  }

  /// A provider may answer before it has read a large request; such a connection is not used again.
  private func noteWriting(of parts: [ByteBuffer], _ context: ChannelHandlerContext) {
    isWriting = true
    let written = context.eventLoop.makePromise(of: Void.self)
    written.futureResult.assumeIsolated().whenComplete { _ in self.isWriting = false }
    write(parts, context, promise: written)
  }

  private func write(_ parts: [ByteBuffer], _ context: ChannelHandlerContext, promise: EventLoopPromise<Void>?) {
    for part in parts.dropLast() { context.write(wrapOutboundOut(part), promise: nil) }
    if let last = parts.last { context.write(wrapOutboundOut(last), promise: promise) }
  }

  func pause() { if receiver != nil { isPaused = true } }

  func resume() {
    isPaused = false
    if readIsHeldBack, let context {
      readIsHeldBack = false
      context.read()
    }
  }

  func cancel() {
    receiver = nil
    close()
  }

  func detach() {
    receiver = nil
    detachedAt = pool.clock.now
    pool.detached(self)
    resume()
  }

  func close() {
    if case .connecting = state { return connectFailed(ChannelError.ioOnClosedChannel) }
    state = .closed
    context?.close(promise: nil)
  }

  /// A channel that has become inactive has made this `.closed`.
  var isUsable: Bool { if case .idle = state { true } else { false } }

  func age(now: Instant) -> Duration { now - openedAt }

  // MARK: Channel events

  func handlerAdded(context: ChannelHandlerContext) { self.context = context }

  func handlerRemoved(context: ChannelHandlerContext) { self.context = nil }

  func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
    if case TLSUserEvent.handshakeCompleted = event { handshakeCompleted(context) }
    context.fireUserInboundEventTriggered(event)
  }

  private func handshakeCompleted(_ context: ChannelHandlerContext) {
    do {
      let tls = try context.pipeline.syncOperations.handler(type: NIOSSLClientHandler.self)
      guard let certificate = tls.peerCertificate else { throw NIOSSLError.noCertificateToValidate }
      try PeerIdentity(host: pool.host).check(certificate)
      becameReady()
    } catch {
      connectFailed(error)
    }
  }

  /// The socket is open. `false` when the connection was given up meanwhile.
  func begin(over channel: any Channel) -> Bool {
    guard case .connecting = state else { return false }
    opening = channel
    return true
  }

  /// A request can be sent.
  func becameReady() {
    guard case .connecting = state else { return }
    pool.clock.tick()
    opening = nil
    state = .idle
    hasBeenReady = true
    let onReady = self.onReady
    self.onReady = nil
    onReady?(.success(self))
  }

  /// It never will be. What is open of it is closed.
  func connectFailed(_ error: any Error) {
    guard case .connecting = state else { return }
    pool.clock.tick()
    state = .closed
    opening?.close(promise: nil)
    opening = nil
    let onReady = self.onReady
    self.onReady = nil
    onReady?(.failure(error))
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    pool.clock.tick()
    if case .upgraded = state { return context.fireChannelRead(data) }
    var bytes = unwrapInboundIn(data)
    if input.readableBytes == 0 { input = bytes } else { input.writeBuffer(&bytes) }
    while step() {}
  }

  func read(context: ChannelHandlerContext) {
    if isPaused { readIsHeldBack = true } else { context.read() }
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    lastError = lastError ?? error
    context.close(promise: nil)
  }

  func channelInactive(context: ChannelHandlerContext) {
    pool.clock.tick()
    if case .connecting = state { connectFailed(lastError ?? ChannelError.eof) }
    let previous = state
    state = .closed
    pool.closed(self, wasReady: hasBeenReady)
    switch previous {
    case .awaitingHead(let hasReceivedBytes):
      if hasReceivedBytes {
        fail(UpstreamFailure(.serverError, reason: "the answer was cut off within its head"))
      } else {
        fail(
          UpstreamFailure(.connect, reason: "the connection was closed before an answer"),
          isStale: isReused && pool.clock.now - sentAt < Self.staleLimit)
      }
    case .body(.untilClose) where lastError == nil:
      let receiver = self.receiver
      self.receiver = nil
      receiver?.receiveEnd()
    case .body: fail(UpstreamFailure(.serverError, reason: "the answer was cut off"))
    case .connecting, .idle, .upgraded, .closed: break
    }
    context.fireChannelInactive()
  }

  func fail(_ failure: UpstreamFailure, after rest: ByteBuffer = ByteBuffer(), isStale: Bool = false) {
    let receiver = self.receiver
    self.receiver = nil
    receiver?.sourceFailed(failure, after: rest, isStale: isStale)
  }

  func sweep(now: Instant) {
    if case .idle = state, now - idleSince >= UpstreamPool.idleLimit { close() }
    if let detachedAt, now - detachedAt >= Self.drainTime { close() }
  }
}
