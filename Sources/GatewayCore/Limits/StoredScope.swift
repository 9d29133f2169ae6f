/// Whose objects a limit of stored bytes counts.
package enum StoredHolder: String, CaseIterable, Hashable, Sendable {
  case organisation, team, consumer, key
}

/// What makes a limit one of stored bytes: it counts what providers keep at this moment, and no calls.
package struct StoredTerms: Hashable, Sendable {
  /// nil: everyone's.
  package let holder: StoredHolder?
  /// Of the holder; empty for a key, whose name comes with each call.
  package let name: String

  package init(_ holder: StoredHolder? = nil, name: String = "") {
    self.holder = holder
    self.name = name
  }
}

/// Which kept objects one counter of a limit adds up: those of which all conditions are true.
package struct StoredScope: Hashable, Sendable {
  package struct Condition: Hashable, Sendable {
    package let holder: StoredHolder
    /// nil: the objects of callers that have none.
    package let name: String?
  }

  /// The subject of calls that do not have what is counted by.
  package static let nobody = "\u{1}none"

  package private(set) var conditions: [Condition] = []

  /// - Parameter demand: of a limit of stored bytes.
  package init(_ demand: Demand) {
    let limit = demand.limit
    if let terms = limit.stored, let holder = terms.holder {
      conditions.append(Condition(holder: holder, name: holder == .key ? demand.subject : terms.name))
    }
    let counted: StoredHolder? =
      switch limit.key {
      case .organisation: .organisation
      case .team: .team
      case .consumer: .consumer
      case .key: .key
      default: nil
      }
    if let counted {
      conditions.append(Condition(holder: counted, name: demand.subject == Self.nobody ? nil : demand.subject))
    }
  }
}
