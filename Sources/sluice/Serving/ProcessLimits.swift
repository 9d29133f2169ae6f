import CAllocator
import Foundation

/// What is set once for the whole process before anything else runs.
enum ProcessLimits {
  static func set() {
    raiseOpenFiles()
    boundHeaps()
  }

  /// Raises the limit of open files, which connections count against, as far as this user may. Shells and service managers
  /// often start programs with 1024.
  private static func raiseOpenFiles() {
    var limit = rlimit()
    guard getrlimit(openFiles, &limit) == 0, limit.rlim_cur < limit.rlim_max else { return }
    limit.rlim_cur = limit.rlim_max
    _ = setrlimit(openFiles, &limit)
  }

  /// glibc would make a heap for each of eight threads a core, and memory that is free in one is of no use to another. Loops
  /// allocate little and rarely at the same moment: one heap for two cores is enough.
  private static func boundHeaps() { sluice_bound_heaps(Int32(max(2, LoopCount.available / 2))) }

  #if canImport(Glibc)
    private static var openFiles: __rlimit_resource_t { __rlimit_resource_t(RLIMIT_NOFILE.rawValue) }
  #else
    private static var openFiles: Int32 { RLIMIT_NOFILE }
  #endif
}
