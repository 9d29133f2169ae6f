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

extension JSONNode {
  /// The first string within that ends with `text`: where bytes stand, behind `data:…,` too.
  func find(ending text: RawText) -> JSONNode? {
    switch kind {
    case .string: return self.text?.bytes.suffix(text.bytes.count).elementsEqual(text.bytes) == true ? self : nil
    case .array:
      for element in elements { if let found = element.find(ending: text) { return found } }
      return nil
    case .object:
      for (_, value) in members { if let found = value.find(ending: text) { return found } }
      return nil
    default: return nil
    }
  }
}
