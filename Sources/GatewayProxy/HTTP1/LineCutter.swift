#if canImport(Darwin)
  import Darwin
#elseif canImport(Musl)
  import Musl
#else
  import Glibc
#endif

/// Finds the lines of a head that arrives in pieces, looking at each byte once.
struct LineCutter {
  /// The largest head, in bytes. Nothing after it is looked at, so that a head is judged alike however it is split.
  var limit: Int
  /// Where the line begins that has not ended yet.
  private(set) var lineStart = 0
  /// Up to here that line is known to have no LF.
  private var scanned = 0

  init(limit: Int) { self.limit = limit }

  /// Returns the next complete line without its CR LF, or nil while there is none.
  @inline(__always)
  mutating func next(_ start: UnsafePointer<UInt8>, _ count: Int) throws(HTTPFault) -> (lower: Int, upper: Int)? {
    let end = min(count, self.limit)
    guard self.scanned < end, let found = memchr(start + self.scanned, Int32(ASCII.lineFeed), end - self.scanned) else {
      self.scanned = max(self.scanned, end)
      if count >= self.limit { throw .headTooLarge }
      return nil
    }
    let lineFeed = UnsafeRawPointer(found) - UnsafeRawPointer(start)
    let lower = self.lineStart
    guard lineFeed > lower, start[lineFeed - 1] == ASCII.carriageReturn else {
      throw lineFeed == 0 ? .lineEndBeforeStart : .bareLineFeed
    }
    self.lineStart = lineFeed + 1
    self.scanned = lineFeed + 1
    return (lower, lineFeed - 1)
  }

  /// Starts over, at the first byte of another head.
  mutating func reset() {
    self.lineStart = 0
    self.scanned = 0
  }
}
