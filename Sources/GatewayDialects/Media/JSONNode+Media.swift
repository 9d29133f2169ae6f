extension JSONNode {
  /// The first string within that is `text`: where a URL stands in the caller's body.
  package func find(_ text: RawText) -> JSONNode? {
    switch kind {
    case .string: return self.text == text ? self : nil
    case .array:
      for element in elements { if let found = element.find(text) { return found } }
      return nil
    case .object:
      for (_, value) in members { if let found = value.find(text) { return found } }
      return nil
    default: return nil
    }
  }
}
