import GatewayCore

extension EmbeddingsDraft {
  // MARK: Cohere, also at Amazon

  mutating func writeCohere(into json: inout JSONWriter) throws(DialectFault) {
    let isAmazon = dialect == .bedrockCohere
    if !isAmazon { json.member("model", traits.model) }
    try writeCohereInputs(into: &json)
    json.member("input_type", cohereInputType)
    wrotePurpose()
    try writeCohereTypes(into: &json)
    json.member("output_dimension", request.dimensions)
    if let word = cohereTruncation {
      json.member("truncate", word)
      wrote(.unknown("truncate"))
    }
    if let tokens = request.maxTokens {
      json.member("max_tokens", tokens)
      wrote(.unknown("max_tokens"))
    }
  }

  /// All texts, all images, or both together.
  private func writeCohereInputs(into json: inout JSONWriter) throws(DialectFault) {
    for (index, input) in request.inputs.enumerated() { if case .tokens = input { throw unsupported(input, index) } }
    if request.inputs.allSatisfy({ if case .text = $0 { true } else { false } }) {
      return json.array("texts") { json in
        for input in request.inputs { if case .text(let text) = input { json.value(text) } }
      }
    }
    if request.inputs.allSatisfy({ if case .image = $0 { true } else { false } }) {
      return try json.array("images") { json throws(DialectFault) in
        for input in request.inputs {
          if case .image(let image) = input { try CohereImage.writeURL(image, into: &json) }
        }
      }
    }
    try json.array("inputs") { json throws(DialectFault) in
      for input in request.inputs {
        try json.object { json throws(DialectFault) in
          try json.array("content") { json throws(DialectFault) in
            guard case .mixed(let parts) = input else { return try write(input, into: &json) }
            for part in parts { try write(part, into: &json) }
          }
        }
      }
    }
  }

  private func write(_ part: EmbeddingInput, into json: inout JSONWriter) throws(DialectFault) {
    try json.object { json throws(DialectFault) in
      switch part {
      case .text(let text):
        json.member("type", "text" as RawText)
        json.member("text", text)
      case .image(let image):
        json.member("type", "image_url" as RawText)
        if dialect == .bedrockCohere {
          json.name("image_url" as StaticString)
          try CohereImage.writeURL(image, into: &json)
        } else {
          try json.object("image_url") { json throws(DialectFault) in
            json.name("url" as StaticString)
            try CohereImage.writeURL(image, into: &json)
          }
        }
      case .tokens, .mixed: throw unsupported(part, 0)
      }
    }
  }

  /// The API asks for one.
  private var cohereInputType: RawText {
    switch request.purpose {
    case .query: "search_query"
    case .classification: "classification"
    case .clustering: "clustering"
    case .image: "image"
    case .other(let word): word
    case .document: "search_document"
    case nil: request.inputs.allSatisfy { if case .image = $0 { true } else { false } } ? "image" : "search_document"
    }
  }

  /// Amazon has no base64: there the gateway makes it of the floats.
  private func writeCohereTypes(into json: inout JSONWriter) throws(DialectFault) {
    var types: [EmbeddingType] = []
    for type in request.types {
      let type = dialect == .bedrockCohere && type == .base64 ? .float : type
      if !types.contains(type) { types.append(type) }
    }
    json.array("embedding_types") { json in for type in types { json.value(type.rawValue) } }
  }

  /// Embed v4 at Amazon names the sides otherwise.
  private var cohereTruncation: RawText? {
    let namesSides = dialect == .bedrockCohere && traits.model.contains("embed-v4")
    return switch request.truncation {
    case .none?: "NONE"
    case .start?: namesSides ? "LEFT" : "START"
    case .end?: namesSides ? "RIGHT" : "END"
    case nil: nil
    }
  }

  // MARK: Titan

  mutating func writeTitan(into json: inout JSONWriter) throws(DialectFault) {
    try checkTypes()
    guard let input = request.inputs.first, request.inputs.count == 1 else {
      throw DialectFault("Titan takes one input at once, not \(request.inputs.count).", path: "input")
    }
    let parts = if case .mixed(let parts) = input { parts } else { [input] }
    var hasImage = false
    for part in parts {
      switch part {
      case .text(let text): json.member("inputText", text)
      case .image(let image):
        guard case .base64(let data) = image.source else {
          throw DialectFault(unsupported: .images, "Titan takes images as base64.", path: "input[0]")
        }
        json.member("inputImage", data)
        hasImage = true
      case .tokens, .mixed: throw unsupported(part, 0)
      }
    }
    guard !hasImage else {
      if let dimensions = request.dimensions {
        json.object("embeddingConfig") { json in json.member("outputEmbeddingLength", dimensions) }
      }
      return
    }
    json.member("dimensions", request.dimensions)
    if let isNormalized = request.isNormalized {
      json.member("normalize", isNormalized)
      wrote(.unknown("normalize"))
    }
  }
}
