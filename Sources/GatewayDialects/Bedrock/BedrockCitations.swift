import GatewayCore

/// Text that names its sources: a block of its own in whole messages, a delta in streams.
enum BedrockCitations {
  /// `citationsContent`
  static func read(_ node: JSONNode) -> TextPart {
    var part = TextPart(text: .empty)
    if let content = node["content"] {
      for element in content.elements { if let text = element["text"]?.text { part.text = part.text + text } }
    }
    if let citations = node["citations"] { part.citations = citations.elements.map(citation) }
    return part
  }

  /// One citation, or the delta of one.
  static func citation(_ node: JSONNode) -> Citation {
    var citation = Citation(
      url: node["location"]?["web"]?["url"]?.text ?? address(node["source"]?.text), title: node["title"]?.text)
    if let source = node["sourceContent"] {
      for element in source.elements {
        if let text = element["text"]?.text { citation.citedText = citation.citedText.map { $0 + text } ?? text }
      }
    }
    citation.original = (.bedrockConverse, node.raw)
    return citation
  }

  /// As a value: the citation as Bedrock gave it, or what is known of it.
  static func write(_ citation: Citation, to json: inout JSONWriter) {
    if let original = citation.original, original.dialect == .bedrockConverse {
      json.value(original.value)
      return
    }
    json.object { json in
      json.member("title", citation.title)
      if let text = citation.citedText {
        json.array("sourceContent") { $0.object { $0.member("text", text) } }
      }
      if let url = citation.url {
        json.object("location") { $0.object("web") { $0.member("url", url) } }
      }
    }
  }

  /// As a block.
  static func write(_ part: TextPart, to json: inout JSONWriter) {
    json.object { json in
      json.object("citationsContent") { json in
        json.array("content") { $0.object { $0.member("text", part.text) } }
        json.array("citations") { json in for citation in part.citations { write(citation, to: &json) } }
      }
    }
  }

  /// A source may be any identifier.
  private static func address(_ source: RawText?) -> RawText? {
    guard let source, source.string.hasPrefix("https://") || source.string.hasPrefix("http://") else { return nil }
    return source
  }
}
