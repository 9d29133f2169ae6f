/// A value of a YAML document with its place. Tags, anchors and comments are gone.
struct YAMLNode {
  enum Content {
    /// `isPlain`: written without quotes, so that it may mean a number, a truth value or nothing.
    case scalar(String, isPlain: Bool)
    case sequence([YAMLNode])
    case mapping([YAMLPair])
  }

  let content: Content
  let position: SourcePosition
  /// Values in it, itself included; what an alias repeats is counted again.
  let size: Int

  init(_ content: Content, at position: SourcePosition) {
    self.content = content
    self.position = position
    self.size =
      switch content {
      case .scalar: 1
      case .sequence(let items): items.reduce(1) { $0 + $1.size }
      case .mapping(let pairs): pairs.reduce(1) { $0 + $1.value.size }
      }
  }

  /// The same as a part of the database.
  var stored: YAMLNode {
    func moved(_ position: SourcePosition) -> SourcePosition {
      var position = position
      position.origin = .database
      return position
    }
    let content: Content =
      switch content {
      case .scalar: content
      case .sequence(let items): .sequence(items.map(\.stored))
      case .mapping(let pairs):
        .mapping(pairs.map { YAMLPair(key: $0.key, keyPosition: moved($0.keyPosition), value: $0.value.stored) })
      }
    return YAMLNode(content, at: moved(position))
  }

  /// YAML's ways to write "nothing".
  var isNull: Bool {
    guard case .scalar(let text, isPlain: true) = content else { return false }
    return ["", "~", "null", "Null", "NULL"].contains(text)
  }

  /// What it is, for messages: `a list`, `the text 'x'`.
  var summary: String {
    switch content {
    case .sequence: return "a list"
    case .mapping: return "a map"
    case .scalar(let text, let isPlain):
      if isNull { return "nothing" }
      if isPlain, Double(text) != nil { return "the number \(text)" }
      return "the text '\(text.count > 40 ? "\(text.prefix(40))…" : text)'"
    }
  }
}

/// A key of a map with its value.
struct YAMLPair {
  let key: String
  let keyPosition: SourcePosition
  let value: YAMLNode
}
