extension ToolArguments {
  /// As the inside of a string.
  package var text: RawText {
    switch self {
    case .string(let text): text
    case .json(let json): RawText(escaping: json.bytes)
    }
  }

  /// As JSON; `nil` when the string is none. An empty string stands for no arguments.
  package var json: RawJSON? {
    switch self {
    case .json(let json): return json
    case .string(let text):
      let bytes = text.decoded
      if bytes.allSatisfy({ $0 <= 0x20 }) { return .emptyObject }
      return try? RawJSON(validating: bytes)
    }
  }
}
