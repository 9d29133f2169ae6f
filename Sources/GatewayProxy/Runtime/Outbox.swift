import NIOCore

/// Connections that have written something and not sent it. What is written while the loop handles events that were ready together
/// leaves at their end, as in Redis: a peer that sleeps is woken once for many messages and not for each, and waking it costs
/// the sender microseconds.
final class Outbox {
  /// Nothing waits for more than this many other messages.
  private static let capacity = 32

  private let eventLoop: any EventLoop
  private var waiting: [ChannelHandlerContext] = []
  /// Room of lists that have left.
  private var spare: [ChannelHandlerContext] = []

  init(eventLoop: any EventLoop) { self.eventLoop = eventLoop }

  /// Sends what was written to a connection before the loop waits for further events.
  func send(_ context: ChannelHandlerContext) {
    waiting.append(context)
    if waiting.count == 1 {
      let confined = LoopConfined(self)
      eventLoop.execute { confined.value.sendAll() }
    } else if waiting.count >= Self.capacity {
      sendAll()
    }
  }

  private func sendAll() {
    // A flush may make somebody write again: that comes into another list.
    var leaving: [ChannelHandlerContext] = []
    swap(&leaving, &spare)
    swap(&leaving, &waiting)
    for context in leaving { context.flush() }
    leaving.removeAll(keepingCapacity: true)
    spare = leaving
  }
}
