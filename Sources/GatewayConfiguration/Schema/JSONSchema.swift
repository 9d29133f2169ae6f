import GatewayCore
import GatewayProviders

/// The schema as JSON Schema (draft 2020-12), for editors that complete and check the file.
package enum JSONSchema {
  /// What `sluice schema` prints.
  package static func text() -> String { document.prettyText }

  private static var document: JSONValue {
    guard case .object(let members) = object(ConfigurationSchema.root) else { return .null }
    let head: [(String, JSONValue)] = [
      ("$schema", .string("https://json-schema.org/draft/2020-12/schema")), ("title", .string("sluice.yaml")),
    ]
    return .object(head + members)
  }

  private static func object(_ object: SchemaObject) -> JSONValue {
    var members: [(String, JSONValue)] = [
      ("description", .string(object.doc)), ("type", .string("object")), ("additionalProperties", .bool(false)),
      ("properties", .object(object.known.map { ($0.name, field($0)) })),
    ]
    let required = object.known.filter(\.isRequired).map(\.name)
    if !required.isEmpty { members.append(("required", .strings(required))) }
    return .object(members)
  }

  private static func field(_ field: SchemaField) -> JSONValue {
    guard case .object(let members) = kind(field.kind) else { return .null }
    let doc = field.fallback.map { "\(field.doc) Default: \($0)" } ?? field.doc
    return .object([("description", .string(doc))] + members.filter { $0.0 != "description" })
  }

  private static func kind(_ kind: SchemaKind) -> JSONValue {
    switch kind {
    case .duration: text(DurationLiteral.jsonPattern)
    case .size: text(SizeLiteral.jsonPattern)
    case .integer(let range):
      .object([
        ("type", .string("integer")), ("minimum", .number(range.lowerBound)), ("maximum", .number(range.upperBound)),
      ])
    case .number(let range):
      .object([
        ("type", .string("number")), ("minimum", .verbatim(NumberText.format(range.lowerBound))),
        ("maximum", .verbatim(NumberText.format(range.upperBound))),
      ])
    case .flag: .object([("type", .string("boolean"))])
    case .text(let form): text(form.pattern)
    case .choice(let names): .object([("enum", .strings(names))])
    case .providerKind:
      .object([("enum", .strings(ProviderCatalogue.presets.map(\.kind)))])
    case .secret(let allowsDigest): secret(allowsDigest)
    case .failure: failure
    case .bounds:
      .object([
        ("type", .string("array")), ("items", .object([("type", .string("number"))])), ("minItems", .number(2)),
        ("maxItems", .number(2)),
      ])
    case .json: .object([])
    case .list(let item, let minimum): list(item, minimum)
    case .map(let names, let value): map(names, value)
    case .object(let object): self.object(object)
    case .flagOr(let object):
      .object([("anyOf", .array([.object([("type", .string("boolean"))]), self.object(object)]))])
    case .shorthand(let form, let object): .object([("anyOf", .array([text(form.pattern), self.object(object)]))])
    }
  }

  private static func text(_ pattern: String?) -> JSONValue {
    .object([("type", .string("string")), pattern.map { ("pattern", .string($0)) } ?? ("minLength", .number(1))])
  }

  private static func secret(_ allowsDigest: Bool) -> JSONValue {
    let examples = ["env:NAME", "file:PATH", "secret:NAME"] + (allowsDigest ? ["sha256:…"] : [])
    return .object([("type", .string("string")), ("minLength", .number(1)), ("examples", .strings(examples))])
  }

  private static var failure: JSONValue {
    let status: JSONValue = .object([
      ("type", .string("integer")), ("minimum", .number(400)), ("maximum", .number(599)),
    ])
    let classes: JSONValue = .object([("enum", .strings(ConfigurationSchema.failureClasses.map(\.rawValue)))])
    return .object([("anyOf", .array([classes, status]))])
  }

  private static func list(_ item: SchemaKind, _ minimum: Int) -> JSONValue {
    var members: [(String, JSONValue)] = [("type", .string("array")), ("items", kind(item))]
    if minimum > 0 { members.append(("minItems", .number(minimum))) }
    return .object(members)
  }

  private static func map(_ names: SchemaNames, _ value: SchemaKind) -> JSONValue {
    .object([
      ("type", .string("object")), ("propertyNames", .object([("pattern", .string(names.pattern))])),
      ("additionalProperties", kind(value)),
    ])
  }
}

/// Parts of the schema, for what takes single objects.
extension JSONSchema {
  /// An object of a collection, as the file has it.
  package static func object(of collection: StoredObjects.Collection) -> JSONValue {
    guard case .map(_, let value)? = ConfigurationSchema.root.field(collection.rawValue)?.kind else {
      return .bool(false)
    }
    return kind(value)
  }

  /// The limits for everyone; there may be none, where the file would not have the section.
  package static var limits: JSONValue {
    guard case .list(let item, _)? = ConfigurationSchema.root.field(StoredObjects.limitsName)?.kind else {
      return .bool(false)
    }
    return list(item, 0)
  }
}
