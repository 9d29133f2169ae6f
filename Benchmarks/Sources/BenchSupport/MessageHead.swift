import CBenchSystem
import Glibc

/// The few things that both tools must know of the head of a request or response.
package struct MessageHead {
  /// Bytes of the head with its empty line.
  package let length: Int
  package let contentLength: Int?
  package let isChunked: Bool

  /// - Returns: `nil` as long as the empty line has not arrived.
  package init?(_ bytes: UnsafeBufferPointer<UInt8>) {
    guard let base = bytes.baseAddress, let end = Self.find("\r\n\r\n", in: bytes) else { return nil }
    length = end + 4
    var contentLength: Int?
    var isChunked = false
    var line = base
    let last = base + end
    while let feed = memchr(line, 0x0A, last - line + 2)?.assumingMemoryBound(to: UInt8.self), feed < last {
      line = UnsafePointer(feed + 1)
      switch line[0] | 0x20 {
      case UInt8(ascii: "c") where Self.matches(line, "content-length:"):
        contentLength = atol(UnsafeRawPointer(line + 15).assumingMemoryBound(to: CChar.self))
      case UInt8(ascii: "t") where Self.matches(line, "transfer-encoding:"): isChunked = true
      default: break
      }
    }
    self.contentLength = contentLength
    self.isChunked = isChunked
  }

  // Reads no further than the first difference, so never past the empty line.
  private static func matches(_ line: UnsafePointer<UInt8>, _ name: StaticString) -> Bool {
    let name = UnsafeRawPointer(name.utf8Start).assumingMemoryBound(to: CChar.self)
    return strncasecmp(UnsafeRawPointer(line).assumingMemoryBound(to: CChar.self), name, strlen(name)) == 0
  }

  /// The offset of the first occurrence.
  package static func find(_ needle: StaticString, in bytes: UnsafeBufferPointer<UInt8>) -> Int? {
    guard let base = bytes.baseAddress else { return nil }
    let offset = bench_find(base, Int64(bytes.count), needle.utf8Start, Int64(needle.utf8CodeUnitCount))
    return offset < 0 ? nil : Int(offset)
  }
}
