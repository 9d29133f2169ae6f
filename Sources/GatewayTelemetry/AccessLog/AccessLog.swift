import Dispatch
import Foundation
import GatewayCore
package import Logging
import Synchronization

/// Writes one JSON line for each settled exchange, on a thread of its own. The event loops only hand over records;
/// where the reader of the log is too slow, their batches stay bounded and what does not fit is dropped and counted.
package final class AccessLog: Sendable {
  package enum Output: Hashable, Sendable {
    case standardOutput
    /// An open descriptor that outlives the log.
    case descriptor(Int32)
    /// Appended to; created if needed.
    case file(path: String)
  }

  /// How long a line waits at most before it is written.
  private static let interval = Duration.milliseconds(50)
  // 256 KiB: some 400 lines. Larger writes gain nothing, and the buffer stays for good.
  private static let writeSize = 256 << 10

  private struct State {
    var isRunning = false
    var isStopping = false
    /// Signalled when all that was settled before they were added is written.
    var waiters: [DispatchSemaphore] = []
  }

  private let telemetry: Telemetry
  private let descriptor: LogDescriptor
  private let logger: Logger
  private let clock: @Sendable () -> ClockOrigin
  private let state = Mutex(State())

  /// - Parameters:
  ///   - logger: told once when the output fails, and once when it works again.
  ///   - clock: read for each batch, so that the dates follow the system's clock.
  package init(
    _ telemetry: Telemetry, to output: Output, logger: Logger,
    clock: @escaping @Sendable () -> ClockOrigin = ClockOrigin.current
  ) throws(AccessLogError) {
    self.telemetry = telemetry
    self.logger = logger
    self.clock = clock
    switch output {
    case .standardOutput: descriptor = LogDescriptor(number: 1)
    case .descriptor(let number): descriptor = LogDescriptor(number: number)
    case .file(let path): descriptor = try LogDescriptor(appendingTo: path)
    }
  }

  /// Starts the thread. Does nothing when it runs already or was stopped.
  package func start() {
    let isFirst = state.withLock { state in
      defer { state.isRunning = true }
      return !state.isRunning && !state.isStopping
    }
    guard isFirst else { return }
    // A thread and not a queue: it blocks for most of its life, which a pool would answer with more threads.
    let thread = Thread { self.run() }
    thread.name = "access-log"
    thread.start()
  }

  /// Waits until everything that was settled before is written, at most for `limit`. Blocks the calling thread.
  ///
  /// - Returns: whether all was written in time; `false` as well when the log does not run.
  @discardableResult
  package func flush(within limit: Duration = .seconds(2)) -> Bool {
    let written = DispatchSemaphore(value: 0)
    let isRunning = state.withLock { state in
      if state.isRunning { state.waiters.append(written) }
      return state.isRunning
    }
    guard isRunning else { return false }
    telemetry.bell.ring()
    return written.wait(timeout: .now() + .nanoseconds(Int(limit.wholeNanoseconds))) == .success
  }

  /// Writes what is left, then ends the thread. Call once after the last exchange; blocks for at most `limit`.
  @discardableResult
  package func stop(within limit: Duration = .seconds(2)) -> Bool {
    state.withLock { $0.isStopping = true }
    return flush(within: limit)
  }

  private func run() {
    LogDescriptor.blockBrokenPipeSignal()
    var writer = AccessLogWriter(
      telemetry: telemetry, descriptor: descriptor, logger: logger, writeSize: Self.writeSize)
    var isStopping = false
    while !isStopping {
      telemetry.bell.wait(atMost: Self.interval)
      let waiters: [DispatchSemaphore]
      (isStopping, waiters) = state.withLock { state in
        defer { state.waiters = [] }
        return (state.isStopping, state.waiters)
      }
      writer.writeAll(origin: clock(), mayWait: { !self.state.withLock { $0.isStopping } })
      if isStopping { state.withLock { $0.isRunning = false } }
      for waiter in waiters { waiter.signal() }
    }
    // Those who asked after the last look above would wait in vain.
    for waiter in state.withLock({ $0.waiters }) { waiter.signal() }
  }
}
