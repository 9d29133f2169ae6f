import GatewayCore
import NIOCore

/// Opens a tunnel through an HTTP forward proxy (RFC 9110 §9.3.6) on a connection to it, then leaves the pipeline.
final class ProxyTunnel: ChannelInboundHandler, RemovableChannelHandler {
  typealias InboundIn = ByteBuffer
  typealias InboundOut = ByteBuffer
  typealias OutboundOut = ByteBuffer

  struct Refused: Error, CustomStringConvertible {
    let description: String
  }

  private let authority: String
  private let proxy: Provider.ForwardProxy
  /// Called once.
  private var completion: ((Result<Void, any Error>) -> Void)?
  private var parser = ResponseHeadParser(limit: 16 << 10)
  private var input = ByteBuffer()

  init(authority: String, proxy: Provider.ForwardProxy, completion: @escaping (Result<Void, any Error>) -> Void) {
    self.authority = authority
    self.proxy = proxy
    self.completion = completion
  }

  func handlerAdded(context: ChannelHandlerContext) {
    var request = ByteBuffer(string: "CONNECT \(authority) HTTP/1.1\r\nhost: \(authority)\r\n")
    if let credential = proxy.basicCredential { request.writeString("proxy-authorization: Basic \(credential)\r\n") }
    request.writeString("\r\n")
    context.writeAndFlush(wrapOutboundOut(request), promise: nil)
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    var bytes = unwrapInboundIn(data)
    input.writeBuffer(&bytes)
    while completion != nil, step(context) {}
  }

  private func step(_ context: ChannelHandlerContext) -> Bool {
    let parsed: Result<ResponseHead?, HTTPFault> = input.withUnsafeReadableBytes { raw in
      // A 2xx answer to CONNECT has no body, whatever its fields say; reading it as an answer to HEAD says the same.
      do throws(HTTPFault) {
        return .success(try parser.parse(raw, requestWasHEAD: true))
      } catch {
        return .failure(error)
      }
    }
    switch parsed {
    case .success(nil): return false
    case .failure(let fault): refuse(context, "the proxy answered nonsense: \(fault.message)")
    case .success(let head?):
      input.moveReaderIndex(forwardBy: head.length)
      parser.reset()
      if head.status < 200 { return input.readableBytes > 0 }
      guard head.status < 300 else {
        refuse(context, "the proxy refused the tunnel with status \(head.status)")
        return false
      }
      open(context)
    }
    return false
  }

  private func open(_ context: ChannelHandlerContext) {
    let rest = input
    complete(.success(()))
    if rest.readableBytes > 0 { context.fireChannelRead(wrapInboundOut(rest)) }
    context.pipeline.syncOperations.removeHandler(self, promise: nil)
  }

  func channelInactive(context: ChannelHandlerContext) {
    complete(.failure(Refused(description: "the proxy closed the connection")))
    context.fireChannelInactive()
  }

  private func refuse(_ context: ChannelHandlerContext, _ reason: String) {
    complete(.failure(Refused(description: reason)))
    context.close(promise: nil)
  }

  private func complete(_ result: Result<Void, any Error>) {
    let completion = self.completion
    self.completion = nil
    completion?(result)
  }
}
