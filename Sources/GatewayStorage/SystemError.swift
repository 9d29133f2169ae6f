#if canImport(Darwin)
  import Darwin
#elseif canImport(Musl)
  import Musl
#else
  import Glibc
#endif

/// The words of the operating system for its error codes.
enum SystemError {
  /// - Parameter code: a value of `errno`.
  static func describe(_ code: Int32) -> String { strerror(code).map { String(cString: $0) } ?? "error \(code)" }
}
