import GatewayCore

/// Citations: `{"start":…,"end":…,"text":…,"sources":[…],"content_index":…,"type":"TEXT_CONTENT"}`.
enum CohereCitation {
  /// The first source with an address or a title names it; the rest stays in `original`.
  static func read(_ node: JSONNode) -> Citation {
    var citation = Citation()
    citation.start = node["start"]?.int
    citation.end = node["end"]?.int
    if let sources = node["sources"] {
      for source in sources.elements {
        let document = source["document"] ?? source["tool_output"]
        citation.url = document?["url"]?.text
        citation.title = document?["title"]?.text
        citation.citedText = document?["snippet"]?.text ?? document?["text"]?.text
        if citation.url != nil || citation.title != nil { break }
      }
    }
    citation.original = (.cohere, node.raw)
    return citation
  }

  /// Whether it supports the text of the answer, and not a plan or a thought.
  static func isOfText(_ node: JSONNode) -> Bool { node["type"]?.text.map { $0.equals("TEXT_CONTENT") } ?? true }

  /// Puts the citations of a message where they belong.
  ///
  /// - Parameter parts: one for each content block.
  static func attach(_ citations: JSONNode, to parts: inout [CanonicalPart]) {
    for node in citations.elements where node.isObject && isOfText(node) {
      let index = node["content_index"]?.int ?? parts.firstIndex { if case .text = $0.content { true } else { false } }
      guard let index, parts.indices.contains(index), case .text(var text) = parts[index].content else { continue }
      text.citations.append(read(node))
      parts[index].content = .text(text)
    }
  }

  static func write(_ citation: Citation, contentIndex: Int, into json: inout JSONWriter) {
    if let original = citation.original, original.dialect == .cohere { return json.value(original.value) }
    json.object { json in
      json.member("start", citation.start)
      json.member("end", citation.end)
      json.array("sources") { json in
        json.object { json in
          json.member("type", "document" as RawText)
          json.member("id", citation.url ?? citation.title)
          json.object("document") { json in
            json.member("title", citation.title)
            json.member("url", citation.url)
            json.member("snippet", citation.citedText)
          }
        }
      }
      json.member("content_index", contentIndex)
      json.member("type", "TEXT_CONTENT" as RawText)
    }
  }
}
