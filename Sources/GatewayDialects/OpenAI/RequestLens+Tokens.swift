extension RequestLens {
  private enum Reading {
    /// A model does not read it.
    case none
    case texts
    /// The names of its members, too.
    case declaration
  }

  /// What of a member a model reads.
  @inline(__always)
  private static func reading(of name: JSONString, in body: UnsafeRawBufferPointer) -> Reading {
    func isNamed(_ text: StaticString) -> Bool { name.matches(text, in: body) }
    return switch name.length {
    case 5 where isNamed("tools"): .declaration
    case 5: isNamed("input") || isNamed("query") || isNamed("texts") ? .texts : .none
    case 6: isNamed("prompt") || isNamed("system") || isNamed("suffix") ? .texts : .none
    case 7: isNamed("content") ? .texts : .none
    case 8: isNamed("messages") || isNamed("contents") || isNamed("requests") ? .texts : .none
    case 9 where isNamed("functions"): .declaration
    case 9: isNamed("documents") ? .texts : .none
    case 10: isNamed("toolConfig") ? .declaration : .none
    case 11: isNamed("tool_config") ? .declaration : .none
    case 12: isNamed("instructions") ? .texts : .none
    case 15: isNamed("response_format") ? .declaration : .none
    case 17: isNamed("systemInstruction") ? .texts : .none
    case 18: isNamed("system_instruction") ? .texts : .none
    default: .none
    }
  }

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
      let reading = Self.reading(of: member.name, in: body)
      guard reading != .none else { continue }
      var walk = TextWalk(
        UnsafeRawBufferPointer(rebasing: body[member.value]), withNames: reading == .declaration)
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
