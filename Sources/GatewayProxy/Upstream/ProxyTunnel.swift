import GatewayCore
import NIOCore

/// Opens a tunnel through an HTTP forward proxy (RFC 9110 §9.3.6), then leaves the pipeline. TLS runs inside the tunnel.
final class ProxyTunnel: ChannelInboundHandler, RemovableChannelHandler {
  typealias InboundIn = ByteBuffer
  typealias InboundOut = ByteBuffer
  typealias OutboundOut = ByteBuffer

  struct Refused: Error, CustomStringConvertible {
    let description: String
  }

  private let authority: String
  private let proxy: Provider.ForwardProxy
  private var parser = ResponseHeadParser(limit: 16 << 10)
  private var input = ByteBuffer()

  init(authority: String, proxy: Provider.ForwardProxy) {
    self.authority = authority
    self.proxy = proxy
  }

  func channelActive(context: ChannelHandlerContext) {
    var request = ByteBuffer(string: "CONNECT \(authority) HTTP/1.1\r\nhost: \(authority)\r\n")
    if let credential = proxy.basicCredential { request.writeString("proxy-authorization: Basic \(credential)\r\n") }
    request.writeString("\r\n")
    context.writeAndFlush(wrapOutboundOut(request), promise: nil)
    // `channelActive` is passed on when the tunnel stands: TLS begins with it.
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    var bytes = unwrapInboundIn(data)
    input.writeBuffer(&bytes)
    let parsed: Result<ResponseHead?, HTTPFault> = input.withUnsafeReadableBytes { raw in
      // A 2xx answer to CONNECT has no body, whatever its fields say; reading it as an answer to HEAD says the same.
      do throws(HTTPFault) { return .success(try parser.parse(raw, requestWasHEAD: true)) } catch {
        return .failure(error)
      }
    }
    switch parsed {
    case .success(nil): return
    case .failure(let fault): refuse(context, "the proxy answered nonsense: \(fault.message)")
    case .success(let head?):
      guard (200..<300).contains(head.status) else {
        return refuse(context, "the proxy refused the tunnel with status \(head.status)")
      }
      input.moveReaderIndex(forwardBy: head.length)
      let rest = input
      context.fireChannelActive()
      if rest.readableBytes > 0 { context.fireChannelRead(wrapInboundOut(rest)) }
      context.pipeline.syncOperations.removeHandler(self, promise: nil)
    }
  }

  private func refuse(_ context: ChannelHandlerContext, _ reason: String) {
    context.fireErrorCaught(Refused(description: reason))
    context.close(promise: nil)
  }
}
