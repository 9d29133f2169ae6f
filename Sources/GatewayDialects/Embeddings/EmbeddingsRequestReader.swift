package import GatewayCore

/// Reads an embeddings request of a client.
package enum EmbeddingsRequestReader {
  package static func read(_ body: JSONNode, as dialect: EmbeddingsDialect) throws(DialectFault) -> EmbeddingsRequest {
    let members = try CheckedMembers(body, "the request")
    var request = EmbeddingsRequest()
    switch dialect {
    case .openAI, .ollama:
      guard let input = body["input"] else { throw members.missing("input") }
      request.inputs = try inputs(input, takesTokens: dialect == .openAI)
    case .cohere, .bedrockCohere: request.inputs = try cohereInputs(members)
    case .dashscope:
      guard let node = body["input"] else { throw members.missing("input") }
      let input = try CheckedMembers(node, "an object with 'texts'")
      guard let texts = input.node["texts"] else { throw input.missing("texts") }
      request.inputs = try inputs(texts, takesTokens: false)
      if let parameters = try members.object("parameters") {
        for (name, value) in parameters.members where !value.isNull { try read(name, value, into: &request) }
      }
    case .bedrockTitan: request.inputs = [try titanInput(members)]
    case .vertex:
      throw DialectFault("Vertex AI's own format of vectors is for providers.", path: "")
    case .gemini, .geminiBatch:
      try GeminiEmbeddings.read(members, into: &request)
      return request
    case .hunyuan, .minimax: throw DialectFault("no texts are read as \(dialect.rawValue)")
    }
    for (name, value) in body.members where !value.isNull { try read(name, value, into: &request) }
    return request
  }

  // MARK: Members

  private static func read(
    _ name: RawText, _ value: JSONNode, into request: inout EmbeddingsRequest
  ) throws(DialectFault) {
    switch name.string {
    case "model", "input", "inputs", "texts", "images", "inputText", "inputImage", "parameters": break
    case "dimensions", "output_dimension", "dimension":
      request.dimensions = try CheckedMembers.countDigits(value, from: 1)
    case "encoding_format": request.types = [try encoding(value)]
    case "embedding_types", "embeddingTypes": request.types = try types(value)
    case "embeddingConfig":
      let config = try CheckedMembers(value, "an object")
      if let length = config.node["outputEmbeddingLength"] {
        request.dimensions = try CheckedMembers.countDigits(length, from: 1)
      }
    case "input_type", "text_type", "task":
      request.purpose = EmbeddingPurpose(try CheckedMembers.text(value))
      request.purposeMember = name
    case "instruct": request.instruction = try CheckedMembers.text(value)
    case "truncate": request.truncation = try truncation(value)
    case "max_tokens": request.maxTokens = try CheckedMembers.countDigits(value, from: 1)
    case "normalize": request.isNormalized = try CheckedMembers.bool(value)
    case "user": request.user = try CheckedMembers.text(value)
    case "output_type":
      guard value.text?.equals("dense") == true else {
        throw DialectFault(
          unsupported: .opaqueContent, "Sparse vectors are known to DashScope only.", path: value.path)
      }
    default: request.unknown.append((name, value.raw))
    }
  }

  private static func encoding(_ node: JSONNode) throws(DialectFault) -> EmbeddingType {
    switch node.string {
    case "float": return .float
    case "base64": return .base64
    default: throw CheckedMembers.wrong(node, "\"float\" or \"base64\"")
    }
  }

  private static func types(_ node: JSONNode) throws(DialectFault) -> [EmbeddingType] {
    var types: [EmbeddingType] = []
    for element in try CheckedMembers.array(node).elements {
      guard let type = element.string.flatMap(EmbeddingType.init(rawValue:)) else {
        throw CheckedMembers.wrong(element, "one of float, int8, uint8, binary, ubinary and base64")
      }
      if !types.contains(type) { types.append(type) }
    }
    return types.isEmpty ? [.float] : types
  }

  private static func truncation(_ node: JSONNode) throws(DialectFault) -> EmbeddingTruncation {
    switch (node.bool, node.string) {
    case (true, _), (_, "END"), (_, "RIGHT"): return .end
    case (false, _), (_, "NONE"): return .none
    case (_, "START"), (_, "LEFT"): return .start
    default: throw CheckedMembers.wrong(node, "\"NONE\", \"START\", \"END\", true or false")
    }
  }

  // MARK: Inputs

  /// A text, a list of texts, tokens, a list of tokens, or objects with a text or an image.
  private static func inputs(_ node: JSONNode, takesTokens: Bool) throws(DialectFault) -> [EmbeddingInput] {
    if let text = node.text { return [.text(text)] }
    guard node.isArray, !node.isEmpty else {
      throw CheckedMembers.wrong(node, "a string or an array with at least one input")
    }
    if takesTokens, try isTokens(node) { return [.tokens(node.raw)] }
    var inputs: [EmbeddingInput] = []
    for element in node.elements {
      if let text = element.text {
        inputs.append(.text(text))
      } else if takesTokens, element.isArray, !element.isEmpty, try isTokens(element) {
        inputs.append(.tokens(element.raw))
      } else if takesTokens, element.isObject {
        inputs.append(try object(element))
      } else {
        throw CheckedMembers.wrong(element, takesTokens ? "a string or an array of tokens" : "a string")
      }
    }
    return inputs
  }

  private static func isTokens(_ node: JSONNode) throws(DialectFault) -> Bool {
    var isFirst = true
    for element in node.elements {
      if isFirst, element.kind != .number { return false }
      isFirst = false
      _ = try CheckedMembers.count(element)
    }
    return true
  }

  /// Jina's `{"text":…}` and `{"image":…}`.
  private static func object(_ node: JSONNode) throws(DialectFault) -> EmbeddingInput {
    if let text = node["text"] { return .text(try CheckedMembers.text(text)) }
    guard let image = node["image"] else { throw CheckedMembers.wrong(node, "an object with 'text' or 'image'") }
    return .image(try media(image))
  }

  /// A URL, or base64 without a `data:` before it.
  private static func media(_ node: JSONNode) throws(DialectFault) -> MediaPart {
    let text = try CheckedMembers.text(node)
    guard let part = CohereImage.source(of: text) else {
      throw CheckedMembers.wrong(node, "a URL or a data URL with base64")
    }
    if case .url(let url) = part.source, !url.bytes.starts(with: "http".utf8) { return MediaPart(.base64(url)) }
    return part
  }

  private static func cohereInputs(_ members: CheckedMembers) throws(DialectFault) -> [EmbeddingInput] {
    let given = [members.node["texts"], members.node["images"], members.node["inputs"]].compactMap { $0 }
    guard let node = given.first else { throw members.missing("texts") }
    if given.count > 1 {
      throw DialectFault("Only one of 'texts', 'images' and 'inputs' can be sent.", at: given[1])
    }
    guard node.isArray, !node.isEmpty else { throw CheckedMembers.wrong(node, "an array with at least one input") }
    let isTexts = members.node["texts"] != nil
    let isImages = members.node["images"] != nil
    var inputs: [EmbeddingInput] = []
    for element in node.elements {
      if isTexts {
        inputs.append(.text(try CheckedMembers.text(element)))
      } else if isImages {
        inputs.append(.image(try media(element)))
      } else {
        inputs.append(try content(element))
      }
    }
    return inputs
  }

  private static func content(_ node: JSONNode) throws(DialectFault) -> EmbeddingInput {
    let input = try CheckedMembers(node, "an object with 'content'")
    guard let blocks = try input.array("content"), !blocks.isEmpty else { throw input.missing("content") }
    var parts: [EmbeddingInput] = []
    for block in blocks.elements {
      let members = try CheckedMembers(block, "a content block")
      let type = try members.requiredText("type")
      if type.equals("text") {
        parts.append(.text(try members.requiredText("text")))
      } else if type.equals("image_url") {
        guard case .image(let image) = try CohereImage.read(members).content else { continue }
        parts.append(.image(image))
      } else {
        throw DialectFault("'\(block.path).type' must be \"text\" or \"image_url\".", path: "\(block.path).type")
      }
    }
    return parts.count == 1 ? parts[0] : .mixed(parts)
  }

  private static func titanInput(_ members: CheckedMembers) throws(DialectFault) -> EmbeddingInput {
    let text = try members.text("inputText")
    let image = try members.text("inputImage").map { EmbeddingInput.image(MediaPart(.base64($0))) }
    switch (text, image) {
    case (let text?, let image?): return .mixed([.text(text), image])
    case (let text?, nil): return .text(text)
    case (nil, let image?): return image
    case (nil, nil): throw members.missing("inputText")
    }
  }
}
