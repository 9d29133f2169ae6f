import BenchSupport

/// Follows one HTTP/1.1 response at a time: Content-Length or chunked, in any split.
struct ResponseReader {
  enum Outcome { case incomplete, complete, malformed }

  private enum State {
    case head
    case fixed(missing: Int)
    case chunkSize
    case chunk(missing: Int)
    /// The CR LF behind a chunk.
    case chunkEnd(missing: Int)
    /// The empty line behind the last chunk.
    case last
  }

  private(set) var status = 0
  private var state = State.head
  /// The beginning of a head or of a chunk size line.
  private var partial: [UInt8] = []

  /// - Parameter body: is handed each piece of the body.
  mutating func feed(
    _ bytes: UnsafeBufferPointer<UInt8>, body: (UnsafeBufferPointer<UInt8>) -> Void
  ) -> Outcome {
    guard !partial.isEmpty else { return step(bytes, body: body) }
    let joined = partial + bytes
    partial = []
    return joined.withUnsafeBufferPointer { step($0, body: body) }
  }

  private mutating func step(
    _ bytes: UnsafeBufferPointer<UInt8>, body: (UnsafeBufferPointer<UInt8>) -> Void
  ) -> Outcome {
    var rest = bytes
    while !rest.isEmpty {
      switch state {
      case .head:
        guard let head = MessageHead(rest) else {
          partial = Array(rest)
          return .incomplete
        }
        guard head.length > 12 else { return .malformed }
        status = rest[9..<12].reduce(0) { $0 * 10 + Int($1) - 0x30 }
        rest = UnsafeBufferPointer(rebasing: rest[head.length...])
        guard head.isChunked || head.contentLength != nil else { return .malformed }
        if !head.isChunked, head.contentLength == 0 { return rest.isEmpty ? .complete : .malformed }
        state = head.isChunked ? .chunkSize : .fixed(missing: head.contentLength ?? 0)
      case .fixed(let missing):
        let part = UnsafeBufferPointer(rebasing: rest.prefix(missing))
        body(part)
        rest = UnsafeBufferPointer(rebasing: rest[part.count...])
        state = .fixed(missing: missing - part.count)
        if missing == part.count { return finish(rest) }
      case .chunkSize:
        guard let end = MessageHead.find("\r\n", in: rest) else {
          partial = Array(rest)
          return .incomplete
        }
        guard let size = Self.size(rest[..<end]) else { return .malformed }
        rest = UnsafeBufferPointer(rebasing: rest[(end + 2)...])
        state = size == 0 ? .last : .chunk(missing: size)
      case .chunk(let missing):
        let part = UnsafeBufferPointer(rebasing: rest.prefix(missing))
        body(part)
        rest = UnsafeBufferPointer(rebasing: rest[part.count...])
        state = missing == part.count ? .chunkEnd(missing: 2) : .chunk(missing: missing - part.count)
      case .chunkEnd(let missing):
        let count = min(missing, rest.count)
        rest = UnsafeBufferPointer(rebasing: rest[count...])
        state = missing == count ? .chunkSize : .chunkEnd(missing: missing - count)
      case .last:
        guard let end = MessageHead.find("\r\n", in: rest) else {
          partial = Array(rest)
          return .incomplete
        }
        rest = UnsafeBufferPointer(rebasing: rest[(end + 2)...])
        if end == 0 { return finish(rest) }
      }
    }
    return .incomplete
  }

  // Nothing may follow: requests are not pipelined.
  private mutating func finish(_ rest: UnsafeBufferPointer<UInt8>) -> Outcome {
    state = .head
    return rest.isEmpty ? .complete : .malformed
  }

  private static func size(_ line: Slice<UnsafeBufferPointer<UInt8>>) -> Int? {
    let digits = line.prefix { $0 != UInt8(ascii: ";") }
    guard !digits.isEmpty, digits.count <= 8 else { return nil }
    var value = 0
    for digit in digits {
      switch digit {
      case 0x30...0x39: value = value << 4 | Int(digit - 0x30)
      case 0x61...0x66, 0x41...0x46: value = value << 4 | (Int(digit | 0x20) - 0x57)
      default: return nil
      }
    }
    return value
  }
}
