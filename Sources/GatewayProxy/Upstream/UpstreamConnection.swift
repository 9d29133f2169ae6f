import GatewayCore
import NIOCore
import NIOSSL
import NIOTLS

/// One connection to a provider, kept alive between answers. It lives on one loop and belongs to that loop's pool.
final class UpstreamConnection: ChannelDuplexHandler, AnswerSource, Sweepable {
  typealias InboundIn = ByteBuffer
  typealias OutboundIn = ByteBuffer
  typealias OutboundOut = ByteBuffer

  private enum State {
    /// TCP, proxy and TLS are being set up. → `idle`, `closed`
    case connecting
    case idle
    /// A request was sent. → `body`, `idle`, `closed`
    case awaitingHead(hasReceivedBytes: Bool)
    case body(Body)
    case closed
  }

  private enum Body {
    case counted(remaining: Int)
    case chunked(ChunkedDecoder)
    case untilClose
  }

  /// What an abandoned answer may still send before its connection is given up.
  private static let drainLimit = 256 << 10
  /// How long its end may take.
  private static let drainTime: Duration = .seconds(5)
  /// A kept-alive connection that closes this soon after a request had been closed before the request reached it.
  private static let staleLimit: Duration = .seconds(1)

  private let pool: UpstreamPool
  /// Called once: when a request can be sent, or when it is known that none ever can.
  private var onReady: ((Result<UpstreamConnection, any Error>) -> Void)?
  private var context: ChannelHandlerContext?
  private var state = State.connecting
  private var parser = ResponseHeadParser(limit: 64 << 10)
  private var input = ByteBuffer()
  private weak var receiver: (any AnswerReceiver)?
  private var keepsAlive = true
  private var isPaused = false
  private var readIsHeldBack = false
  private var drained = 0
  private var hasBeenReady = false
  /// The channel, until a request can be sent over it.
  private var opening: (any Channel)?
  /// Whether it waits in the pool's list. Only the pool writes it.
  var isPooled = false
  private var sentAt: Instant
  /// Since when nobody awaits the rest of its answer.
  private var detachedAt: Instant?
  /// A large request is still on its way out.
  private var isWriting = false
  private let openedAt: Instant
  private var lastError: (any Error)?
  /// Whether an earlier answer came over it.
  private(set) var isReused = false
  private(set) var idleSince: Instant
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
  func send(_ parts: [ByteBuffer], to receiver: any AnswerReceiver) {
    guard let context, case .idle = state else {
      receiver.sourceFailed(UpstreamFailure(.connect, reason: "the connection was closed"), isStale: true)
      return
    }
    self.receiver = receiver
    state = .awaitingHead(hasReceivedBytes: false)
    keepsAlive = true
    isPaused = false
    drained = 0
    sentAt = .current
    detachedAt = nil
    if parts.count > 1 { noteWriting(of: parts, context) } else { write(parts, context, promise: nil) }
    context.flush()
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
    detachedAt = .current
    pool.detached(self)
    resume()
  }

  func close() {
    if case .connecting = state { return connectFailed(ChannelError.ioOnClosedChannel) }
    state = .closed
    context?.close(promise: nil)
  }

  var isUsable: Bool { if case .idle = state { context?.channel.isActive ?? false } else { false } }

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
    state = .closed
    opening?.close(promise: nil)
    opening = nil
    let onReady = self.onReady
    self.onReady = nil
    onReady?(.failure(error))
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
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
          isStale: isReused && Instant.current - sentAt < Self.staleLimit)
      }
    case .body(.untilClose) where lastError == nil: receiver?.receiveEnd()
    case .body: fail(UpstreamFailure(.serverError, reason: "the answer was cut off"))
    case .connecting, .idle, .closed: break
    }
    context.fireChannelInactive()
  }

  private func fail(_ failure: UpstreamFailure, isStale: Bool = false) {
    let receiver = self.receiver
    self.receiver = nil
    receiver?.sourceFailed(failure, isStale: isStale)
  }

  // MARK: Answers

  private func step() -> Bool {
    switch state {
    case .connecting, .closed: return false
    case .idle:
      // Bytes that no request asked for: never let them be taken for the next answer.
      if input.readableBytes > 0 { close() }
      return false
    case .awaitingHead: return stepHead()
    case .body(let body): return stepBody(body)
    }
  }

  private func stepHead() -> Bool {
    guard input.readableBytes > 0 else { return false }
    state = .awaitingHead(hasReceivedBytes: true)
    let parsed: Result<ResponseHead?, HTTPFault> = input.withUnsafeReadableBytes { bytes in
      do throws(HTTPFault) {
        return .success(try parser.parse(bytes, requestWasHEAD: false))
      } catch {
        return .failure(error)
      }
    }
    switch parsed {
    case .failure(let fault):
      refuse("malformed answer: \(fault.message)")
      return false
    case .success(nil): return false
    case .success(let head?):
      guard let bytes = input.readSlice(length: head.length) else { return false }
      parser.reset()
      // RFC 9110 §15.2: interim answers are skipped.
      if head.status < 200 { return true }
      begin(head, bytes)
      return true
    }
  }

  private func begin(_ head: ResponseHead, _ bytes: ByteBuffer) {
    keepsAlive = head.keepsAlive
    switch head.framing {
    case .none: state = .body(.counted(remaining: 0))
    case .length(let length): state = .body(.counted(remaining: length))
    case .chunked: state = .body(.chunked(ChunkedDecoder()))
    case .untilClose:
      keepsAlive = false
      state = .body(.untilClose)
    }
    receiver?.receiveHead(AnswerHead(head, bytes: bytes))
  }

  private func stepBody(_ body: Body) -> Bool {
    switch body {
    case .counted(let remaining):
      if remaining == 0 {
        ended()
        return true
      }
      let available = min(remaining, input.readableBytes)
      guard available > 0, let bytes = input.readSlice(length: available) else { return false }
      state = .body(.counted(remaining: remaining - available))
      deliver(bytes)
      return true
    case .chunked(let decoder): return stepChunks(decoder)
    case .untilClose:
      let bytes = input
      input = ByteBuffer()
      if bytes.readableBytes > 0 { deliver(bytes) }
      return false
    }
  }

  private func stepChunks(_ decoder: ChunkedDecoder) -> Bool {
    guard input.readableBytes > 0 else { return false }
    var decoder = decoder
    // The slices keep the storage; `input` itself may be replaced while the receiver works on one.
    let bytes = input
    input = ByteBuffer()
    var slices: [ByteBuffer] = []
    let result: Result<(consumed: Int, isComplete: Bool), HTTPFault> = bytes.withUnsafeReadableBytes { raw in
      do throws(HTTPFault) {
        return .success(
          try decoder.decode(raw) { range in
            if let slice = bytes.getSlice(at: bytes.readerIndex + range.lowerBound, length: range.count) {
              slices.append(slice)
            }
          })
      } catch {
        return .failure(error)
      }
    }
    switch result {
    case .failure(let fault):
      for slice in slices { deliver(slice) }
      refuse("malformed answer: \(fault.message)")
      return false
    case .success(let progress):
      var rest = bytes
      rest.moveReaderIndex(forwardBy: progress.consumed)
      input = rest
      state = .body(.chunked(decoder))
      for slice in slices { deliver(slice) }
      guard progress.isComplete, case .body = state else { return false }
      ended()
      return true
    }
  }

  private func deliver(_ bytes: ByteBuffer) {
    if let receiver {
      receiver.receiveBody(bytes)
    } else {
      drained += bytes.readableBytes
      if drained > Self.drainLimit { close() }
    }
  }

  private func ended() {
    let receiver = self.receiver
    self.receiver = nil
    isReused = true
    isPaused = false
    detachedAt = nil
    if keepsAlive && input.readableBytes == 0 && !isWriting {
      input = ByteBuffer()
      state = .idle
      idleSince = .current
      pool.returned(self)
    } else {
      close()
    }
    receiver?.receiveEnd()
  }

  private func refuse(_ reason: String) {
    fail(UpstreamFailure(.serverError, reason: reason))
    close()
  }

  func sweep(now: Instant) {
    if case .idle = state, now - idleSince >= UpstreamPool.idleLimit { close() }
    if let detachedAt, now - detachedAt >= Self.drainTime { close() }
  }
}
