extension RequestLens {
  /// Members whose texts a model reads.
  private static let texts: Set = [
    "messages", "input", "prompt", "system", "contents", "systemInstruction", "system_instruction", "instructions",
    "suffix", "content", "requests", "query", "texts", "documents",
  ]
  /// The same, and it reads the names of their members, too.
  private static let declarations: Set = ["tools", "functions", "toolConfig", "tool_config", "response_format"]
  /// What a message costs beside its texts, in OpenAI's formats.
  private static let perMessage = 3

  /// The estimate of the input's tokens for a model's vocabulary: text by the pieces that it is made of, token ids one each.
  ///
  /// - Parameter body: the bytes that the lens is of.
  package func inputTokens(in body: UnsafeRawBufferPointer, for model: String) -> Int {
    let end = members.last?.value.upperBound ?? 0
    if isForm || end > body.count { return TokenEstimator.tokens(inputText) + inputTokenIDs }
    var count = TokenCount(.of(model))
    for member in members where member.kind == .string || member.kind == .array || member.kind == .object {
      let name = member.name.value(in: body)
      let isDeclaration = Self.declarations.contains(name)
      guard isDeclaration || Self.texts.contains(name) else { continue }
      var walk = TextWalk(
        UnsafeRawBufferPointer(rebasing: body[member.value]), withNames: isDeclaration)
      walk.run(&count)
    }
    var framing = 0
    if case .objects(let messages) = messages { framing = Self.perMessage * (messages + 1) }
    return count.tokens + framing + inputTokenIDs
  }
}

/// Goes through the texts of a JSON value: without `data:` URLs and other embedded files.
private struct TextWalk {
  private let bytes: UnsafeRawBufferPointer
  private let withNames: Bool
  private var cursor: JSONCursor

  init(_ bytes: UnsafeRawBufferPointer, withNames: Bool) {
    self.bytes = bytes
    self.withNames = withNames
    cursor = JSONCursor(bytes, loneSurrogates: .replaced)
  }

  /// The value has been validated before, so there is no fault to tell.
  mutating func run(_ count: inout TokenCount) { try? value(nil, &count) }

  private mutating func value(_ name: JSONString?, _ count: inout TokenCount) throws(JSONFault) {
    switch cursor.byte {
    case UInt8(ascii: "\""):
      let text = try cursor.readString()
      if cursor.source.isDataURL(text) { return }
      if let name, cursor.source.isEmbeddedFile(text, named: name) { return }
      add(text, &count)
    case UInt8(ascii: "{"):
      var more = try cursor.enterObject()
      while more {
        let name = try cursor.readName()
        if withNames {
          add(name, &count)
          count.addSign()
        }
        try value(name, &count)
        more = try cursor.nextMember()
      }
    case UInt8(ascii: "["):
      var more = try cursor.enterArray()
      while more {
        try value(nil, &count)
        more = try cursor.nextElement()
      }
    default: _ = try cursor.skipValue()
    }
  }

  private func add(_ text: JSONString, _ count: inout TokenCount) {
    count.count(UnsafeRawBufferPointer(rebasing: bytes[text.start..<text.end]), escaped: text.isEscaped)
  }
}
