/// One setting of the configuration: the source of the checks, the JSON Schema and the reference in the documentation.
package struct SchemaField: Sendable {
  package enum Support: Sendable {
    case now
    /// The name is taken, but nothing would come of it yet, so it is refused.
    case later
  }

  package let name: String
  package let kind: SchemaKind
  /// As a user would write it; `nil`: none.
  package let fallback: String?
  /// One sentence, in the voice of the reference.
  package let doc: String
  package var isRequired = false
  package var support = Support.now
  /// Names that other programs give it, for "did you mean".
  package var otherNames: [String] = []

  init(_ name: String, _ kind: SchemaKind, default fallback: String? = nil, _ doc: String, alsoCalled: [String] = []) {
    self.name = name
    self.kind = kind
    self.fallback = fallback
    self.doc = doc
    self.otherNames = alsoCalled
  }

  func required() -> SchemaField {
    var copy = self
    copy.isRequired = true
    return copy
  }

  /// A name of a later version.
  static func later(_ name: String) -> SchemaField {
    var field = SchemaField(name, .json, "")
    field.support = .later
    return field
  }
}

/// A map with known keys.
package struct SchemaObject: Sendable {
  /// One sentence on what it is for.
  package let doc: String
  package let fields: [SchemaField]

  init(_ doc: String, _ fields: [SchemaField]) {
    self.doc = doc
    self.fields = fields
  }

  package var known: [SchemaField] { fields.filter { $0.support == .now } }

  func field(_ name: String) -> SchemaField? { fields.first { $0.name == name } }
}
