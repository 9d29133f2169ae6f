package import GatewayCore

/// Writes an embeddings request for a provider. The caller has split it before: see `EmbeddingsDialect.maximumInputs(model:)`.
package enum EmbeddingsRequestWriter {
  package static func write(
    _ request: EmbeddingsRequest, as dialect: EmbeddingsDialect, traits: TargetTraits
  ) throws(DialectFault) -> WrittenRequest {
    var draft = EmbeddingsDraft(request, dialect, traits)
    var json = JSONWriter(capacity: 1024)
    try json.object { json throws(DialectFault) in
      switch dialect {
      case .openAI: try draft.writeOpenAI(into: &json)
      case .cohere, .bedrockCohere: try draft.writeCohere(into: &json)
      case .dashscope: try draft.writeDashScope(into: &json)
      case .bedrockTitan: try draft.writeTitan(into: &json)
      case .ollama: try draft.writeOllama(into: &json)
      case .hunyuan: try draft.writeHunyuan(into: &json)
      case .minimax: try draft.writeMiniMax(into: &json)
      case .gemini, .geminiBatch: try draft.writeGemini(into: &json)
      case .vertex: try draft.writeVertex(into: &json)
      }
    }
    var written = WrittenRequest(body: json.bytes)
    written.dropped = draft.dropped
    return written
  }
}

/// A request on its way into a format.
struct EmbeddingsDraft {
  let request: EmbeddingsRequest
  let dialect: EmbeddingsDialect
  let traits: TargetTraits
  private var hints: Set<Hint>

  init(_ request: EmbeddingsRequest, _ dialect: EmbeddingsDialect, _ traits: TargetTraits) {
    self.request = request
    self.dialect = dialect
    self.traits = traits
    hints = request.hints
  }

  var dropped: [Hint] { hints.count < 2 ? Array(hints) : hints.sorted { "\($0)" < "\($1)" } }

  func takes(_ member: String) -> Bool { traits.refused.isEmpty || !traits.refused.contains(member) }

  mutating func wrote(_ hint: Hint) { hints.remove(hint) }

  mutating func wrotePurpose() { wrote(.unknown(request.purposeMember.string)) }

  // MARK: What a format cannot do

  /// The texts of a format that has nothing else.
  func texts() throws(DialectFault) -> [RawText] {
    var texts: [RawText] = []
    for (index, input) in request.inputs.enumerated() {
      guard case .text(let text) = input else { throw unsupported(input, index) }
      texts.append(text)
    }
    return texts
  }

  func unsupported(_ input: EmbeddingInput, _ index: Int) -> DialectFault {
    let path = "input[\(index)]"
    if case .tokens = input {
      return DialectFault(
        unsupported: .opaqueContent, "The model takes text, not tokens of another tokenizer.", path: path)
    }
    return DialectFault(unsupported: .images, "The model reads text only.", path: path)
  }

  /// Vectors of floats, which the gateway can tell both as numbers and as base64.
  func checkTypes() throws(DialectFault) {
    for type in request.types where type != .float && type != .base64 {
      throw DialectFault(
        unsupported: .opaqueContent, "The model gives vectors of floats, not of \(type.rawValue).",
        path: "embedding_types")
    }
  }

  // MARK: OpenAI and Ollama

  mutating func writeOpenAI(into json: inout JSONWriter) throws(DialectFault) {
    try checkTypes()
    json.member("model", traits.model)
    json.name("input" as StaticString)
    try json.array { json throws(DialectFault) in
      for (index, input) in request.inputs.enumerated() {
        switch input {
        case .text(let text): json.value(text)
        case .tokens(let tokens): json.value(tokens)
        case .image, .mixed: throw unsupported(input, index)
        }
      }
    }
    json.member("dimensions", request.dimensions)
    if takes("encoding_format") {
      json.member("encoding_format", request.types == [.base64] ? "base64" : "float" as RawText)
    }
    if let user = request.user, takes("user") {
      json.member("user", user)
      wrote(.user)
    }
  }

  mutating func writeOllama(into json: inout JSONWriter) throws(DialectFault) {
    try checkTypes()
    json.member("model", traits.model)
    let texts = try texts()
    json.array("input") { json in for text in texts { json.value(text) } }
    json.member("dimensions", request.dimensions)
    switch request.truncation {
    case .none?, .end?:
      json.member("truncate", request.truncation == .end)
      wrote(.unknown("truncate"))
    case .start?, nil: break
    }
  }

  // MARK: DashScope

  mutating func writeDashScope(into json: inout JSONWriter) throws(DialectFault) {
    try checkTypes()
    json.member("model", traits.model)
    let texts = try texts()
    json.object("input") { json in
      json.array("texts") { json in for text in texts { json.value(text) } }
    }
    json.object("parameters") { json in
      json.member("dimension", request.dimensions)
      if let purpose = request.purpose, takes("text_type") {
        // Everything that is not a query is a document, as with symmetric tasks.
        json.member("text_type", purpose == .query ? "query" : "document" as RawText)
        wrotePurpose()
      }
      if let instruction = request.instruction {
        json.member("instruct", instruction)
        wrote(.unknown("instruct"))
      }
    }
  }
}
