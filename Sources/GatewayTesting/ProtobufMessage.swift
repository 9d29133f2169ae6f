/// A message of Protocol Buffers, read without its schema: its fields in their order.
package struct ProtobufMessage: Sendable {
  private enum Value: Sendable {
    case number(UInt64)
    case bytes(ArraySlice<UInt8>)
  }

  private var fields: [(field: UInt64, value: Value)] = []

  package init(_ bytes: ArraySlice<UInt8>) {
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

  package func bytes(_ field: UInt64) -> [ArraySlice<UInt8>] {
    fields.compactMap { if $0.field == field, case .bytes(let bytes) = $0.value { bytes } else { nil } }
  }

  package func messages(_ field: UInt64) -> [ProtobufMessage] { bytes(field).map { ProtobufMessage($0) } }

  package func text(_ field: UInt64) -> String? { bytes(field).first.map { String(decoding: $0, as: UTF8.self) } }

  package func hexadecimal(_ field: UInt64) -> String? {
    bytes(field).first.map { $0.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined() }
  }

  package func number(_ field: UInt64) -> UInt64? {
    for (name, value) in fields where name == field { if case .number(let number) = value { return number } }
    return nil
  }

  /// The pairs of a repeated field, their values as text, those of a list with commas.
  package func attributes(_ field: UInt64) -> [String: String] {
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
    case (5, .bytes(let bytes)): return ProtobufMessage(bytes).messages(1).compactMap(\.anyValue).joined(separator: ",")
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
