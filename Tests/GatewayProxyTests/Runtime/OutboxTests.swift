import NIOCore
import NIOEmbedded
import Testing

@testable import GatewayProxy

@Suite struct OutboxTests {
  /// A connection that writes by the outbox, and says when it has flushed.
  private final class Sender: ChannelOutboundHandler {
    typealias OutboundIn = ByteBuffer
    var context: ChannelHandlerContext?
    var flushed: () -> Void = {}

    func handlerAdded(context: ChannelHandlerContext) { self.context = context }

    func flush(context: ChannelHandlerContext) { context.flush() }

    func send(_ text: String, by outbox: Outbox) {
      guard let context else { return }
      context.write(NIOAny(ByteBuffer(string: text)), promise: nil)
      outbox.send(context)
    }
  }

  /// Tells of each flush of the connection.
  private final class Witness: ChannelOutboundHandler {
    typealias OutboundIn = ByteBuffer
    let sender: Sender

    init(_ sender: Sender) { self.sender = sender }

    func flush(context: ChannelHandlerContext) {
      context.flush()
      sender.flushed()
    }
  }

  private let loop = EmbeddedEventLoop()

  private func connection() throws -> (EmbeddedChannel, Sender) {
    let sender = Sender()
    let channel = EmbeddedChannel(handlers: [Witness(sender), sender], loop: loop)
    try channel.connect(to: SocketAddress(ipAddress: "127.0.0.1", port: 1)).wait()
    return (channel, sender)
  }

  private func sent(_ channel: EmbeddedChannel) throws -> String {
    var text = ""
    while let bytes = try channel.readOutbound(as: ByteBuffer.self) { text += String(buffer: bytes) }
    return text
  }

  @Test func whatATurnWroteLeavesAtItsEnd() throws {
    let outbox = Outbox(eventLoop: loop)
    let (channel, sender) = try connection()
    sender.send("a", by: outbox)
    sender.send("b", by: outbox)
    #expect(try sent(channel) == "")
    loop.run()
    #expect(try sent(channel) == "ab")
    sender.send("c", by: outbox)
    loop.run()
    #expect(try sent(channel) == "c")
  }

  @Test func nothingWaitsForMoreThanThirtyOneOthers() throws {
    let outbox = Outbox(eventLoop: loop)
    let connections = try (0..<40).map { _ in try connection() }
    for (_, sender) in connections { sender.send("x", by: outbox) }
    #expect(try connections.map { try sent($0.0) } == Array(repeating: "x", count: 32) + Array(repeating: "", count: 8))
    loop.run()
    #expect(try connections[32...].map { try sent($0.0) } == Array(repeating: "x", count: 8))
  }

  @Test func whatIsWrittenDuringAFlushLeavesToo() throws {
    let outbox = Outbox(eventLoop: loop)
    let (channel, sender) = try connection()
    var left = 100
    sender.flushed = {
      // More than fit at once, from within.
      for _ in 0..<40 where left > 0 {
        left -= 1
        sender.send("y", by: outbox)
      }
    }
    sender.send("x", by: outbox)
    loop.run()
    #expect(try sent(channel) == "x" + String(repeating: "y", count: 100))
    sender.send("z", by: outbox)
    loop.run()
    #expect(try sent(channel) == "z")
  }
}
