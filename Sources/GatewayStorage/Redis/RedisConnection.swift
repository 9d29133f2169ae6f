import NIOCore
import NIOSSL

/// One connection: commands go out in order and answers come back in the same order. Lives on its event loop.
///
/// It ends once, by `fail` or by its peer; then every command that waits gets an error, and `onEnd` is called.
final class RedisConnection: ChannelInboundHandler {
  typealias InboundIn = ByteBuffer
  typealias OutboundOut = ByteBuffer
  typealias Answer = Result<RedisValue, RedisError>

  private struct Waiting {
    let deadline: NIODeadline
    let size: Int
    let then: (Answer) -> Void
  }

  /// Called once, after the waiting commands have got their errors.
  var onEnd: ((RedisError) -> Void)?
  /// Set for a subscription: takes everything that comes while no command waits.
  var onPush: ((RedisValue) -> Void)?
  private(set) var failure: RedisError?

  private let maximumPending: Int
  private let maximumPendingBytes: Int
  private var reader = RedisReader()
  private var waiting = CircularBuffer<Waiting>()
  private var waitingBytes = 0
  private var context: ChannelHandlerContext?
  private var outgoing = ByteBuffer()
  private var isFlushScheduled = false
  private var timer: Scheduled<Void>?
  /// When the timer fires.
  private var watchedDeadline = NIODeadline.distantFuture

  init(_ settings: RedisSettings) {
    maximumPending = settings.maximumPending
    maximumPendingBytes = settings.maximumPendingBytes
  }

  /// Sends a command, or fails it at once.
  func send(_ command: RedisCommand, timeout: TimeAmount, then: @escaping (Answer) -> Void) {
    if let failure { return then(.failure(failure)) }
    let size = command.size
    // One command is let through whatever its size, so that a limit of bytes cannot refuse it for ever.
    guard waiting.count < maximumPending, waiting.isEmpty || waitingBytes + size <= maximumPendingBytes else {
      return then(.failure(.overloaded))
    }
    waiting.append(Waiting(deadline: .now() + timeout, size: size, then: then))
    waitingBytes += size
    write(command)
    // The timer may still be that of an answered command with more time, as of the login.
    if waiting.count == 1, timer == nil || watchedDeadline > waiting[waiting.startIndex].deadline { watch() }
  }

  /// Sends a command whose answer is a push.
  func write(_ command: RedisCommand) {
    guard let context, failure == nil else { return }
    command.write(into: &outgoing)
    guard !isFlushScheduled else { return }
    // Commands of one turn of the loop leave in one write.
    isFlushScheduled = true
    context.eventLoop.assumeIsolated().execute { self.flush() }
  }

  private func flush() {
    isFlushScheduled = false
    guard let context, outgoing.readableBytes > 0 else { return }
    let buffer = outgoing
    outgoing = context.channel.allocator.buffer(capacity: 1024)
    context.writeAndFlush(wrapOutboundOut(buffer), promise: nil)
  }

  /// Ends the connection. The first reason counts.
  func fail(_ error: RedisError) {
    guard failure == nil else { return }
    failure = error
    timer?.cancel()
    context?.close(promise: nil)
    let now = NIODeadline.now()
    let lost = waiting
    waiting = []
    waitingBytes = 0
    for command in lost {
      // Only those whose own time is over timed out; the others lost their connection by it.
      let isLate = error != .timedOut || command.deadline <= now
      command.then(.failure(isLate ? error : .unreachable(reason: "the connection was closed after a time-out")))
    }
    onEnd?(error)
    onEnd = nil
    onPush = nil
  }

  /// Deadlines are in the order of the commands: one timer for the oldest is enough.
  private func watch() {
    timer?.cancel()
    guard let context, let oldest = waiting.first else {
      timer = nil
      return
    }
    watchedDeadline = oldest.deadline
    timer = context.eventLoop.assumeIsolated().scheduleTask(deadline: oldest.deadline) {
      if let oldest = self.waiting.first, oldest.deadline <= .now() { return self.fail(.timedOut) }
      self.watch()
    }
  }

  private func received(_ value: RedisValue) {
    guard let command = waiting.popFirst() else {
      if let onPush { return onPush(value) }
      return fail(.malformed(reason: "an answer without a command"))
    }
    waitingBytes -= command.size
    guard case .error(let message) = value else { return command.then(.success(value)) }
    command.then(.failure(.refused(message: message)))
    // A primary that became a replica: the address may lead to its successor by now.
    if message.hasPrefix("READONLY ") { fail(.unreachable(reason: message)) }
  }

  func handlerAdded(context: ChannelHandlerContext) { self.context = context }

  func handlerRemoved(context: ChannelHandlerContext) {
    self.context = nil
    fail(.unreachable(reason: "the connection was closed"))
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    guard failure == nil else { return }
    do {
      try reader.feed(unwrapInboundIn(data))
      while failure == nil, let value = try reader.next() { received(value) }
    } catch {
      fail(error)
    }
  }

  func channelInactive(context: ChannelHandlerContext) {
    fail(.unreachable(reason: "the server closed the connection"))
    context.fireChannelInactive()
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    // A peer that ends TLS without its closing message: `channelInactive` follows.
    if case .uncleanShutdown = error as? NIOSSLError { return }
    fail(.unreachable(reason: RedisDialer.describe(error)))
  }
}
