/// Who calls: a consumer, and the issued key that it is known by.
package struct Caller: Sendable {
  package let consumer: Consumer
  /// nil: the key is the file's, or none is needed.
  package let key: GatewayKey?

  package init(consumer: Consumer, key: GatewayKey? = nil) {
    self.consumer = consumer
    self.key = key
  }

  /// Whether there are models that it may not use.
  package var isRestricted: Bool { consumer.models != nil || key?.policy?.models != nil }

  package func mayUse(_ model: String) -> Bool {
    consumer.mayUse(model) && (key?.policy?.models?.contains(model) ?? true)
  }
}

/// An issued key, as a call carries it.
package struct GatewayKey: Sendable {
  package let id: Int64
  /// The first key of those that rotation has put one in another's place: they count together.
  package let lineage: Int64
  /// See `IssuedKey.label`.
  package let label: String
  /// nil: the key may do what its consumer may.
  package let policy: KeyPolicy?

  package init(id: Int64, lineage: Int64, label: String, policy: KeyPolicy?) {
    self.id = id
    self.lineage = lineage
    self.label = label
    self.policy = policy
  }
}
