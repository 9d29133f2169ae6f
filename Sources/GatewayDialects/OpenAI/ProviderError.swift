/// An error as a provider told it, whatever its shape.
package struct ProviderError: Error, Hashable, Sendable {
  /// At most `maximumMessageLength` bytes; never empty.
  package let message: String
  package let type: String?
  /// A number is written in digits.
  package let code: String?
  package let param: String?

  /// Bytes.
  package static let maximumMessageLength = 500
  /// Bytes of `type`, `code` and `param`.
  package static let maximumLabelLength = 128

  package init(message: String, type: String? = nil, code: String? = nil, param: String? = nil) {
    self.message = Self.cut(message, to: Self.maximumMessageLength)
    self.type = type.map { Self.cut($0, to: Self.maximumLabelLength) }
    self.code = code.map { Self.cut($0, to: Self.maximumLabelLength) }
    self.param = param.map { Self.cut($0, to: Self.maximumLabelLength) }
  }

  /// Reads the body of a failed call: OpenAI's envelope, `{"error":"text"}`, `{"message":…}`, `{"detail":…}` (also
  /// FastAPI's list), `{"code":…,"message":…}`, the first element of a list of these, plain text or HTML.
  package static func parse(errorBody: UnsafeRawBufferPointer) -> ProviderError {
    if let fields = ErrorFields.read(errorBody) {
      return ProviderError(
        message: fields.message ?? "The provider answered with an error without a message.", type: fields.type,
        code: fields.code, param: fields.param)
    }
    return ProviderError(message: plainMessage(errorBody))
  }

  private static func plainMessage(_ body: UnsafeRawBufferPointer) -> String {
    // Enough to recognise what it is, and for a message that is cut afterwards.
    let start = body.prefix(while: { $0 <= 0x20 }).count
    let text = body[start...].prefix(4 * maximumMessageLength)
    guard let first = text.first else { return "The provider answered with an error and an empty body." }
    if first == UInt8(ascii: "<") { return "The provider answered with a page of HTML or XML instead of an error." }
    let printable = String(decoding: text, as: UTF8.self).unicodeScalars.map { scalar in
      scalar.value < 0x20 || scalar.value == 0x7F ? " " : Character(scalar)
    }
    return String(printable)
  }

  /// The start of `text` with at most `length` bytes, cut between two characters.
  static func cut(_ text: String, to length: Int) -> String {
    guard text.utf8.count > length else { return text }
    var end = text.utf8.index(text.startIndex, offsetBy: length)
    while end > text.startIndex, end.samePosition(in: text.unicodeScalars) == nil { end = text.utf8.index(before: end) }
    let scalarEnd = end
    // A character of several scalars is not torn, unless it is absurdly long.
    var steps = 0
    while end > text.startIndex, end.samePosition(in: text) == nil, steps < 32 {
      end = text.unicodeScalars.index(before: end)
      steps += 1
    }
    return String(text[..<(end.samePosition(in: text) == nil || end == text.startIndex ? scalarEnd : end)])
  }
}
