import GatewayCore

/// `citations` of text blocks.
enum AnthropicCitations {
  static func read(_ node: JSONNode) -> Citation {
    var citation = Citation(url: node["url"]?.text, title: (node["title"] ?? node["document_title"])?.text)
    citation.citedText = node["cited_text"]?.text
    // One without its index was made for a translated answer: the API would refuse it.
    let isMade =
      node["type"]?.text?.equals("web_search_result_location") == true
      && node["encrypted_index"]?.text?.isEmpty != false
    if !isMade { citation.original = (.anthropic, node.raw) }
    return citation
  }

  /// In requests: what the API itself has cited.
  static func writeOriginals(_ citations: [Citation], into json: inout JSONWriter) {
    let own = citations.compactMap { $0.original?.dialect == .anthropic ? $0.original?.value : nil }
    if own.isEmpty { return }
    json.array("citations") { json in for value in own { json.value(value) } }
  }

  static func write(_ citation: Citation, into json: inout JSONWriter) {
    if let original = citation.original, original.dialect == .anthropic { return json.value(original.value) }
    json.object { json in
      json.member("type", "web_search_result_location")
      json.member("cited_text", citation.citedText ?? .empty)
      json.member("url", citation.url ?? .empty)
      json.name("title")
      if let title = citation.title { json.value(title) } else { json.null() }
      json.member("encrypted_index", "")
    }
  }
}
