import GatewayConfiguration

/// Writes down what a type reads, and gives it something of each kind.
struct ShapeDecoder: Decoder {
  let shape: ReadShape
  var codingPath: [any CodingKey] { [] }
  var userInfo: [CodingUserInfoKey: Any] { [:] }

  func container<Key: CodingKey>(keyedBy type: Key.Type) throws -> KeyedDecodingContainer<Key> {
    KeyedDecodingContainer(Members<Key>(shape: shape))
  }

  func unkeyedContainer() throws -> any UnkeyedDecodingContainer {
    throw DecodingError.dataCorrupted(
      .init(codingPath: [], debugDescription: "a type that reads elements by itself describes itself"))
  }

  func singleValueContainer() throws -> any SingleValueDecodingContainer { Plain(shape: shape) }

  private struct Members<Key: CodingKey>: KeyedDecodingContainerProtocol {
    let shape: ReadShape
    var codingPath: [any CodingKey] { [] }
    var allKeys: [Key] { [] }

    func contains(_ key: Key) -> Bool {
      shape.change(key.stringValue) { $0.isOptional = true }
      return true
    }

    func decodeNil(forKey key: Key) throws -> Bool {
      shape.change(key.stringValue) { $0.isNullable = true }
      return false
    }

    func decode<Value: Decodable>(_ type: Value.Type, forKey key: Key) throws -> Value {
      let (schema, value) = try shape.book.reading(type, shape.direction)
      shape.change(key.stringValue) { $0.schema = schema }
      return value
    }

    func nestedContainer<Nested: CodingKey>(
      keyedBy type: Nested.Type, forKey key: Key
    ) throws -> KeyedDecodingContainer<Nested> { throw unsupported }

    func nestedUnkeyedContainer(forKey key: Key) throws -> any UnkeyedDecodingContainer { throw unsupported }
    func superDecoder() throws -> any Decoder { throw unsupported }
    func superDecoder(forKey key: Key) throws -> any Decoder { throw unsupported }

    private var unsupported: DecodingError {
      .dataCorrupted(.init(codingPath: [], debugDescription: "a type that nests by itself describes itself"))
    }
  }

  private struct Plain: SingleValueDecodingContainer {
    let shape: ReadShape
    var codingPath: [any CodingKey] { [] }

    func decodeNil() -> Bool { false }

    func decode<Value: Decodable>(_ type: Value.Type) throws -> Value {
      let (schema, value) = try shape.book.reading(type, shape.direction)
      shape.plain = schema
      return value
    }
  }
}
