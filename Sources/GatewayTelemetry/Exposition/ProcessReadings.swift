#if canImport(Darwin)
  import Darwin
#elseif canImport(Musl)
  import Musl
#else
  import Glibc
#endif

/// What the operating system says about this process. Members are `nil` where it does not say.
struct ProcessReadings {
  private(set) var residentBytes: Int?
  private(set) var cpuSeconds: Double?
  private(set) var openDescriptors: Int?

  static func current() -> ProcessReadings {
    var readings = ProcessReadings()
    readings.cpuSeconds = cpuTime()
    #if os(Linux)
      // proc(5): the second number of statm is the resident set in pages.
      if let fields = contents(of: "/proc/self/statm")?.split(separator: " "), fields.count > 1,
        let pages = Int(fields[1])
      {
        readings.residentBytes = pages * sysconf(Int32(_SC_PAGESIZE))
      }
      readings.openDescriptors = entries(of: "/proc/self/fd")
    #endif
    return readings
  }

  private static func cpuTime() -> Double? {
    var time = timespec()
    guard clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time) == 0 else { return nil }
    return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
  }

  private static func contents(of path: String) -> String? {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return nil }
    defer { close(descriptor) }
    var bytes = [UInt8](repeating: 0, count: 256)
    let count = bytes.withUnsafeMutableBytes { read(descriptor, $0.baseAddress, $0.count) }
    return count > 0 ? String(decoding: bytes[..<count], as: UTF8.self) : nil
  }

  private static func entries(of directory: String) -> Int? {
    guard let stream = opendir(directory) else { return nil }
    defer { closedir(stream) }
    var count = 0
    while readdir(stream) != nil { count += 1 }
    // Without `.`, `..` and the descriptor of this listing.
    return max(0, count - 3)
  }
}
