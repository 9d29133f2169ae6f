import NIOPosix
import Synchronization

/// Notifications of channels, on a connection and a thread of its own. The connection is made again when it is lost. It ends with
/// `close`.
package final class PostgresListener: Sendable {
  package enum Event: Hashable, Sendable {
    /// Notifications come from now on. What was sent before, also during a break, is lost: read the present state.
    case began
    case notified(channel: String, payload: String)
    /// No notifications come until the next `began`. Comes again for each attempt that fails.
    case lost(PostgresError)
  }

  private let settings: PostgresSettings
  private let channels: [String]
  private let heartbeat: Duration
  private let library: PostgresLibrary
  private let ticket = PostgresTicket()
  private let wake = PostgresWake()
  private let threads = NIOThreadPool(numberOfThreads: 1)

  /// Starts to listen.
  /// - Parameters:
  ///   - heartbeat: how often the server is asked whether it is still there.
  ///   - onEvent: called on the thread of the listener.
  package init(
    _ settings: PostgresSettings, channels: [String], heartbeat: Duration = .seconds(10),
    onEvent: @escaping @Sendable (Event) -> Void
  ) throws(PostgresError) {
    self.settings = settings
    self.channels = channels
    self.heartbeat = heartbeat
    library = try PostgresLibrary.load()
    threads.start()
    threads.submit { [self] state in if state == .active { listen(onEvent) } }
  }

  package func close() async {
    ticket.cancel()
    wake.signal()
    try? await threads.shutdownGracefully()
  }

  private func listen(_ onEvent: (Event) -> Void) {
    let pause = PostgresPause(settings.pauses)
    while !ticket.isCancelled {
      do throws(PostgresError) {
        let connection = try PostgresConnection.open(settings, library, wake: wake, ticket: ticket)
        connection.ticket = ticket
        for channel in channels { try connection.execute("LISTEN \(connection.quoted(identifier: channel))") }
        pause.succeeded()
        onEvent(.began)
        try pass(connection, onEvent)
      } catch {
        guard !ticket.isCancelled else { return }
        onEvent(.lost(error))
        rest(pause.failed(error))
      }
    }
  }

  private func pass(_ connection: PostgresConnection, _ onEvent: (Event) -> Void) throws(PostgresError) {
    var asked = ContinuousClock.now
    while !ticket.isCancelled {
      for notification in try connection.notifications(within: heartbeat) {
        onEvent(.notified(channel: notification.channel, payload: notification.payload))
      }
      if .now - asked >= heartbeat {
        try connection.execute("")
        asked = .now
      }
    }
  }

  /// Waits, unless it is closed.
  private func rest(_ pause: Duration) {
    let end = ContinuousClock.now + pause
    // No descriptor: only the wake-up is watched.
    let nothing = PostgresSocket(descriptor: -1, wake: wake)
    while !ticket.isCancelled, nothing.wait(for: .reading, until: end) != .timedOut {}
  }
}
