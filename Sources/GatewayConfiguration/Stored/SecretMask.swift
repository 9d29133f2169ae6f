/// Finds the secrets of a value by the schema.
package enum SecretMask {
  /// Takes the place of a secret where it is shown.
  package static let shown = "…"

  /// The object without its plain secrets; references stay.
  package static func hidden(_ value: ConfigurationValue, in collection: StoredObjects.Collection) -> ConfigurationValue
  {
    replacing(value, in: collection) { _, _ in shown }
  }

  /// - Parameter replace: gets each plain secret, and whether a hash of it would do; nil leaves it.
  package static func replacing(
    _ value: ConfigurationValue, in collection: StoredObjects.Collection,
    _ replace: (_ secret: String, _ allowsDigest: Bool) -> String?
  ) -> ConfigurationValue {
    guard let section = ConfigurationSchema.root.field(collection.rawValue), case .map(_, let kind) = section.kind
    else {
      return value
    }
    return walk(value, kind, replace)
  }

  private static func walk(
    _ value: ConfigurationValue, _ kind: SchemaKind, _ replace: (String, Bool) -> String?
  ) -> ConfigurationValue {
    switch (kind, value) {
    case (.secret(let allowsDigest), .text(let text)):
      guard case .literal = SecretReference.Form(text) else { return value }
      return replace(text, allowsDigest).map { .text($0) } ?? value
    // A proxy's URL may have a password in it.
    case (.text(let form), .text(let text)) where form.name == SchemaText.proxy.name && text.contains("@"):
      guard case .literal = SecretReference.Form(text) else { return value }
      return replace(text, false).map { .text($0) } ?? value
    case (.list(let kind, _), .list(let items)):
      return .list(items.map { walk($0, kind, replace) })
    case (.map(_, let kind), .map(let members)):
      return .map(members.map { member in changed(member, kind, replace) })
    case (.object(let object), .map(let members)), (.shorthand(_, let object), .map(let members)),
      (.flagOr(let object), .map(let members)):
      return .map(
        members.map { member in
          object.field(member.name).map { changed(member, $0.kind, replace) } ?? member
        })
    default: return value
    }
  }

  private static func changed(
    _ member: ConfigurationValue.Member, _ kind: SchemaKind, _ replace: (String, Bool) -> String?
  ) -> ConfigurationValue.Member {
    ConfigurationValue.Member(member.name, walk(member.value, kind, replace))
  }
}
