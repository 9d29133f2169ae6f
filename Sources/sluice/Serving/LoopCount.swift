import NIOCore

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// How many event loops to run: one for each core that this process may use.
enum LoopCount {
  /// The least of what the machine and its control group have and of what the process is pinned to; at least 1.
  static var available: Int { max(1, min(System.coreCount, pinnedCores ?? .max)) }

  private static var pinnedCores: Int? {
    #if os(Linux)
      var set = cpu_set_t()
      guard sched_getaffinity(0, MemoryLayout<cpu_set_t>.size, &set) == 0 else { return nil }
      return withUnsafeBytes(of: &set) { $0.reduce(0) { $0 + $1.nonzeroBitCount } }
    #else
      return nil
    #endif
  }
}
