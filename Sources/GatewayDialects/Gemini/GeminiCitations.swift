import GatewayCore

/// `groundingMetadata`, and `citationMetadata` of texts that the model has learnt by heart.
enum GeminiCitations {
  static func read(_ candidate: JSONNode) -> [Citation] {
    var citations: [Citation] = []
    let metadata = candidate.either("groundingMetadata", "grounding_metadata")
    for chunk in metadata?.either("groundingChunks", "grounding_chunks")?.elements.map({ $0 }) ?? [] {
      let source = chunk["web"] ?? chunk.either("retrievedContext", "retrieved_context") ?? chunk["maps"]
      guard let source, source.isObject else { continue }
      var citation = Citation(url: source["uri"]?.text, title: source["title"]?.text)
      citation.original = (.gemini, chunk.raw)
      citations.append(citation)
    }
    let recited = candidate.either("citationMetadata", "citation_metadata")
    for source in (recited?["citationSources"] ?? recited?["citations"])?.elements.map({ $0 }) ?? [] {
      guard let url = source["uri"]?.text else { continue }
      citations.append(Citation(url: url, title: source["title"]?.text))
    }
    return citations
  }

  static func write(_ citations: [Citation], into json: inout JSONWriter) {
    let known = citations.filter { $0.url != nil || $0.original?.dialect == .gemini }
    if known.isEmpty { return }
    json.object("groundingMetadata") { json in
      json.array("groundingChunks") { json in
        for citation in known {
          if let original = citation.original, original.dialect == .gemini {
            json.value(original.value)
            continue
          }
          json.object { json in
            json.object("web") { json in
              json.member("uri", citation.url)
              json.member("title", citation.title)
            }
          }
        }
      }
    }
  }
}
