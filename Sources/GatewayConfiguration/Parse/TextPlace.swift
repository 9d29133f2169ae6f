/// Lines and columns of a text that is held as bytes.
enum TextPlace {
  /// The place of a byte; of the end when it is past it.
  static func position(ofByte offset: Int, in text: UnsafeBufferPointer<UInt8>) -> SourcePosition {
    var line = 1
    var column = 1
    for byte in text.prefix(max(0, offset)) {
      if byte == UInt8(ascii: "\n") {
        line += 1
        column = 1
      } else if byte & 0xC0 != 0x80 {
        column += 1
      }
    }
    return SourcePosition(line: line, column: column)
  }

  /// The first byte of the character at a place that counts from 0; `nil` at the end of the text.
  static func byte(atLine line: Int, column: Int, in text: UnsafeBufferPointer<UInt8>) -> UInt8? {
    var place = (line: 0, column: 0)
    for byte in text {
      if place == (line, column), byte & 0xC0 != 0x80 { return byte }
      if byte == UInt8(ascii: "\n") {
        place = (place.line + 1, 0)
      } else if byte & 0xC0 != 0x80 {
        place.column += 1
      }
    }
    return nil
  }

  /// The first byte that is not UTF-8.
  static func firstInvalidByte(in text: [UInt8]) -> Int? {
    guard String(validating: text, as: UTF8.self) == nil else { return nil }
    var parser = Unicode.UTF8.ForwardParser()
    var bytes = text.makeIterator()
    var offset = 0
    while true {
      switch parser.parseScalar(from: &bytes) {
      case .valid(let scalar): offset += scalar.count
      case .error: return offset
      case .emptyInput: return nil
      }
    }
  }
}
