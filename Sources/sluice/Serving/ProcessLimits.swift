import CAllocator
import Foundation

/// What is set once for the whole process before anything else runs.
enum ProcessLimits {
  static func set() {
    raiseOpenFiles()
    growDescriptorTable()
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

  /// Linux doubles the table of descriptors whenever it is full and, in a process with threads, waits up to 16 ms for all of
  /// them each time: the 512th connection would hold up every stream. One high descriptor makes it large at once.
  private static func growDescriptorTable() {
    var limit = rlimit()
    guard getrlimit(openFiles, &limit) == 0, limit.rlim_cur > 1 else { return }
    let descriptor = open("/dev/null", O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return }
    let high = fcntl(descriptor, F_DUPFD_CLOEXEC, Int32(min(limit.rlim_cur, descriptorTable) - 1))
    if high >= 0 { close(high) }
    close(descriptor)
  }

  /// 256 KiB of the kernel's memory.
  private static let descriptorTable: rlim_t = 32_768

  /// glibc would make a heap for each of eight threads a core, and memory that is free in one is of no use to another. Loops
  /// allocate little and rarely at the same moment: one heap for two cores is enough.
  private static func boundHeaps() { sluice_bound_heaps(Int32(max(2, LoopCount.available / 2))) }

  #if canImport(Glibc)
    static var openFiles: __rlimit_resource_t { __rlimit_resource_t(RLIMIT_NOFILE.rawValue) }
  #else
    static var openFiles: Int32 { RLIMIT_NOFILE }
  #endif
}
