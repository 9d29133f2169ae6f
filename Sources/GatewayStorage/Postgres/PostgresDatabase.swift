import GatewayCore
import Synchronization

/// A database of PostgreSQL that several gateways share. What one of them changes of keys, it tells the others by `NOTIFY`.
final class PostgresDatabase: SQLDatabase {
  private static let channel = "sluice_keys"
  /// Sent with the commit of the transaction that changed keys.
  static let announcement = "SELECT pg_notify('\(channel)', '')"
  // Of a server that is gone without a word the listener knows so late, and one time-out later.
  private static let heartbeat: Duration = .seconds(1)
  // Times that a transaction is run again when others got in its way.
  private static let repetitions = 5

  private struct Watch {
    var isUp = true
    var listener: PostgresListener?
    var whenBack: (@Sendable () -> Void)?
    /// Waits for the first event.
    var start: CheckedContinuation<Result<Void, PostgresError>, Never>?
    var first: Result<Void, PostgresError>?
  }

  private let pool: PostgresPool
  private let lane = SerialLane()
  private let changes = Atomic<Int64>(0)
  private let breaks = Atomic<Int64>(0)
  private let watch = Mutex(Watch())
  private let onEvent: (@Sendable (StoreEvent) -> Void)?

  var dialect: SQLDialect { .postgres }
  var name: String { pool.settings.server }

  private init(_ pool: PostgresPool, onEvent: (@Sendable (StoreEvent) -> Void)?) {
    self.pool = pool
    self.onEvent = onEvent
  }

  /// Connects, creates the tables or brings them to the present version.
  /// - Parameter listens: whether changes of keys by others are of interest.
  static func open(
    _ settings: PostgresSettings, listens: Bool, onEvent: (@Sendable (StoreEvent) -> Void)?
  ) async throws(StorageError) -> PostgresDatabase {
    let pool: PostgresPool
    do throws(PostgresError) { pool = try PostgresPool(settings) } catch {
      throw StorageError(error, server: settings.server)
    }
    let database = PostgresDatabase(pool, onEvent: onEvent)
    do {
      try await PostgresSchema.migrations.run(on: pool)
      if listens { try await database.listen() }
    } catch {
      try? await database.close()
      throw StorageError(error, server: settings.server)
    }
    return database
  }

  func transaction<Result: Sendable>(
    _ work: @escaping @Sendable (any SQLSession) throws -> Result
  ) async throws(StorageError) -> Result {
    var attempt = 0
    while true {
      do {
        return try await pool.transaction { try work(PostgresSession(connection: $0)) }
      } catch {
        attempt += 1
        guard Self.isWorthRepeating(error, attempt) else { throw StorageError(error, server: name) }
      }
    }
  }

  func submit<Value: Sendable>(
    _ work: @escaping @Sendable (any SQLSession) throws -> Value,
    completion: @escaping @Sendable (Result<Value, StorageError>) -> Void
  ) {
    lane.submit { [self] done in attempt(1, work, completion, done) }
  }

  private func attempt<Value: Sendable>(
    _ number: Int, _ work: @escaping @Sendable (any SQLSession) throws -> Value,
    _ completion: @escaping @Sendable (Result<Value, StorageError>) -> Void, _ done: @escaping @Sendable () -> Void
  ) {
    pool.submit {
      try work(PostgresSession(connection: $0))
    } completion: { [self] result in
      if case .failure(let error) = result, Self.isWorthRepeating(error, number) {
        return attempt(number + 1, work, completion, done)
      }
      completion(result.mapError { StorageError($0, server: name) })
      done()
    }
  }

  private static func isWorthRepeating(_ error: any Error, _ attempt: Int) -> Bool {
    attempt < repetitions && (error as? PostgresError)?.isWorthRepeating == true
  }

  func foreignVersion() async throws(StorageError) -> (changes: Int64, breaks: Int64) {
    (changes.load(ordering: .sequentiallyConsistent), breaks.load(ordering: .sequentiallyConsistent))
  }

  func whenBack(_ action: @escaping @Sendable () -> Void) { watch.withLock { $0.whenBack = action } }

  func close() async throws(StorageError) {
    let listener = watch.withLock { watch in
      defer { watch.listener = nil }
      return watch.listener
    }
    await listener?.close()
    await pool.close()
  }

  /// Listens, and returns when changes are noticed from now on.
  private func listen() async throws(PostgresError) {
    let listener = try PostgresListener(
      pool.settings, channels: [Self.channel], heartbeat: Self.heartbeat
    ) { [weak self] event in self?.take(event) }
    watch.withLock { $0.listener = listener }
    try await withCheckedContinuation { continuation in
      let first = watch.withLock { watch in
        if watch.first == nil { watch.start = continuation }
        return watch.first
      }
      if let first { continuation.resume(returning: first) }
    }.get()
  }

  private func take(_ event: PostgresListener.Event) {
    switch event {
    case .notified: changes.wrappingAdd(1, ordering: .sequentiallyConsistent)
    case .began: began()
    case .lost(let error): lost(error)
    }
  }

  private func began() {
    // What was changed during a break must be read, perhaps from another server than before.
    breaks.wrappingAdd(1, ordering: .sequentiallyConsistent)
    let (start, whenBack) = watch.withLock {
      watch -> (CheckedContinuation<Result<Void, PostgresError>, Never>?, (@Sendable () -> Void)?) in
      defer {
        (watch.start, watch.isUp) = (nil, true)
        watch.first = watch.first ?? .success(())
      }
      return (watch.start, watch.isUp ? nil : watch.whenBack)
    }
    start?.resume(returning: .success(()))
    guard let whenBack else { return }
    onEvent?(.back)
    whenBack()
  }

  private func lost(_ error: PostgresError) {
    let (start, wasUp) = watch.withLock { watch in
      defer {
        (watch.start, watch.isUp) = (nil, false)
        watch.first = watch.first ?? .failure(error)
      }
      return (watch.start, watch.isUp)
    }
    // Before the start there is nobody who has lost it.
    if let start { return start.resume(returning: .failure(error)) }
    if wasUp { onEvent?(.lost(StorageError(error, server: name))) }
  }
}

/// Runs pieces of work one after the other, without a thread of its own.
final class SerialLane: Sendable {
  /// Must call what it is given when it is done, from any thread.
  typealias Work = @Sendable (_ done: @escaping @Sendable () -> Void) -> Void

  private let state = Mutex<(isBusy: Bool, waiting: [Work])>((false, []))

  func submit(_ work: @escaping Work) {
    let isFirst = state.withLock { state in
      if state.isBusy { state.waiting.append(work) }
      defer { state.isBusy = true }
      return !state.isBusy
    }
    if isFirst { run(work) }
  }

  private func run(_ work: Work) {
    work { [self] in
      let next = state.withLock { state -> Work? in
        guard !state.waiting.isEmpty else {
          state.isBusy = false
          return nil
        }
        return state.waiting.removeFirst()
      }
      if let next { run(next) }
    }
  }
}
