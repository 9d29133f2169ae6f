import HummingbirdCore
import Logging
import NIOCore

/// A connection of the admin plane: HTTP/1.1, and before it whatever the handler of new connections puts there.
struct AdminChannel: ServerChildChannel {
  let http: HTTP1Channel
  let onConnection: AdminPlane.ConnectionHandler

  func setup(channel: any Channel, logger: Logger) -> EventLoopFuture<HTTP1Channel.Value> {
    channel.eventLoop.makeCompletedFuture { try onConnection(channel) }
      .flatMap { http.setup(channel: channel, logger: logger) }
  }

  func handle(value: HTTP1Channel.Value, logger: Logger) async { await http.handle(value: value, logger: logger) }
}
