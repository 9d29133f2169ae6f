import GatewayCore
import NIOCore

/// One connection of a client: reads requests, runs one exchange at a time, and writes the answers in order.
final class ClientConnection: ChannelDuplexHandler, ExchangeClient, Sweepable {
  typealias InboundIn = ByteBuffer
  typealias InboundOut = ByteBuffer
  typealias OutboundIn = ByteBuffer
  typealias OutboundOut = ByteBuffer

  private enum State {
    /// Waiting for a request head. → `body`, `exchange`, `closed`
    case head
    /// A request body is arriving. → `exchange`, `closed`
    case body(Exchange, RequestBody)
    /// A request is being answered; what arrives meanwhile is a pipelined request. → `head`, `discarding`, `lingering`,
    /// `upgraded`, `closed`
    case exchange(Exchange)
    /// A request was refused by its head and has its answer; the rest of its body is thrown away. → `head`, `lingering`,
    /// `closed`
    case discarding(UnwantedBody)
    /// The last answer is out; input is thrown away until the client has read it. → `closed`
    case lingering
    /// The bytes are those of another protocol and go to the handlers behind this one. → `closed`
    case upgraded(any UpgradedConnection)
    case closed
  }

  /// What may wait in `input` behind a running exchange before reading stops.
  private static let pipelineLimit = 64 << 10
  /// How long a client may take to read the last answer after its request was refused half-way.
  private static let lingerTime: Duration = .seconds(2)

  let loop: Loop
  private(set) var context: ChannelHandlerContext?
  private(set) var remoteAddress: String?
  var identity: ConnectionIdentity?
  private var state = State.head
  private var parser: RequestHeadParser
  /// Unparsed bytes; a head always begins at its reader index.
  private var input = ByteBuffer()
  private var deadline: Instant?
  /// Since when a full outbound buffer has not become smaller.
  private var stalledSince: Instant?
  private var bufferedWhenStalled = 0
  private var readIsHeldBack = false
  private var isAdvancing = false
  var sweepIndex = -1

  init(loop: Loop) {
    self.loop = loop
    parser = RequestHeadParser(limit: loop.snapshot.server.limits.head)
  }

  // MARK: Channel events

  func handlerAdded(context: ChannelHandlerContext) { self.context = context }

  func handlerRemoved(context: ChannelHandlerContext) { self.context = nil }

  func channelActive(context: ChannelHandlerContext) {
    loop.clock.tick()
    remoteAddress = context.channel.remoteAddress?.ipAddress.map(NetworkAddress.plain)
    deadline = loop.clock.now + loop.snapshot.server.timeouts.head
    loop.clientOpened(self)
    context.fireChannelActive()
  }

  func channelInactive(context: ChannelHandlerContext) {
    loop.clock.tick()
    let previous = state
    state = .closed
    loop.clientClosed(self)
    switch previous {
    case .exchange(let exchange), .body(let exchange, _): exchange.clientGone()
    case .head, .discarding, .lingering, .upgraded, .closed: break
    }
    context.fireChannelInactive()
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    loop.clock.tick()
    if case .upgraded = state { return context.fireChannelRead(data) }
    var bytes = unwrapInboundIn(data)
    if case .lingering = state { return }
    if input.readableBytes == 0 { input = bytes } else { input.writeBuffer(&bytes) }
    advance()
  }

  /// Reading stops while enough pipelined bytes wait behind a running exchange, and while a client that does not read its
  /// answers sends further requests.
  func read(context: ChannelHandlerContext) {
    let mustWait =
      switch state {
      case .exchange: input.readableBytes >= Self.pipelineLimit
      case .head: !isWritable
      case .body, .discarding, .lingering, .upgraded, .closed: false
      }
    if mustWait { readIsHeldBack = true } else { context.read() }
  }

  func channelWritabilityChanged(context: ChannelHandlerContext) {
    loop.clock.tick()
    isWritable = context.channel.isWritable
    stalledSince = isWritable ? nil : loop.clock.now
    bufferedWhenStalled = 0
    switch state {
    case .exchange(let exchange): exchange.clientWritabilityChanged(isWritable)
    case .head where isWritable: proceed(context)
    case .head, .body, .discarding, .lingering, .upgraded, .closed: break
    }
    context.fireChannelWritabilityChanged()
  }

  /// Goes on with what waits in `input`, and with reading.
  private func proceed(_ context: ChannelHandlerContext) {
    if readIsHeldBack {
      readIsHeldBack = false
      context.read()
    }
    advance()
  }

  // MARK: Requests

  /// Takes as many steps as the input allows. An exchange that is answered within a step is followed by the next
  /// pipelined request here, not by recursion.
  private func advance() {
    guard !isAdvancing else { return }
    isAdvancing = true
    defer { isAdvancing = false }
    while step() {}
  }

  private func step() -> Bool {
    switch state {
    case .head: return stepHead()
    case .body(let exchange, let body): return stepBody(exchange, body)
    case .discarding(let body): return stepDiscard(body)
    case .exchange, .lingering, .upgraded, .closed: return false
    }
  }

  private func stepHead() -> Bool {
    // A client that does not read its answers gets no further ones.
    guard input.readableBytes > 0, isWritable else { return false }
    let parsed: Result<RequestHead?, HTTPFault> = input.withUnsafeReadableBytes { bytes in
      do throws(HTTPFault) { return .success(try parser.parse(bytes)) } catch { return .failure(error) }
    }
    switch parsed {
    case .failure(let fault):
      refuse(fault.gatewayError)
      return false
    case .success(nil):
      // The head's time runs from its first byte, not from each read.
      if !headHasBegun {
        headHasBegun = true
        deadline = loop.clock.now + loop.snapshot.server.timeouts.head
      }
      return false
    case .success(let head?):
      headHasBegun = false
      guard let bytes = input.readSlice(length: head.length) else { return false }
      parser.reset()
      begin(head, bytes)
      return true
    }
  }

  private var headHasBegun = false

  private func begin(_ head: RequestHead, _ bytes: ByteBuffer) {
    let exchange = Exchange(connection: self, loop: loop, head: head, headBytes: bytes)
    if let refusal = exchange.refusalBeforeBody() { return refuse(exchange, head, refusal) }
    if head.framing == .none {
      start(exchange, body: ByteBuffer())
      return
    }
    let body = RequestBody(framing: head.framing, limit: loop.snapshot.server.limits.body)
    if head.expectsContinue && input.readableBytes == 0 {
      send(ByteBuffer(staticString: "HTTP/1.1 100 Continue\r\n\r\n"))
    }
    deadline = loop.clock.now + loop.snapshot.server.timeouts.body
    state = .body(exchange, body)
  }

  private func stepBody(_ exchange: Exchange, _ body: RequestBody) -> Bool {
    switch body.take(from: &input) {
    case .incomplete:
      deadline = loop.clock.now + loop.snapshot.server.timeouts.body
      return false
    case .complete(let bytes):
      start(exchange, body: bytes)
      return true
    case .failed(let error):
      state = .exchange(exchange)
      exchange.answer(error, closing: true)
      return false
    }
  }

  /// A request is refused by its head alone. Its body is not wanted: a small one is thrown away as it arrives, so that the
  /// connection serves the next request; for a large one the connection is closed.
  private func refuse(_ exchange: Exchange, _ head: RequestHead, _ refusal: GatewayError) {
    let body = head.framing == .none ? nil : UnwantedBody(of: head)
    let isLast = head.framing != .none && body == nil
    state = .exchange(exchange)
    exchange.answer(refusal, closing: isLast)
    // The answer is out. The connection may be over all the same: the client wished it, or the gateway drains.
    guard let body, case .head = state else { return }
    deadline = loop.clock.now + loop.snapshot.server.timeouts.body
    state = .discarding(body)
  }

  /// Nothing of the rest of its body is read.
  func refuseRest(of exchange: Exchange, _ refusal: GatewayError) {
    guard case .body(let current, _) = state, current === exchange else { return }
    state = .exchange(exchange)
    exchange.answer(refusal, closing: true)
  }

  private func stepDiscard(_ body: UnwantedBody) -> Bool {
    switch body.take(from: &input) {
    case .incomplete: return false
    case .complete:
      awaitRequest()
      return true
    case .failed:
      if let context { linger(context) }
      return false
    }
  }

  private func start(_ exchange: Exchange, body: ByteBuffer) {
    deadline = nil
    state = .exchange(exchange)
    exchange.start(body: body)
  }

  /// The request cannot be understood: answer, and close when the client has read it.
  private func refuse(_ error: GatewayError) {
    let exchange = Exchange(connection: self, loop: loop, malformed: error)
    state = .exchange(exchange)
    exchange.answer(error, closing: true)
  }

  // MARK: Answers

  /// Whether the client has taken enough of what was sent; kept here because asking the channel costs more.
  private(set) var isWritable = true

  func send(_ bytes: ByteBuffer) {
    guard let context else { return }
    context.write(wrapOutboundOut(bytes), promise: nil)
    loop.outbox.send(context)
  }

  /// The answer of the running exchange is complete.
  func answerEnded(closing: Bool) {
    guard let context, case .exchange = state else { return }
    if closing || loop.isDraining {
      linger(context)
      return
    }
    awaitRequest()
    if isWritable { proceed(context) }
  }

  /// The answer of the running exchange, which is out, ended HTTP on this connection.
  ///
  /// - Parameter handlers: of the new protocol; they get nothing before `beginUpgraded`.
  func upgrade(to upgraded: any UpgradedConnection, _ handlers: [any ChannelHandler]) {
    guard let context, case .exchange = state else { return }
    state = .upgraded(upgraded)
    do { try context.pipeline.syncOperations.addHandlers(handlers) } catch { close() }
  }

  /// Hands on what the client has sent already.
  func beginUpgraded() {
    guard let context, case .upgraded = state else { return }
    let rest = input
    input = ByteBuffer()
    if rest.readableBytes > 0 { context.fireChannelRead(wrapInboundOut(rest)) }
    if readIsHeldBack {
      readIsHeldBack = false
      context.read()
    }
  }

  private func awaitRequest() {
    state = .head
    deadline = loop.clock.now + loop.snapshot.server.timeouts.idle
    parser.limit = loop.snapshot.server.limits.head
    if input.readableBytes == 0 { input = ByteBuffer() }
  }

  /// Shuts our side when all is written, and the rest when the client has had time to read it: a reset at once would throw
  /// away what it has not read yet.
  private func linger(_ context: ChannelHandlerContext) {
    state = .lingering
    input = ByteBuffer()
    deadline = loop.clock.now + loop.snapshot.server.timeouts.write
    let written = context.eventLoop.makePromise(of: Void.self)
    context.writeAndFlush(wrapOutboundOut(ByteBuffer()), promise: written)
    let confined = LoopConfined(self)
    written.futureResult.whenComplete { _ in
      let connection = confined.value
      connection.loop.clock.tick()
      connection.deadline = connection.loop.clock.now + Self.lingerTime
      connection.context?.close(mode: .output, promise: nil)
    }
  }

  /// No new request: an idle connection closes now, a busy one after its answer.
  func drain() {
    switch state {
    case .head where input.readableBytes == 0: close()
    case .discarding: if let context { linger(context) }
    case .upgraded(let upgraded): upgraded.drain()
    case .head, .body, .exchange, .lingering, .closed: break
    }
  }

  /// The drain is over. Says whether an exchange was cut.
  func cut() -> Bool {
    switch state {
    case .exchange(let exchange), .body(let exchange, _):
      state = .exchange(exchange)
      exchange.cut()
      return true
    case .upgraded(let upgraded): return upgraded.cut()
    case .head, .discarding, .lingering, .closed:
      close()
      return false
    }
  }

  /// There are too many connections already, or the gateway is about to end.
  func turnAway() {
    refuse(
      loop.isDraining
        ? GatewayError(.draining, "the gateway is shutting down; send the request again")
        : GatewayError(.overloaded, "too many connections (server.limits.connections); try again"))
  }

  func close() {
    // Closing throws away what still waits in the outbox.
    context?.flush()
    context?.close(promise: nil)
  }

  // MARK: Slow clients

  /// Whether the client has taken nothing of what waits for it for as long as `server.timeouts.write`.
  private func hasStalled(now: Instant) -> Bool {
    guard let stalledSince, let context else { return false }
    let buffered = (try? context.channel.syncOptions?.getOption(.bufferedWritableBytes)) ?? 0
    if buffered != bufferedWhenStalled {
      bufferedWhenStalled = buffered
      self.stalledSince = now
      return false
    }
    return now - stalledSince >= loop.snapshot.server.timeouts.write
  }

  func sweep(now: Instant) {
    if hasStalled(now: now) { return close() }
    guard let deadline, now >= deadline else { return }
    self.deadline = nil
    switch state {
    case .head:
      guard headHasBegun else { return close() }
      refuse(GatewayError(.requestTimeout, "the request head did not arrive in time"))
    case .body(let exchange, _):
      state = .exchange(exchange)
      exchange.answer(GatewayError(.requestTimeout, "the request body did not arrive in time"), closing: true)
    case .discarding, .lingering: close()
    case .exchange, .upgraded, .closed: break
    }
  }
}
