/// `redactedContent` is binary to the AWS SDKs, so what is no base64 cannot stand there. The gateway wraps such values, and also
/// other providers' marks that Bedrock has no place for, in base64 with a tag, and unwraps them when the client sends the answer
/// back.
enum BedrockBlob {
  enum Tag {
    /// An encrypted thought that is no base64 (OpenAI's).
    case thought
    /// The signature of the tool call that follows (Gemini's).
    case callSignature

    /// The base64 of `sluice-1:` and `sluice-2:`: nine bytes, so that it ends on a whole group.
    fileprivate var encoded: StaticString {
      switch self {
      case .thought: "c2x1aWNlLTE6"
      case .callSignature: "c2x1aWNlLTI6"
      }
    }
  }

  static func wrapped(_ text: RawText, _ tag: Tag) -> RawText {
    var bytes: [UInt8] = []
    JSONText.append(tag.encoded, to: &bytes)
    encode(text.bytes, to: &bytes)
    return RawText(joined: bytes)
  }

  /// The text that was wrapped with that tag; nil when none was.
  static func unwrapped(_ text: RawText, _ tag: Tag) -> RawText? {
    let prefix = UnsafeBufferPointer(start: tag.encoded.utf8Start, count: tag.encoded.utf8CodeUnitCount)
    guard text.bytes.starts(with: prefix), let bytes = decode(text.bytes.dropFirst(prefix.count)) else { return nil }
    // The inside of a JSON string was wrapped; a client that changed it gets its text escaped anew.
    return (try? RawJSON(validating: [0x22] + bytes + [0x22]))?.node?.text ?? RawText(utf8: bytes)
  }

  /// Whether `text` is base64 as RFC 4648 §4 has it, with its padding.
  static func isBase64(_ text: RawText) -> Bool {
    let bytes = text.bytes
    guard !bytes.isEmpty, bytes.count % 4 == 0 else { return false }
    let padding = bytes.suffix(2).reversed().prefix { $0 == UInt8(ascii: "=") }.count
    return bytes.dropLast(padding).allSatisfy { value(of: $0) != nil }
  }

  private static func encode(_ bytes: ArraySlice<UInt8>, to output: inout [UInt8]) {
    var rest = bytes
    while !rest.isEmpty {
      let group = Array(rest.prefix(3))
      rest = rest.dropFirst(3)
      let word = group.enumerated().reduce(UInt32(0)) { $0 | UInt32($1.element) << (16 - 8 * UInt32($1.offset)) }
      for place in 0..<4 {
        let value = UInt8(word >> (18 - 6 * UInt32(place)) & 63)
        output.append(place > group.count ? UInt8(ascii: "=") : letter(of: value))
      }
    }
  }

  private static func decode(_ bytes: ArraySlice<UInt8>) -> [UInt8]? {
    var output: [UInt8] = []
    var word: UInt32 = 0
    var bits: UInt32 = 0
    for byte in bytes where byte != UInt8(ascii: "=") {
      guard let value = value(of: byte) else { return nil }
      word = word << 6 | UInt32(value)
      bits += 6
      if bits >= 8 {
        bits -= 8
        output.append(UInt8(truncatingIfNeeded: word >> bits))
      }
    }
    return output
  }

  private static func letter(of value: UInt8) -> UInt8 {
    switch value {
    case 0..<26: UInt8(ascii: "A") + value
    case 26..<52: UInt8(ascii: "a") + value - 26
    case 52..<62: UInt8(ascii: "0") + value - 52
    case 62: UInt8(ascii: "+")
    default: UInt8(ascii: "/")
    }
  }

  private static func value(of letter: UInt8) -> UInt8? {
    switch letter {
    case UInt8(ascii: "A")...UInt8(ascii: "Z"): letter - UInt8(ascii: "A")
    case UInt8(ascii: "a")...UInt8(ascii: "z"): letter - UInt8(ascii: "a") + 26
    case UInt8(ascii: "0")...UInt8(ascii: "9"): letter - UInt8(ascii: "0") + 52
    case UInt8(ascii: "+"): 62
    case UInt8(ascii: "/"): 63
    default: nil
    }
  }
}
