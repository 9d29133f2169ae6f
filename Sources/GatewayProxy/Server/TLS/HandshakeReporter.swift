import GatewayCore
import NIOCore
import NIOTLS

/// Stands behind TLS until the handshake is over, and tells the log when there will be no connection.
final class HandshakeReporter: ChannelInboundHandler, RemovableChannelHandler {
  typealias InboundIn = ByteBuffer

  private let log: HandshakeLog

  init(_ log: HandshakeLog) { self.log = log }

  func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
    if case .handshakeCompleted = event as? TLSUserEvent {
      context.pipeline.syncOperations.removeHandler(self, promise: nil)
    }
    context.fireUserInboundEventTriggered(event)
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    let now = Instant(nanoseconds: NIODeadline.now().uptimeNanoseconds)
    log.failed(error, of: context.remoteAddress?.ipAddress, now: now)
    context.fireErrorCaught(error)
  }
}
