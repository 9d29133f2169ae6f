/// The version at the end of a request line and at the start of a status line.
enum ProtocolVersion {
  /// The length of `HTTP/1.1`.
  static let length = 8

  /// Reads the version at `lower..<upper`; true for HTTP/1.1, false for HTTP/1.0.
  ///
  /// `end` is the fault of anything that has not the form of a version.
  @inline(__always)
  static func isHTTP11(
    _ start: UnsafePointer<UInt8>, _ lower: Int, _ upper: Int, end fault: HTTPFault
  ) throws(HTTPFault) -> Bool {
    guard upper - lower == self.length else { throw self.fault(start, lower, upper, fault) }
    if ASCII.equals(start + lower, "HTTP/1.1") { return true }
    if ASCII.equals(start + lower, "HTTP/1.0") { return false }
    throw self.fault(start, lower, upper, fault)
  }

  @inline(never)
  private static func fault(
    _ start: UnsafePointer<UInt8>, _ lower: Int, _ upper: Int, _ malformed: HTTPFault
  ) -> HTTPFault {
    for index in lower..<upper where start[index] == ASCII.carriageReturn { return .bareCarriageReturn }
    guard upper - lower == self.length, ASCII.equals(start + lower, "HTTP/"), ASCII.isDigit(start[lower + 5]),
      start[lower + 6] == UInt8(ascii: "."), ASCII.isDigit(start[lower + 7])
    else { return malformed }
    return .unsupportedVersion
  }
}
