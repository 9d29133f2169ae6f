package import GatewayCore

/// The usage at the end of a stream of events that the gateway does not read: images, speech, transcriptions. Their last event
/// holds it, often behind megabytes of base64.
///
/// Source: https://platform.openai.com/docs/api-reference/images-streaming
package struct UsageTail: Sendable {
  /// Bytes of the end of the stream that are kept: a usage object has about 200.
  private static let length = 4096
  private static let name = Array(#""usage":"#.utf8)

  private var bytes: [UInt8] = []

  package init() {}

  package mutating func append(_ more: UnsafeRawBufferPointer) {
    if more.count >= Self.length {
      bytes = Array(more.suffix(Self.length))
      return
    }
    let excess = bytes.count + more.count - Self.length
    if excess > 0 { bytes.removeFirst(excess) }
    bytes += more
  }

  /// That of the last event that names one.
  package var usage: TokenUsage? {
    bytes.withUnsafeBytes { bytes in
      var end = bytes.count - Self.name.count
      while end >= 0 {
        // Within a text the quotes would be escaped.
        let isName =
          bytes[end..<end + Self.name.count].elementsEqual(Self.name)
          && (end == 0 || bytes[end - 1] != UInt8(ascii: "\\"))
        if isName {
          var cursor = JSONCursor(
            UnsafeRawBufferPointer(rebasing: bytes[(end + Self.name.count)...]), loneSurrogates: .replaced)
          if let usage = try? UsageFields.read(&cursor) { return usage }
        }
        end -= 1
      }
      return nil
    }
  }
}
