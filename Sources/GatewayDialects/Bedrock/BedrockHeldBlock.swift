import GatewayCore

/// A streamed block that means something only when it is whole.
struct BedrockHeldBlock {
  enum Kind {
    /// `contentBlockStart.start.toolUse` of a tool that the provider runs itself.
    case serverCall(JSONNode)
    case serverResult(JSONNode)
    case image(format: RawText)
    /// An encrypted thought.
    case thought
  }

  private let kind: Kind
  private var pieces: [UInt8] = []
  private var results: [RawJSON] = []

  init(_ kind: Kind) { self.kind = kind }

  mutating func add(_ piece: RawText) { pieces += piece.bytes }

  mutating func add(results node: JSONNode) { for element in node.elements { results.append(element.raw) } }

  /// Nil when nothing was said.
  var whole: CanonicalDelta.PartStart? {
    switch kind {
    case .serverCall(let start):
      let input = ToolArguments.string(RawText(joined: pieces)).json ?? .emptyObject
      return .opaque(.bedrockConverse, kind: "toolUse", Self.adding("input", input, to: start))
    case .serverResult(let start):
      var content = JSONWriter()
      content.array { content in for result in results { content.value(result) } }
      let json = Self.adding("content", RawJSON(written: content.bytes), to: start)
      return .opaque(.bedrockConverse, kind: "toolResult", json)
    case .image(let format):
      if pieces.isEmpty { return nil }
      return .media(BedrockAnswerReader.image(format, RawText(joined: pieces)))
    case .thought: return pieces.isEmpty ? nil : .reasoning(redacted: RawText(joined: pieces))
    }
  }

  private static func adding(_ name: StaticString, _ value: RawJSON, to start: JSONNode) -> RawJSON {
    var json = JSONWriter()
    json.object { json in
      for (name, value) in start.members {
        json.name(name)
        json.value(value.raw)
      }
      json.member(name, value)
    }
    return RawJSON(written: json.bytes)
  }
}
