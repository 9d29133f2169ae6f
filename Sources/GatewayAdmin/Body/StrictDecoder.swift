import GatewayDialects

/// Reads a value of a body. A member that the type does not have is a fault, since whoever wrote it believed that it does something.
///
/// A type reads the members of its object through one container.
struct StrictDecoder: Decoder {
  let node: JSONNode
  let place: JSONPlace

  var codingPath: [any CodingKey] { place.path }
  var userInfo: [CodingUserInfoKey: Any] { [:] }

  func container<Key: CodingKey>(keyedBy type: Key.Type) throws -> KeyedDecodingContainer<Key> {
    guard node.isObject else { throw expected("an object") }
    var members: [String: JSONNode] = [:]
    for (name, value) in node.members {
      let name = name.string
      guard Key(stringValue: name) != nil else {
        throw AdminProblem.invalidRequest("there is no member '\(name)' here", at: place.adding(name).pointer)
      }
      members[name] = value
    }
    return KeyedDecodingContainer(StrictMembers<Key>(members: members, place: place))
  }

  func unkeyedContainer() throws -> any UnkeyedDecodingContainer {
    guard node.isArray else { throw expected("an array") }
    return StrictElements(elements: Array(node.elements), place: place)
  }

  func singleValueContainer() throws -> any SingleValueDecodingContainer { StrictValue(decoder: self) }

  func expected(_ what: String) -> DecodingError {
    .dataCorrupted(.init(codingPath: codingPath, debugDescription: "this must be \(what)"))
  }

  func read<Value: Decodable>(_ type: Value.Type) throws -> Value {
    if type == String.self, let text = try text() as? Value { return text }
    if type == Bool.self, let flag = try flag() as? Value { return flag }
    return try Value(from: self)
  }

  func text() throws -> String {
    guard let text = node.string else { throw expected("a text") }
    return text
  }

  func flag() throws -> Bool {
    guard let flag = node.bool else { throw expected("true or false") }
    return flag
  }

  func number() throws -> Double {
    guard let number = node.double, number.isFinite else { throw expected("a number") }
    return number
  }

  func integer<Number: FixedWidthInteger>(_ type: Number.Type) throws -> Number {
    guard let number = node.int.flatMap({ Number(exactly: $0) }) else {
      throw expected(Number.isSigned ? "a whole number" : "a whole number of 0 or more")
    }
    return number
  }
}

/// One value.
private struct StrictValue: SingleValueDecodingContainer {
  let decoder: StrictDecoder

  var codingPath: [any CodingKey] { decoder.codingPath }

  func decodeNil() -> Bool { decoder.node.isNull }
  func decode(_ type: Bool.Type) throws -> Bool { try decoder.flag() }
  func decode(_ type: String.Type) throws -> String { try decoder.text() }
  func decode(_ type: Double.Type) throws -> Double { try decoder.number() }
  func decode(_ type: Float.Type) throws -> Float { Float(try decoder.number()) }
  func decode(_ type: Int.Type) throws -> Int { try decoder.integer(type) }
  func decode(_ type: Int8.Type) throws -> Int8 { try decoder.integer(type) }
  func decode(_ type: Int16.Type) throws -> Int16 { try decoder.integer(type) }
  func decode(_ type: Int32.Type) throws -> Int32 { try decoder.integer(type) }
  func decode(_ type: Int64.Type) throws -> Int64 { try decoder.integer(type) }
  func decode(_ type: UInt.Type) throws -> UInt { try decoder.integer(type) }
  func decode(_ type: UInt8.Type) throws -> UInt8 { try decoder.integer(type) }
  func decode(_ type: UInt16.Type) throws -> UInt16 { try decoder.integer(type) }
  func decode(_ type: UInt32.Type) throws -> UInt32 { try decoder.integer(type) }
  func decode(_ type: UInt64.Type) throws -> UInt64 { try decoder.integer(type) }
  func decode<Value: Decodable>(_ type: Value.Type) throws -> Value { try decoder.read(type) }
}

/// The members of an object.
private struct StrictMembers<Key: CodingKey>: KeyedDecodingContainerProtocol {
  let members: [String: JSONNode]
  let place: JSONPlace

  var codingPath: [any CodingKey] { place.path }
  var allKeys: [Key] { members.keys.sorted().compactMap { Key(stringValue: $0) } }

  func contains(_ key: Key) -> Bool { members[key.stringValue] != nil }
  func decodeNil(forKey key: Key) throws -> Bool { try member(key).node.isNull }
  func decode(_ type: Bool.Type, forKey key: Key) throws -> Bool { try member(key).flag() }
  func decode(_ type: String.Type, forKey key: Key) throws -> String { try member(key).text() }
  func decode(_ type: Double.Type, forKey key: Key) throws -> Double { try member(key).number() }
  func decode(_ type: Float.Type, forKey key: Key) throws -> Float { Float(try member(key).number()) }
  func decode(_ type: Int.Type, forKey key: Key) throws -> Int { try member(key).integer(type) }
  func decode(_ type: Int8.Type, forKey key: Key) throws -> Int8 { try member(key).integer(type) }
  func decode(_ type: Int16.Type, forKey key: Key) throws -> Int16 { try member(key).integer(type) }
  func decode(_ type: Int32.Type, forKey key: Key) throws -> Int32 { try member(key).integer(type) }
  func decode(_ type: Int64.Type, forKey key: Key) throws -> Int64 { try member(key).integer(type) }
  func decode(_ type: UInt.Type, forKey key: Key) throws -> UInt { try member(key).integer(type) }
  func decode(_ type: UInt8.Type, forKey key: Key) throws -> UInt8 { try member(key).integer(type) }
  func decode(_ type: UInt16.Type, forKey key: Key) throws -> UInt16 { try member(key).integer(type) }
  func decode(_ type: UInt32.Type, forKey key: Key) throws -> UInt32 { try member(key).integer(type) }
  func decode(_ type: UInt64.Type, forKey key: Key) throws -> UInt64 { try member(key).integer(type) }
  func decode<Value: Decodable>(_ type: Value.Type, forKey key: Key) throws -> Value { try member(key).read(type) }

  func nestedContainer<Nested: CodingKey>(
    keyedBy type: Nested.Type, forKey key: Key
  ) throws -> KeyedDecodingContainer<Nested> { try member(key).container(keyedBy: type) }

  func nestedUnkeyedContainer(forKey key: Key) throws -> any UnkeyedDecodingContainer {
    try member(key).unkeyedContainer()
  }

  func superDecoder() throws -> any Decoder { try superDecoder(named: JSONPlaceKey(stringValue: "super")) }
  func superDecoder(forKey key: Key) throws -> any Decoder { try member(key) }

  private func superDecoder(named key: JSONPlaceKey) throws -> any Decoder {
    guard let node = members[key.stringValue] else { throw missing(key) }
    return StrictDecoder(node: node, place: place.adding(key))
  }

  private func member(_ key: Key) throws -> StrictDecoder {
    guard let node = members[key.stringValue] else { throw missing(key) }
    return StrictDecoder(node: node, place: place.adding(key))
  }

  private func missing(_ key: any CodingKey) -> DecodingError {
    .keyNotFound(key, .init(codingPath: codingPath, debugDescription: "it is missing"))
  }
}

/// The elements of an array.
private struct StrictElements: UnkeyedDecodingContainer {
  let elements: [JSONNode]
  let place: JSONPlace
  private(set) var currentIndex = 0

  init(elements: [JSONNode], place: JSONPlace) {
    self.elements = elements
    self.place = place
  }

  var codingPath: [any CodingKey] { place.path }
  var count: Int? { elements.count }
  var isAtEnd: Bool { currentIndex == elements.count }

  mutating func decodeNil() throws -> Bool {
    let isNull = try current().node.isNull
    if isNull { currentIndex += 1 }
    return isNull
  }

  mutating func decode<Value: Decodable>(_ type: Value.Type) throws -> Value {
    let value = try current().read(type)
    currentIndex += 1
    return value
  }

  mutating func nestedContainer<Nested: CodingKey>(
    keyedBy type: Nested.Type
  ) throws -> KeyedDecodingContainer<Nested> { try next().container(keyedBy: type) }

  mutating func nestedUnkeyedContainer() throws -> any UnkeyedDecodingContainer { try next().unkeyedContainer() }

  mutating func superDecoder() throws -> any Decoder { try next() }

  private func current() throws -> StrictDecoder {
    guard !isAtEnd else {
      throw DecodingError.valueNotFound(
        Any.self, .init(codingPath: codingPath, debugDescription: "an element is missing"))
    }
    return StrictDecoder(node: elements[currentIndex], place: place.adding(JSONPlaceKey(intValue: currentIndex)))
  }

  private mutating func next() throws -> StrictDecoder {
    defer { currentIndex += 1 }
    return try current()
  }
}
