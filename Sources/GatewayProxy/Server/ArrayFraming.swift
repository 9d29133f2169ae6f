import NIOCore

/// Gemini's stream without `alt=sse`: one JSON array, an element for each event.
struct ArrayFraming {
  private var isFirst = true

  /// - Parameters:
  ///   - events: whole server-sent events, framed with LF.
  ///   - isLast: nothing follows.
  mutating func framed(_ events: ByteBuffer, isLast: Bool) -> ByteBuffer {
    var out = ByteBufferAllocator().buffer(capacity: events.readableBytes + 4)
    var isOpen = false
    for line in events.readableBytesView.split(separator: 0x0A, omittingEmptySubsequences: false) {
      if line.isEmpty {
        isOpen = false
      } else if line.starts(with: "data: ".utf8) {
        if !isOpen { out.writeString(isFirst ? "[" : ",\r\n") }
        // Lines of one event are one text (WHATWG HTML §9.2.6).
        if isOpen { out.writeString("\n") }
        isFirst = false
        isOpen = true
        out.writeBytes(line.dropFirst(6))
      }
    }
    if isLast { out.writeString(isFirst ? "[]" : "]") }
    isFirst = false
    return out
  }
}
