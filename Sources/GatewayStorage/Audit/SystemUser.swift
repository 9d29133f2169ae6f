#if canImport(Darwin)
  import Darwin
#elseif canImport(Musl)
  import Musl
#else
  import Glibc
#endif

/// Who runs this process.
enum SystemUser {
  // Longer than the line of any user.
  private static let lineLimit = 16 << 10

  /// The name of the user, or its number where the system knows no name. The environment is not asked: anybody may write there.
  static let name: String = {
    var (entry, found) = (passwd(), UnsafeMutablePointer<passwd>?.none)
    let id = getuid()
    return withUnsafeTemporaryAllocation(of: CChar.self, capacity: lineLimit) { buffer in
      guard let start = buffer.baseAddress, getpwuid_r(id, &entry, start, buffer.count, &found) == 0, found != nil,
        let name = entry.pw_name
      else { return "\(id)" }
      return String(cString: name)
    }
  }()
}
