import GatewayCore
import NIOCore

/// Writes server-sent events anew with LF; their data bytes stay untouched.
enum EventFraming {
  /// The payload of an event of several `data:` lines (WHATWG HTML §9.2.6).
  static func joined(_ event: EventStreamParser.Event, _ bytes: UnsafeRawBufferPointer) -> [UInt8] {
    var data = Array(bytes[event.data])
    for range in event.extraData {
      data.append(0x0A)
      data.append(contentsOf: bytes[range])
    }
    return data
  }

  /// Whether `write` would write the very bytes that an event came in: one line of data, ended by LF.
  ///
  /// - Parameter bytes: begin with the event.
  static func isPlain(_ event: EventStreamParser.Event, _ bytes: UnsafeRawBufferPointer) -> Bool {
    // `data: ` is six bytes long; a field or a blank line before it would stand where its name does.
    event.data.lowerBound == 6 && event.consumed == event.data.upperBound + 2 && event.extraData.isEmpty
      && event.eventType == nil && event.id == nil && event.retry == nil && bytes[0] == UInt8(ascii: "d")
      && bytes[event.consumed - 2] == 0x0A && bytes[event.consumed - 1] == 0x0A
  }

  /// - Parameter data: what stands in the place of its data; `nil`: they stay.
  static func write(
    _ event: EventStreamParser.Event, _ bytes: UnsafeRawBufferPointer, data: [UInt8]? = nil,
    to output: inout ByteBuffer
  ) {
    if let type = event.eventType { writeLine("event: ", bytes[type], to: &output) }
    if let id = event.id { writeLine("id: ", bytes[id], to: &output) }
    if let retry = event.retry { output.writeString("retry: \(retry)\n") }
    if let data {
      // One JSON text, which may have come in several lines.
      for line in data.split(separator: 0x0A, omittingEmptySubsequences: false) {
        output.writeStaticString("data: ")
        output.writeBytes(line)
        output.writeStaticString("\n")
      }
      output.writeStaticString("\n")
      return
    }
    writeLine("data: ", bytes[event.data], to: &output)
    for range in event.extraData { writeLine("data: ", bytes[range], to: &output) }
    output.writeStaticString("\n")
  }

  /// An event of JSON and nothing else.
  static func write(_ json: [UInt8], to output: inout ByteBuffer) {
    output.writeStaticString("data: ")
    // Between the values of a document a line's end is as good as a space.
    output.writeBytes(json.lazy.map { $0 == 0x0A || $0 == 0x0D ? 0x20 : $0 })
    output.writeStaticString("\n\n")
  }

  static func writeComment(_ text: Slice<UnsafeRawBufferPointer>, to output: inout ByteBuffer) {
    writeLine(":", text, to: &output)
    output.writeStaticString("\n")
  }

  private static func writeLine(
    _ field: StaticString, _ value: Slice<UnsafeRawBufferPointer>, to output: inout ByteBuffer
  ) {
    output.writeStaticString(field)
    output.writeBytes(UnsafeRawBufferPointer(rebasing: value))
    output.writeStaticString("\n")
  }
}
