import Dispatch
import Foundation
package import GatewayCore
import Synchronization

#if canImport(Glibc)
  import Glibc
#endif

/// The ledger of exchanges: one thread writes what was settled to a local journal, another moves the journal into the
/// database. Neither the event loops nor the journal wait for the database.
package final class Ledger: Sendable {
  /// Takes what was settled since the last call: the empty array is filled.
  package typealias Source = @Sendable (inout [SettledExchange]) -> Void

  /// The clocks of the process.
  package struct Clocks: Sendable {
    package var now: @Sendable () -> WallTime
    /// A conversion from the monotonic clock to nanoseconds since 1970, made anew for each batch.
    package var wallClock: @Sendable () -> (Instant) -> Int64

    package init(now: @escaping @Sendable () -> WallTime, wallClock: @escaping @Sendable () -> (Instant) -> Int64) {
      self.now = now
      self.wallClock = wallClock
    }
  }

  // A settled exchange is in the journal after 100 ms at most: a quarter of that is for the write.
  private static let flushInterval: Duration = .milliseconds(75)
  // After many exchanges at once, so that they do not pile up in memory.
  private static let hastyInterval: Duration = .milliseconds(25)
  private static let many = 1000
  private static let moveInterval: Duration = .seconds(1)

  private struct State {
    var isStopping = false
    /// The writing thread has written all that there will be.
    var isWritten = false
    var rows = 0
    var movedThrough: Int64 = 0
    var isBehind = false
    var lost = 0
  }

  private let settings: LedgerSettings
  private let location: DatabaseLocation
  private let node: String?
  private let cores: Int
  private let audit: AuditDirectory?
  private let directory: JournalDirectory
  private let source: Source
  private let clocks: Clocks
  private let onEvent: @Sendable (LedgerEvent) -> Void
  private let state = Mutex(State())
  private let flushBell = DispatchSemaphore(value: 0)
  private let moveBell = DispatchSemaphore(value: 0)
  private let written = DispatchSemaphore(value: 0)
  private let moved = DispatchSemaphore(value: 0)

  /// - Parameters:
  ///   - database: of the store; the journal lies beside the other files of this node.
  ///   - node: of several gateways that share the database, this one.
  ///   - cores: that the process may use.
  ///   - audit: where every exchange gets a record before the database has it; nil: nowhere.
  package init(
    database: DatabaseLocation, node: String? = nil, cores: Int, settings: LedgerSettings, audit: AuditDirectory? = nil,
    clocks: Clocks,
    source: @escaping Source,
    onEvent: @escaping @Sendable (LedgerEvent) -> Void
  ) {
    location = database
    self.node = node
    self.cores = cores
    self.settings = settings
    self.audit = audit
    self.clocks = clocks
    self.source = source
    self.onEvent = onEvent
    directory = JournalDirectory(path: database.journal)
  }

  /// Starts both threads. What an earlier process has left in the journal is moved first. Call once.
  package func start() {
    do throws(SystemFailure) {
      try directory.prepare()
    } catch {
      onEvent(.journalUnwritable(path: directory.path, reason: "\(error)"))
    }
    let left = directory.total
    if left > 0 { onEvent(.replaying(bytes: left)) }
    state.withLock {
      $0.movedThrough = clocks.now().milliseconds
      $0.isBehind = left > 0
    }
    Self.thread("ledger-journal") { self.runWriter() }
    Self.thread("ledger-move") { self.runMover() }
  }

  /// Writes what was settled to the journal, moves it if the database takes it, and ends both threads. Call once, after the
  /// last exchange. Blocks the calling thread for at most twice `limit`.
  ///
  /// - Returns: whether all is in the database; if not, the next start moves it.
  @discardableResult
  package func stop(within limit: Duration = .seconds(3)) -> Bool {
    state.withLock { $0.isStopping = true }
    let wait = DispatchTimeInterval.nanoseconds(Int(limit.wholeNanoseconds))
    flushBell.signal()
    guard written.wait(timeout: .now() + wait) == .success else { return false }
    state.withLock { $0.isWritten = true }
    moveBell.signal()
    return moved.wait(timeout: .now() + wait) == .success && !state.withLock { $0.isBehind }
  }

  package var readings: LedgerReadings {
    let state = state.withLock { $0 }
    var readings = LedgerReadings()
    readings.rows = state.rows
    readings.lost = state.lost
    readings.journalBytes = directory.total
    if state.isBehind { readings.lagMilliseconds = max(0, clocks.now().milliseconds - state.movedThrough) }
    return readings
  }

  private var isStopping: Bool { state.withLock { $0.isStopping } }

  private func runWriter() {
    var writer = JournalWriter(directory, limit: settings.journal) { [clocks] in clocks.now().milliseconds }
    var watch = JournalWatch(settings.journal, directory.path, onEvent)
    var batch: [SettledExchange] = []
    var isLast = false
    var interval = Self.flushInterval
    var began = DispatchTime.now()
    while !isLast {
      // From turn to turn, so that what ends while the disk is busy waits no longer than others.
      _ = flushBell.wait(timeout: began + .nanoseconds(Int(interval.wholeNanoseconds)))
      began = .now()
      isLast = isStopping
      source(&batch)
      interval = batch.count > Self.many ? Self.hastyInterval : Self.flushInterval
      let wallClock = clocks.wallClock()
      for exchange in batch {
        var row = LedgerRow(id: exchange.record.id)
        row.take(exchange, withAddress: audit != nil, wallClock: wallClock)
        writer.append(row)
      }
      batch.removeAll(keepingCapacity: true)
      writer.flush()
      watch.look(at: writer)
      let lost = writer.lost + (isLast ? writer.waiting : 0)
      state.withLock { $0.lost = lost }
    }
    writer.end()
    written.signal()
  }

  private func runMover() {
    #if os(Linux)
      // On Linux this is of the thread alone: requests come first, the journal keeps what waits.
      setpriority(__priority_which_t(UInt32(PRIO_PROCESS.rawValue)), 0, 5)
    #endif
    var mover = LedgerMover(
      directory, database: location, node: node, settings: settings, audit: audit, now: clocks.now(), onEvent: onEvent)
    var pace = MovingPace(cores: cores)
    var isLast = false
    while !isLast {
      isLast = state.withLock { state in
        state.isBehind = true
        return state.isWritten
      }
      if pace.waits(.current, backlog(movedThrough: mover.movedThrough)), !isLast {
        Self.wait(moveBell, atMost: Self.moveInterval)
        continue
      }
      let isDone = mover.move(
        now: clocks.now,
        mayGoOn: { movedThrough in
          let isWritten = self.state.withLock { $0.isWritten }
          return isLast || !isWritten && !pace.waits(.current, self.backlog(movedThrough: movedThrough))
        },
        progress: { mover in
          self.state.withLock {
            $0.rows = mover.rows
            $0.movedThrough = mover.movedThrough
          }
        })
      state.withLock {
        $0.isBehind = !isDone
        $0.movedThrough = mover.movedThrough
      }
      if isLast { break }
      Self.wait(moveBell, atMost: Self.moveInterval)
    }
    mover.close()
    moved.signal()
  }

  private func backlog(movedThrough: Int64) -> MovingPace.Backlog {
    MovingPace.Backlog(
      milliseconds: clocks.now().milliseconds - movedThrough, bytes: directory.total, limit: settings.journal)
  }

  private static func wait(_ bell: DispatchSemaphore, atMost limit: Duration) {
    _ = bell.wait(timeout: .now() + .nanoseconds(Int(limit.wholeNanoseconds)))
  }

  private static func thread(_ name: String, _ body: @escaping @Sendable () -> Void) {
    // Threads and not queues: they block for most of their lives.
    let thread = Thread(block: body)
    thread.name = name
    thread.start()
  }
}

/// Tells each trouble of the journal once.
private struct JournalWatch {
  private let limit: Int
  private let path: String
  private let onEvent: @Sendable (LedgerEvent) -> Void
  private var isTroubled = false

  init(_ limit: Int, _ path: String, _ onEvent: @escaping @Sendable (LedgerEvent) -> Void) {
    self.limit = limit
    self.path = path
    self.onEvent = onEvent
  }

  mutating func look(at writer: borrowing JournalWriter) {
    if !isTroubled, let failure = writer.failure {
      onEvent(.journalUnwritable(path: path, reason: "\(failure)"))
      isTroubled = true
    } else if !isTroubled, writer.isFull {
      onEvent(.journalFull(limit: limit))
      isTroubled = true
    } else if isTroubled, writer.failure == nil, !writer.isFull {
      onEvent(.journalWorks(lost: writer.lost))
      isTroubled = false
    }
  }
}
