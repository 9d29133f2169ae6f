/// A member of a body that may be left out, or be null, which means something else.
enum Given<Value: Decodable> {
  case absent, null
  case value(Value)

  var value: Value? {
    if case .value(let value) = self { return value }
    return nil
  }

  var isNull: Bool {
    if case .null = self { return true }
    return false
  }
}

extension KeyedDecodingContainer {
  func given<Value: Decodable>(_ key: Key, as type: Value.Type = Value.self) throws -> Given<Value> {
    guard contains(key) else { return .absent }
    return try decodeNil(forKey: key) ? .null : .value(try decode(type, forKey: key))
  }
}
