/// The grammar of a Host value and of the authority of a URL: `host [":" port]` (RFC 9110 §7.2, RFC 3986 §3.2).
enum HostGrammar {
  /// Whether the `count` bytes at `start` are a host with an optional port. Empty is allowed: a Host may be empty.
  static func matches(_ start: UnsafePointer<UInt8>, _ count: Int) -> Bool {
    var index = 0
    if count > 0, start[0] == UInt8(ascii: "[") {
      index = 1
      while index < count, self.isAddress(start[index]) { index += 1 }
      guard index > 1, index < count, start[index] == UInt8(ascii: "]") else { return false }
      index += 1
    } else {
      while index < count, ASCII.isHostName(start[index]) { index += 1 }
    }
    guard index < count else { return true }
    guard start[index] == ASCII.colon else { return false }
    index += 1
    while index < count, ASCII.isDigit(start[index]) { index += 1 }
    return index == count
  }

  /// Whether `byte` may stand between the brackets of an IPv6 address.
  private static func isAddress(_ byte: UInt8) -> Bool {
    ASCII.hexValue(byte) != nil || byte == ASCII.colon || byte == UInt8(ascii: ".")
  }
}
