/// `HTTP/1.1 STATUS REASON`, taken apart.
struct StatusLine {
  var status = 0
  var reason = ByteRange.empty
  var isHTTP11 = false

  init() {}

  /// Parses the line at `lower..<upper`, without its CR LF. The reason may be missing, and the space before it too.
  init(_ start: UnsafePointer<UInt8>, _ lower: Int, _ upper: Int) throws(HTTPFault) {
    // The byte after an empty line is its CR.
    if start[lower] == ASCII.carriageReturn { throw .lineEndBeforeStart }
    let versionEnd = min(lower + ProtocolVersion.length, upper)
    self.isHTTP11 = try ProtocolVersion.isHTTP11(start, lower, versionEnd, end: .malformedStatusLine)
    guard versionEnd < upper, start[versionEnd] == ASCII.space else { throw .malformedStatusLine }
    let statusEnd = versionEnd + 4
    guard statusEnd <= upper else { throw .invalidStatus }
    for index in versionEnd + 1..<statusEnd {
      guard ASCII.isDigit(start[index]) else { throw .invalidStatus }
      self.status = self.status * 10 + Int(start[index] &- ASCII.zero)
    }
    guard 100...599 ~= self.status else { throw .invalidStatus }
    guard statusEnd < upper else {
      self.reason = ByteRange(upper, upper)
      return
    }
    guard start[statusEnd] == ASCII.space else {
      throw ASCII.isDigit(start[statusEnd]) ? .invalidStatus : .malformedStatusLine
    }
    self.reason = ByteRange(statusEnd + 1, upper)
    guard ControlBytes.areAbsent(start + statusEnd, upper - statusEnd) else { throw .invalidReason }
  }
}
