import GatewayConfiguration

/// Components that are written here, since no Swift type has their shape: what the configuration is made of, and answers that hold it.
enum SharedSchemas {
  static func add(to book: SchemaBook) throws {
    for collection in StoredObjects.Collection.allCases {
      book.add(JSONSchema.object(of: collection), as: collection.component)
    }
    book.add(JSONSchema.limits, as: "Limits")
    _ = try book.schema(of: AdminProblem.Details.self, .answer)
    _ = try book.schema(of: AdminFinding.self, .answer)
    book.add(object, as: "Object")
    book.add(change, as: "Change")
    book.add(settingChange, as: "SettingChange")
    book.add(envelope, as: "ErrorEnvelope")
  }

  private static var object: JSONValue {
    let values = StoredObjects.Collection.allCases.map { JSONValue.reference($0.component) }
    return .closedObject([
      ("name", .text), ("collection", .choice(StoredObjects.Collection.allCases.map(\.rawValue))),
      ("source", .choice(ShownObject.Source.allCases.map(\.rawValue))), ("etag", .text),
      ("value", .object([("anyOf", .array(values))])),
    ])
  }

  private static var change: JSONValue {
    .closedObject([
      ("revision", .whole), ("dryRun", .flag), ("diff", .list(.reference("SettingChange"))),
      ("warnings", .list(.reference("Finding"))), ("needsRestart", .list(.text)),
      ("objects", .list(.reference("Object"))),
    ])
  }

  private static var settingChange: JSONValue {
    .closedObject([("path", .text), ("before", .object([])), ("after", .object([]))])
  }

  private static var envelope: JSONValue {
    let finding: JSONValue = .closedObject(
      [("message", .text), ("pointer", .text), ("file", .text), ("line", .whole), ("column", .whole)],
      required: ["message"])
    return .closedObject(
      [
        (
          "error",
          .closedObject([("message", .text), ("type", .text), ("param", .typed("null")), ("code", .text)])
        ),
        ("problems", .list(finding)),
      ], required: ["error"])
  }

  /// A page of a list.
  static func page(of row: JSONValue, hasTotal: Bool = true) -> JSONValue {
    .closedObject(
      [("data", .list(row)), ("next", JSONValue.text.orNull)] + (hasTotal ? [("total", .whole)] : []))
  }
}

extension StoredObjects.Collection {
  /// Of the document: `Provider`.
  var component: String {
    let name = rawValue.dropLast()
    return name.prefix(1).uppercased() + name.dropFirst()
  }
}
