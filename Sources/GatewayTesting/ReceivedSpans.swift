/// The spans of a request that a collector of traces got: OTLP, read without its schema.
package struct ReceivedSpan: Sendable {
  /// 32 hexadecimal digits.
  package let trace: String
  /// 16 hexadecimal digits.
  package let id: String
  /// The same; nil: it is the first of its trace.
  package let parent: String?
  package let name: String
  /// 2: server, 3: client.
  package let kind: Int
  package let state: String
  package let isError: Bool
  /// Nanoseconds.
  package let duration: Int64
  package let events: [String]
  /// Values as text, those of a list with commas.
  package let attributes: [String: String]
  /// Of the process that made it.
  package let resource: [String: String]

  /// All spans of one request.
  package static func read(_ request: ReceivedRequest) -> [ReceivedSpan] {
    Message(request.body[...]).messages(1).flatMap { resourceSpans in
      let resource = resourceSpans.messages(1).first?.attributes(1) ?? [:]
      return resourceSpans.messages(2).flatMap { $0.messages(2) }.map { ReceivedSpan($0, resource: resource) }
    }
  }

  private init(_ span: Message, resource: [String: String]) {
    trace = span.hexadecimal(1) ?? ""
    id = span.hexadecimal(2) ?? ""
    state = span.text(3) ?? ""
    parent = span.hexadecimal(4)
    name = span.text(5) ?? ""
    kind = Int(span.number(6) ?? 0)
    duration = Int64(bitPattern: span.number(8) ?? 0) - Int64(bitPattern: span.number(7) ?? 0)
    attributes = span.attributes(9)
    events = span.messages(11).compactMap { $0.text(2) }
    isError = span.messages(15).first?.number(3) == 2
    self.resource = resource
  }
}

/// A message of Protocol Buffers: its fields in their order.
private struct Message {
  private enum Value {
    case number(UInt64)
    case bytes(ArraySlice<UInt8>)
  }

  private var fields: [(field: UInt64, value: Value)] = []

  init(_ bytes: ArraySlice<UInt8>) {
    var rest = bytes
    while let tag = Self.varint(&rest) {
      switch tag & 7 {
      case 0: if let number = Self.varint(&rest) { fields.append((tag >> 3, .number(number))) }
      case 1: fields.append((tag >> 3, .number(Self.fixed(8, &rest))))
      case 2:
        let count = Int(Self.varint(&rest) ?? 0)
        fields.append((tag >> 3, .bytes(rest.prefix(count))))
        rest = rest.dropFirst(count)
      case 5: fields.append((tag >> 3, .number(Self.fixed(4, &rest))))
      default: return
      }
    }
  }

  func bytes(_ field: UInt64) -> [ArraySlice<UInt8>] {
    fields.compactMap { if $0.field == field, case .bytes(let bytes) = $0.value { bytes } else { nil } }
  }

  func messages(_ field: UInt64) -> [Message] { bytes(field).map { Message($0) } }

  func text(_ field: UInt64) -> String? { bytes(field).first.map { String(decoding: $0, as: UTF8.self) } }

  func hexadecimal(_ field: UInt64) -> String? {
    bytes(field).first.map { $0.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined() }
  }

  func number(_ field: UInt64) -> UInt64? {
    for (name, value) in fields where name == field { if case .number(let number) = value { return number } }
    return nil
  }

  func attributes(_ field: UInt64) -> [String: String] {
    var pairs: [String: String] = [:]
    for pair in messages(field) { pairs[pair.text(1) ?? ""] = pair.messages(2).first?.anyValue }
    return pairs
  }

  private var anyValue: String? {
    guard let (field, value) = fields.first else { return nil }
    switch (field, value) {
    case (1, .bytes(let bytes)): return String(decoding: bytes, as: UTF8.self)
    case (2, .number(let number)): return number == 1 ? "true" : "false"
    case (3, .number(let number)): return "\(Int64(bitPattern: number))"
    case (4, .number(let number)): return "\(Double(bitPattern: number))"
    case (5, .bytes(let bytes)): return Message(bytes).messages(1).compactMap(\.anyValue).joined(separator: ",")
    default: return nil
    }
  }

  private static func varint(_ rest: inout ArraySlice<UInt8>) -> UInt64? {
    var (number, shift): (UInt64, UInt64) = (0, 0)
    while let byte = rest.popFirst() {
      number |= UInt64(byte & 0x7F) << shift
      if byte < 0x80 { return number }
      shift += 7
      if shift >= 64 { return nil }
    }
    return nil
  }

  private static func fixed(_ count: Int, _ rest: inout ArraySlice<UInt8>) -> UInt64 {
    defer { rest = rest.dropFirst(count) }
    return rest.prefix(count).reversed().reduce(0) { $0 << 8 | UInt64($1) }
  }
}
