package import GatewayConfiguration

/// Makes schemas of types, and keeps those that have a name of their own.
///
/// A type is asked to decode itself from a decoder that writes down what it is asked for, so a schema is what the type reads and,
/// as both conformances are synthesised, what it writes.
package final class SchemaBook {
  /// A member that may be missing is null or absent in a body, and only absent in an answer.
  package enum Direction { case body, answer }

  package private(set) var components: [String: JSONValue] = [:]

  package init() {}

  package func schema<Value: Decodable>(of type: Value.Type, _ direction: Direction) throws -> JSONValue {
    try reading(type, direction).schema
  }

  package func add(_ schema: JSONValue, as name: String) { components[name] = schema }

  /// - Returns: the schema, and some value of the type.
  func reading<Value: Decodable>(
    _ type: Value.Type, _ direction: Direction
  ) throws -> (schema: JSONValue, value: Value) {
    if let known = type as? any SchemaDescribed.Type, let value = try known.sample as? Value {
      return (try known.schema(in: self, direction), value)
    }
    let shape = ReadShape(book: self, direction: direction)
    let value = try Value(from: ShapeDecoder(shape: shape))
    let annotated = type as? any SchemaAnnotated.Type
    let schema = shape.schema(annotated?.members ?? [:])
    guard let name = annotated?.schemaName else { return (schema, value) }
    components[name] = schema
    return (.reference(name), value)
  }
}

/// What a type has asked for.
final class ReadShape {
  struct Member {
    var schema: JSONValue = .object([])
    var isOptional = false
    var isNullable = false
  }

  let book: SchemaBook
  let direction: SchemaBook.Direction
  /// Of a value that is no object.
  var plain: JSONValue?
  private var names: [String] = []
  private var members: [String: Member] = [:]

  init(book: SchemaBook, direction: SchemaBook.Direction) {
    self.book = book
    self.direction = direction
  }

  func change(_ name: String, _ change: (inout Member) -> Void) {
    if members[name] == nil { names.append(name) }
    change(&members[name, default: Member()])
  }

  func schema(_ notes: [String: SchemaNote]) -> JSONValue {
    if let plain { return plain }
    let properties = names.map { name -> (String, JSONValue) in
      let member = members[name] ?? Member()
      let schema = notes[name].map { $0.added(to: member.schema) } ?? member.schema
      return (name, member.isNullable && direction == .body ? schema.orNull : schema)
    }
    return .closedObject(properties, required: names.filter { members[$0]?.isOptional == false })
  }
}
