package import GatewayConfiguration

/// Pieces of JSON Schema (draft 2020-12).
extension JSONValue {
  package static var text: JSONValue { typed("string") }
  package static var whole: JSONValue { .object([("type", .string("integer")), ("format", .string("int64"))]) }
  package static var flag: JSONValue { typed("boolean") }
  package static var moment: JSONValue { .object([("type", .string("string")), ("format", .string("date-time"))]) }

  package static func typed(_ name: String) -> JSONValue { .object([("type", .string(name))]) }
  package static func list(_ items: JSONValue) -> JSONValue {
    .object([("type", .string("array")), ("items", items)])
  }
  package static func choice(_ names: [String]) -> JSONValue {
    .object([("type", .string("string")), ("enum", .strings(names))])
  }

  /// - Parameter component: of the document.
  package static func reference(_ component: String) -> JSONValue {
    .object([("$ref", .string("#/components/schemas/\(component)"))])
  }

  /// With these members and no others.
  /// - Parameter required: nil: all of them.
  package static func closedObject(_ properties: [(String, JSONValue)], required: [String]? = nil) -> JSONValue {
    let required = required ?? properties.map(\.0)
    return .object(
      [("type", .string("object")), ("properties", .object(properties))]
        + (required.isEmpty ? [] : [("required", .strings(required))]) + [("additionalProperties", .bool(false))])
  }

  /// The same, or null.
  package var orNull: JSONValue {
    guard case .object(var members) = self else { return self }
    guard let place = members.firstIndex(where: { $0.0 == "type" }) else {
      if members.isEmpty { return self }
      return .object([("anyOf", .array([self, .typed("null")]))])
    }
    if case .string(let name) = members[place].1 { members[place].1 = .strings([name, "null"]) }
    if let place = members.firstIndex(where: { $0.0 == "enum" }), case .array(let values) = members[place].1 {
      members[place].1 = .array(values + [.null])
    }
    return .object(members)
  }
}
