import NIOCore

/// How the peer ended a connection.
package enum WireEnd: Sendable, Equatable { case closed, reset }

/// Keeps what a connection has brought until the test asks for it. It reads from the socket only when it is asked, so that a
/// test can be a slow reader.
final class Inbox: ChannelInboundHandler {
  typealias InboundIn = ByteBuffer

  private var buffered: [UInt8] = []
  private var waiter: EventLoopPromise<[UInt8]?>?
  private var context: ChannelHandlerContext?
  private var sawError = false
  private(set) var end: WireEnd?

  func handlerAdded(context: ChannelHandlerContext) { self.context = context }

  func handlerRemoved(context: ChannelHandlerContext) {
    finish(.closed)
    self.context = nil
  }

  // A read that was asked for before the channel was active is lost.
  func channelActive(context: ChannelHandlerContext) { if waiter != nil { context.read() } }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    buffered.append(contentsOf: unwrapInboundIn(data).readableBytesView)
  }

  func channelReadComplete(context: ChannelHandlerContext) { deliver() }

  func channelInactive(context: ChannelHandlerContext) { finish(sawError ? .reset : .closed) }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    sawError = true
    context.close(promise: nil)
  }

  /// The bytes that have arrived, or the next ones; `nil` after the end.
  func next(on loop: any EventLoop, within limit: Duration) -> EventLoopFuture<[UInt8]?> {
    let promise = loop.makePromise(of: [UInt8]?.self)
    guard waiter == nil else {
      promise.fail(ScenarioError("two readers of one connection"))
      return promise.futureResult
    }
    waiter = promise
    deliver()
    guard waiter != nil else { return promise.futureResult }
    let timer = loop.assumeIsolated().scheduleTask(in: TimeAmount(limit)) {
      self.waiter?.fail(ScenarioError("no bytes within \(limit)"))
      self.waiter = nil
    }
    promise.futureResult.whenComplete { _ in timer.cancel() }
    context?.read()
    return promise.futureResult
  }

  private func deliver() {
    guard let promise = waiter, !buffered.isEmpty || end != nil else { return }
    waiter = nil
    promise.succeed(buffered.isEmpty ? nil : buffered)
    buffered = []
  }

  private func finish(_ how: WireEnd) {
    if end == nil { end = how }
    deliver()
  }
}
