import NIOCore

/// Stands before TLS until the first byte has come: who speaks plain HTTP to the port is told so, in plain HTTP.
final class PlainTextDoor: ChannelInboundHandler, RemovableChannelHandler {
  typealias InboundIn = ByteBuffer
  typealias InboundOut = ByteBuffer
  typealias OutboundOut = ByteBuffer

  private static let sentence =
    #"{"error":{"message":"this port speaks TLS: write https:// in the URL","type":"invalid_request_error","param":null,"#
    + #""code":"malformed_request"}}"#
  /// RFC 8446 §5.1: the content type of a handshake.
  private static let handshake: UInt8 = 22

  private var hasRefused = false

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    // What a refused client sends further is nobody's.
    if hasRefused { return }
    guard let first = unwrapInboundIn(data).readableBytesView.first else { return }
    guard first != Self.handshake, UInt8(ascii: "A")...UInt8(ascii: "Z") ~= first else {
      context.fireChannelRead(data)
      context.pipeline.syncOperations.removeHandler(self, promise: nil)
      return
    }
    hasRefused = true
    let answer =
      "HTTP/1.1 400 Bad Request\r\ncontent-type: application/json\r\ncontent-length: \(Self.sentence.utf8.count)\r\n"
      + "connection: close\r\n\r\n\(Self.sentence)"
    context.writeAndFlush(wrapOutboundOut(ByteBuffer(string: answer)), promise: nil)
    // The rest of the connection ends with the client, or with the time of the head.
    context.close(mode: .output, promise: nil)
  }
}
