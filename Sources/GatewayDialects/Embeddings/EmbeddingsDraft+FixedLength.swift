import GatewayCore

/// Formats whose vectors have one length.
extension EmbeddingsDraft {
  /// The action `GetEmbedding`, which has one model.
  mutating func writeHunyuan(into json: inout JSONWriter) throws(DialectFault) {
    try checkTypes()
    try refuseDimensions()
    let texts = try texts()
    json.array("InputList") { json in for text in texts { json.value(text) } }
  }

  mutating func writeMiniMax(into json: inout JSONWriter) throws(DialectFault) {
    try checkTypes()
    try refuseDimensions()
    json.member("model", traits.model)
    let texts = try texts()
    json.array("texts") { json in for text in texts { json.value(text) } }
    // Required: what is stored and what is looked for are different vectors.
    json.member("type", request.purpose == .query ? "query" : "db" as RawText)
    wrotePurpose()
  }

  private func refuseDimensions() throws(DialectFault) {
    guard request.dimensions != nil else { return }
    throw DialectFault(unsupported: .opaqueContent, "The model's vectors have one length.", path: "dimensions")
  }
}
