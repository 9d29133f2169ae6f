import NIOPosix
import Synchronization

/// Connections to one database, each with a thread that may block. Lost ones are made again; nothing is run twice. Its
/// threads end with `close`, which must be called.
package final class PostgresPool: Sendable {
  package let settings: PostgresSettings
  package let counters = PostgresCounters()
  private let library: PostgresLibrary
  private let threads: NIOThreadPool
  private let pause: PostgresPause
  /// Those that no thread uses: as many as there are threads without work.
  private let idle: Mutex<[Seat]>

  /// The place of a connection.
  private final class Seat: Sendable {
    /// Used only by the thread that has taken the seat from `idle`; the lock there orders one use before the next.
    nonisolated(unsafe) var connection: PostgresConnection?
    let wake = PostgresWake()
  }

  /// Loads libpq; connects when there is work.
  package init(_ settings: PostgresSettings) throws(PostgresError) {
    self.settings = settings
    library = try PostgresLibrary.load()
    pause = PostgresPause(settings.pauses)
    idle = Mutex((0..<settings.connections).map { _ in Seat() })
    threads = NIOThreadPool(numberOfThreads: settings.connections)
    threads.start()
  }

  /// Waits for running work and closes the connections. What waits is refused.
  package func close() async {
    try? await threads.shutdownGracefully()
    idle.withLock { for seat in $0 { leave(seat) } }
  }

  /// Runs one statement.
  /// - Parameter parameters: for `$1`, `$2` …
  package func query(_ sql: String, _ parameters: [PostgresValue?] = []) async throws(PostgresError) -> PostgresRows {
    do {
      return try await perform { connection in try connection.query(sql, parameters) }
    } catch {
      throw error as? PostgresError ?? .cancelled
    }
  }

  /// Runs `body` in a transaction: committed when it returns, rolled back when it throws. It runs on a thread of the pool and
  /// may block; a cancelled caller cancels its statement.
  package func transaction<Result: Sendable>(
    _ isolation: PostgresIsolation = .readCommitted,
    _ body: @escaping @Sendable (PostgresConnection) throws -> Result
  ) async throws -> Result {
    try await perform { connection in try connection.transaction(isolation) { try body(connection) } }
  }

  /// Runs `body` with a connection, without a transaction. Settings that it changes stay with the connection.
  /// - Throws: `PostgresError`, or what `body` throws.
  package func perform<Result: Sendable>(
    _ body: @escaping @Sendable (PostgresConnection) throws -> Result
  ) async throws -> Result {
    var failed = true
    let waiting = counters.began()
    defer { counters.ended(failed: failed) }
    guard waiting <= settings.maximumWaiting + settings.connections else { throw PostgresError.overloaded }
    let ticket = PostgresTicket()
    let result = try await withTaskCancellationHandler {
      do {
        return try await threads.runIfActive { try self.work(ticket, body) }
      } catch is CancellationError {
        // The threads refuse with the same error when they have been stopped.
        throw Task.isCancelled ? PostgresError.cancelled : .closed
      }
    } onCancel: {
      ticket.cancel()
    }
    failed = false
    return result
  }

  /// A transaction without a task that waits for it.
  /// - Parameter completion: called once, on any thread, with a `PostgresError` or what `body` throws.
  func submit<Value: Sendable>(
    _ body: @escaping @Sendable (PostgresConnection) throws -> Value,
    completion: @escaping @Sendable (Result<Value, any Error>) -> Void
  ) {
    _ = counters.began()
    threads.submit { [self] state in
      guard state == .active else {
        counters.ended(failed: true)
        return completion(.failure(PostgresError.closed))
      }
      let result = Result {
        try work(PostgresTicket()) { connection in try connection.transaction(.readCommitted) { try body(connection) } }
      }
      if case .failure = result { counters.ended(failed: true) } else { counters.ended(failed: false) }
      completion(result)
    }
  }

  private func work<Result>(_ ticket: PostgresTicket, _ body: (PostgresConnection) throws -> Result) throws -> Result {
    guard let seat = idle.withLock({ $0.popLast() }) else { preconditionFailure("a thread without a connection") }
    defer { idle.withLock { $0.append(seat) } }
    let connection = try connection(of: seat, ticket)
    connection.ticket = ticket
    defer {
      connection.finish()
      if connection.isBroken { leave(seat) }
    }
    return try body(connection)
  }

  private func connection(of seat: Seat, _ ticket: PostgresTicket) throws(PostgresError) -> PostgresConnection {
    if let connection = seat.connection, connection.isAlive { return connection }
    leave(seat)
    try pause.check()
    do throws(PostgresError) {
      let connection = try PostgresConnection.open(settings, library, wake: seat.wake, ticket: ticket)
      pause.succeeded()
      counters.connectionOpened()
      seat.connection = connection
      return connection
    } catch {
      if error != .cancelled { pause.failed(error) }
      throw error
    }
  }

  private func leave(_ seat: Seat) {
    guard seat.connection != nil else { return }
    seat.connection = nil
    counters.connectionClosed()
  }
}

/// How much a transaction sees of others.
package enum PostgresIsolation: String, Sendable {
  case readCommitted = "READ COMMITTED"
  case repeatableRead = "REPEATABLE READ"
  /// May fail with `serializationFailure`; then the transaction is run again.
  case serializable = "SERIALIZABLE"
}

extension PostgresConnection {
  func transaction<Result>(_ isolation: PostgresIsolation, _ body: () throws -> Result) throws -> Result {
    try execute("BEGIN ISOLATION LEVEL \(isolation.rawValue)")
    do {
      let result = try body()
      // COMMIT of a failed transaction is a rollback that reports no error.
      guard !isInFailedTransaction else {
        throw PostgresError.statement(sqlState: "25P02", message: "a statement failed and its error was not passed on")
      }
      try execute("COMMIT")
      return result
    } catch {
      // A cancelled caller must not cancel this too. Where it fails, the connection is not used again.
      ticket = nil
      _ = try? execute("ROLLBACK")
      throw error
    }
  }
}
