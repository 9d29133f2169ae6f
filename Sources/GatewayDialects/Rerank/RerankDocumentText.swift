/// Documents with fields, for models that read text.
struct RerankDocumentText {
  let rankFields: [RawText]

  /// - Parameter path: of the document, for the fault.
  func text(of document: RerankDocument, _ path: @autoclosure () -> String) throws(DialectFault) -> RawText {
    switch document {
    case .text(let text): return text
    case .object(let object):
      guard let node = object.node else { return RawText(escaping: object.bytes) }
      if !rankFields.isEmpty { return try fields(of: node, path()) }
      if let text = node["text"]?.text { return text }
      if node["image"] != nil {
        throw DialectFault(unsupported: .images, "The model reads text documents only.", path: path())
      }
      let path = path()
      throw DialectFault("'\(path)' must have a 'text', or 'rank_fields' must name the members that count.", path: path)
    }
  }

  /// The fields that count, as lines `name: value`.
  private func fields(of node: JSONNode, _ path: String) throws(DialectFault) -> RawText {
    var lines: [UInt8] = []
    for field in rankFields {
      guard let value = node.members.first(where: { $0.name == field })?.value, !value.isNull else { continue }
      if !lines.isEmpty { JSONText.append("\\n", to: &lines) }
      lines += field.bytes
      JSONText.append(": ", to: &lines)
      lines += (value.text ?? RawText(escaping: value.raw.bytes)).bytes
    }
    if lines.isEmpty { throw DialectFault("'\(path)' has none of the 'rank_fields'.", path: path) }
    return RawText(joined: lines)
  }
}
