extension SchemaCheck {
  /// Any value, as the JSON that it stands for under YAML's core schema.
  func json(_ node: YAMLNode, key: SourcePosition, path: String) -> Setting? {
    guard let value = jsonValue(node, path: path) else { return nil }
    return Place(node: node, key: key, path: path).setting(.json(value.compactText))
  }

  private func jsonValue(_ node: YAMLNode, path: String) -> JSONValue? {
    switch node.content {
    case .scalar(let text, isPlain: false): return .string(text)
    case .scalar(let text, isPlain: true): return plain(text, node, path)
    case .sequence(let nodes):
      let items = nodes.enumerated().map { jsonValue($0.element, path: "\(path)[\($0.offset)]") }
      return items.contains { $0 == nil } ? nil : .array(items.compactMap { $0 })
    case .mapping(let pairs):
      let members = pairs.map { ($0.key, jsonValue($0.value, path: "\(path).\($0.key)")) }
      return members.contains { $0.1 == nil }
        ? nil : .object(members.compactMap { name, value in value.map { (name, $0) } })
    }
  }

  private func plain(_ text: String, _ node: YAMLNode, _ path: String) -> JSONValue? {
    if node.isNull { return .null }
    switch text {
    case "true", "True", "TRUE": return .bool(true)
    case "false", "False", "FALSE": return .bool(false)
    default: break
    }
    if NumberText.isJSON(text) { return .verbatim(text) }
    guard NumberText.looksLikeNumber(text) else { return .string(text) }
    log.error(
      "'\(text)' is no number of JSON", at: node.position, path: path,
      advice: "write it in decimal digits, or quote it if it is a text")
    return nil
  }
}
