import Foundation

#if canImport(Glibc)
  import Glibc
#endif

/// When the ledger's mover works: requests come first, and what they leave in the journal waits for a free core, but only so long.
struct MovingPace {
  /// What the mover knows of the journal.
  struct Backlog {
    /// How long ago the oldest exchange in it ended.
    var milliseconds: Int64
    var bytes: Int
    /// Of the journal; beyond it exchanges are lost.
    var limit: Int
  }

  /// Processor time, in nanoseconds.
  struct Clocks {
    /// Of the whole process.
    var process: Int64
    /// Of the mover itself.
    var mover: Int64
    /// Since any moment.
    var wall: Int64
  }

  // Beyond half of the cores the next second of requests may need the other half.
  private static let busy = 0.5
  private static let longest: Int64 = 15_000

  private let cores: Int
  private var last: Clocks?

  init(cores: Int) { self.cores = max(1, cores) }

  /// Whether the others have had so much of the cores since the last call that the mover lets them have the rest, too.
  mutating func waits(_ clocks: Clocks, _ backlog: Backlog) -> Bool {
    defer { last = clocks }
    guard let last, clocks.wall > last.wall else { return false }
    if backlog.milliseconds >= Self.longest || backlog.bytes >= backlog.limit / 4 { return false }
    let others = (clocks.process - last.process) - (clocks.mover - last.mover)
    return Double(others) > Self.busy * Double(cores) * Double(clocks.wall - last.wall)
  }
}

extension MovingPace.Clocks {
  /// Of the calling thread.
  static var current: Self {
    Self(
      process: nanoseconds(CLOCK_PROCESS_CPUTIME_ID), mover: nanoseconds(CLOCK_THREAD_CPUTIME_ID),
      wall: nanoseconds(CLOCK_MONOTONIC))
  }

  private static func nanoseconds(_ clock: clockid_t) -> Int64 {
    var time = timespec()
    clock_gettime(clock, &time)
    return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
  }
}
