/// Writes messages of Protocol Buffers, as far as OTLP needs them. What has its default value is left out, as proto3 does.
struct ProtobufWriter {
  private enum WireType: UInt64 {
    case varint = 0
    case fixed64 = 1
    case bytes = 2
    case fixed32 = 5
  }

  private(set) var bytes: [UInt8] = []

  mutating func add(_ field: UInt64, varint value: UInt64) {
    guard value != 0 else { return }
    tag(field, .varint)
    append(varint: value)
  }

  mutating func add(_ field: UInt64, fixed64 value: UInt64) {
    guard value != 0 else { return }
    tag(field, .fixed64)
    append(littleEndian: value)
  }

  mutating func add(_ field: UInt64, fixed32 value: UInt32) {
    guard value != 0 else { return }
    tag(field, .fixed32)
    append(littleEndian: value)
  }

  mutating func add(_ field: UInt64, text: String) {
    guard !text.isEmpty else { return }
    tag(field, .bytes)
    append(varint: UInt64(text.utf8.count))
    bytes.append(contentsOf: text.utf8)
  }

  /// Words of an id, the highest byte first.
  mutating func add(_ field: UInt64, id words: UInt64...) {
    tag(field, .bytes)
    append(varint: UInt64(words.count * 8))
    for word in words { withUnsafeBytes(of: word.bigEndian) { bytes.append(contentsOf: $0) } }
  }

  /// A message within this one; also an empty one is written.
  mutating func add(_ field: UInt64, _ write: (inout ProtobufWriter) -> Void) {
    var inner = ProtobufWriter()
    write(&inner)
    tag(field, .bytes)
    append(varint: UInt64(inner.bytes.count))
    bytes.append(contentsOf: inner.bytes)
  }

  // Members of `oneof`: there, whatever their value.

  mutating func choose(_ field: UInt64, varint value: UInt64) {
    tag(field, .varint)
    append(varint: value)
  }

  mutating func choose(_ field: UInt64, double value: Double) {
    tag(field, .fixed64)
    append(littleEndian: value.bitPattern)
  }

  mutating func choose(_ field: UInt64, text: String) {
    tag(field, .bytes)
    append(varint: UInt64(text.utf8.count))
    bytes.append(contentsOf: text.utf8)
  }

  private mutating func tag(_ field: UInt64, _ type: WireType) { append(varint: field << 3 | type.rawValue) }

  private mutating func append(varint value: UInt64) {
    var rest = value
    while rest >= 0x80 {
      bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
      rest >>= 7
    }
    bytes.append(UInt8(truncatingIfNeeded: rest))
  }

  private mutating func append(littleEndian value: some FixedWidthInteger) {
    withUnsafeBytes(of: value.littleEndian) { bytes.append(contentsOf: $0) }
  }
}
