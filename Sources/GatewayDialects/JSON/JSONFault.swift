/// Why a document is not JSON (RFC 8259), and where.
package struct JSONFault: Error, Hashable, Sendable, CustomStringConvertible {
  /// What the grammar allows at the place of the fault.
  package enum Expectation: UInt8, Hashable, Sendable {
    case value, object, memberName, memberNameOrEnd, colon, commaOrObjectEnd, commaOrArrayEnd, endOfDocument
    case digit, literal, hexDigit, escape, stringEnd

    fileprivate var words: String {
      switch self {
      case .value: "a value"
      case .object: "an object"
      case .memberName: "a member name in quotes"
      case .memberNameOrEnd: "a member name in quotes or '}'"
      case .colon: "':'"
      case .commaOrObjectEnd: "',' or '}'"
      case .commaOrArrayEnd: "',' or ']'"
      case .endOfDocument: "the end of the document"
      case .digit: "a digit"
      case .literal: "true, false or null"
      case .hexDigit: "a hexadecimal digit"
      case .escape: "one of \" \\ / b f n r t u"
      case .stringEnd: "the closing quote of the string"
      }
    }
  }

  package enum Kind: Hashable, Sendable {
    case unexpectedByte(UInt8, expected: Expectation)
    case unexpectedEnd(expected: Expectation)
    /// A byte under 0x20 in a string.
    case controlCharacter(UInt8)
    /// A `\u` escape that is half of a surrogate pair.
    case loneSurrogate
    case invalidUTF8
    /// More than `JSONCursor.maximumDepth` objects and arrays within each other.
    case tooDeep
    /// More than 4 GiB.
    case tooLong
    /// A member name that the object has already.
    case duplicateName
  }

  package var kind: Kind
  /// In bytes, from the start of the document.
  package var offset: Int

  package init(_ kind: Kind, at offset: Int) {
    self.kind = kind
    self.offset = offset
  }

  package var description: String {
    switch kind {
    case .unexpectedByte(let byte, let expected):
      "unexpected byte \(Self.hex(byte)) at offset \(offset); expected \(expected.words)"
    case .unexpectedEnd(let expected): "unexpected end at offset \(offset); expected \(expected.words)"
    case .controlCharacter(let byte):
      "control character \(Self.hex(byte)) in a string at offset \(offset); it must be escaped"
    case .loneSurrogate: "half of a surrogate pair at offset \(offset); both halves must be escaped together"
    case .invalidUTF8: "invalid UTF-8 at offset \(offset)"
    case .tooDeep: "nested more than \(JSONCursor.maximumDepth) levels deep at offset \(offset)"
    case .tooLong: "longer than 4 GiB"
    case .duplicateName: "a member name that the object has already, at offset \(offset)"
    }
  }

  private static func hex(_ byte: UInt8) -> String {
    let digits = String(byte, radix: 16, uppercase: true)
    return byte < 16 ? "0x0\(digits)" : "0x\(digits)"
  }
}
