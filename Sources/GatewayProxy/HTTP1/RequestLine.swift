#if canImport(Darwin)
  import Darwin
#elseif canImport(Musl)
  import Musl
#else
  import Glibc
#endif

/// `METHOD TARGET HTTP/1.1`, taken apart.
struct RequestLine {
  /// The longest method, in bytes.
  static let maximumMethodLength = 32

  var method = Method.other
  var methodRange = ByteRange.empty
  var target = ByteRange.empty
  var path = ByteRange.empty
  var query = ByteRange.empty
  var isHTTP11 = false

  init() {}

  /// Parses the line at `lower..<upper`, without its CR LF.
  init(_ start: UnsafePointer<UInt8>, _ lower: Int, _ upper: Int) throws(HTTPFault) {
    var methodEnd = lower
    while methodEnd < upper, ASCII.isToken(start[methodEnd]) { methodEnd &+= 1 }
    guard methodEnd > lower, methodEnd < upper else {
      throw start[lower] == ASCII.carriageReturn ? .lineEndBeforeStart : .malformedRequestLine
    }
    guard start[methodEnd] == ASCII.space else {
      throw start[methodEnd] == ASCII.carriageReturn ? .bareCarriageReturn : .invalidMethod
    }
    guard methodEnd - lower <= RequestLine.maximumMethodLength else { throw .methodTooLong }

    let targetStart = methodEnd &+ 1
    var targetEnd = targetStart
    while targetEnd < upper, ASCII.isTarget(start[targetEnd]) { targetEnd &+= 1 }
    guard targetEnd < upper else { throw .malformedRequestLine }
    guard start[targetEnd] == ASCII.space else {
      throw start[targetEnd] == ASCII.carriageReturn ? .bareCarriageReturn : .invalidTarget
    }
    guard targetEnd > targetStart else { throw .malformedRequestLine }

    self.isHTTP11 = try ProtocolVersion.isHTTP11(start, targetEnd &+ 1, upper, end: .malformedVersion)
    self.method = Method(start + lower, count: methodEnd - lower)
    self.methodRange = ByteRange(lower, methodEnd)
    self.target = ByteRange(targetStart, targetEnd)
    let pathStart = try RequestLine.pathStart(start, targetStart, targetEnd, self.method)
    let mark = memchr(start + pathStart, Int32(ASCII.questionMark), targetEnd - pathStart)
    guard let mark else {
      self.path = ByteRange(pathStart, targetEnd)
      return
    }
    let pathEnd = UnsafeRawPointer(mark) - UnsafeRawPointer(start)
    self.path = ByteRange(pathStart, pathEnd)
    self.query = ByteRange(pathEnd + 1, targetEnd)
  }

  /// Where the path begins: at the target itself, or after the authority of a URL.
  private static func pathStart(
    _ start: UnsafePointer<UInt8>, _ lower: Int, _ upper: Int, _ method: Method
  ) throws(HTTPFault) -> Int {
    if method == .connect { throw .connectUnsupported }
    if start[lower] == ASCII.slash { return lower }
    if upper - lower == 1, start[lower] == UInt8(ascii: "*"), method == .options { return lower }
    guard let authority = self.authorityStart(start, lower, upper) else { throw .unsupportedTarget }
    var end = authority
    while end < upper, start[end] != ASCII.slash, start[end] != ASCII.questionMark { end += 1 }
    // RFC 9110 §4.2.1: an http URL with an empty host is invalid.
    guard end > authority, start[authority] != ASCII.colon, HostGrammar.matches(start + authority, end - authority)
    else { throw .invalidHost }
    return end
  }

  private static func authorityStart(_ start: UnsafePointer<UInt8>, _ lower: Int, _ upper: Int) -> Int? {
    func begins(with scheme: StaticString) -> Bool {
      let count = scheme.utf8CodeUnitCount
      return upper - lower >= count + 3 && ASCII.equalsIgnoringCase(start + lower, scheme)
        && ASCII.equals(start + lower + count, "://")
    }
    if begins(with: "http") { return lower + 7 }
    return begins(with: "https") ? lower + 8 : nil
  }
}
