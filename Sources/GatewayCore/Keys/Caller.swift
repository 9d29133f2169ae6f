/// Who calls: a consumer, and the issued key or token that it is known by. One object for all phases of a call.
package final class Caller: Sendable {
  package let consumer: Consumer
  /// nil: the key is the file's, or none is needed.
  package let key: GatewayKey?
  /// What its token says; nil: it has none, or it says nothing beyond the consumer.
  package let claims: CallerClaims?
  /// The first 32 bits of the SHA-256 of a key of the file.
  package let fileKey: UInt32?
  /// Of organisation, team and consumer, in this order. The key's count apart.
  package let limits: [Limit]

  package init(consumer: Consumer, key: GatewayKey? = nil, claims: CallerClaims? = nil, fileKey: UInt32? = nil) {
    self.consumer = consumer
    self.key = key
    self.claims = claims
    self.fileKey = fileKey
    if let team = consumer.team ?? claims?.team {
      limits = (team.organisation?.limits ?? []) + team.limits + consumer.limits
    } else {
      limits = consumer.limits
    }
  }

  package var team: Team? { consumer.team ?? claims?.team }

  package var organisation: Organisation? { team?.organisation }

  /// Whether its conversations are kept: the innermost that says anything decides.
  package var keepsConversations: Bool {
    consumer.conversations ?? team?.conversations ?? organisation?.conversations ?? false
  }

  /// nil: no role restricts it.
  package var roles: RolePolicy? { claims?.roles ?? consumer.roles }

  /// Of its key, for limits: rotation does not change it. nil: it has no key.
  package var keySubject: String? {
    if let key { return String(key.lineage) }
    guard let fileKey else { return nil }
    let digits = String(fileKey, radix: 16)
    return "sha256:" + String(repeating: "0", count: 8 - digits.count) + digits
  }

  /// Whether there are models that it may not use.
  ///
  /// - Parameter surface: nil: on any.
  package func isRestricted(on surface: Surface? = nil) -> Bool {
    consumer.models != nil || key?.policy?.models != nil || team?.isRestricted == true
      || roles?.restrictsModels(on: surface) == true
  }

  /// - Parameter surface: nil: on any.
  package func mayUse(_ model: String, on surface: Surface? = nil) -> Bool {
    allows(model, on: surface, at: .organisation) && allows(model, on: surface, at: .team)
      && allows(model, on: surface, at: .consumer) && allows(model, on: surface, at: .key)
      && allows(model, on: surface, at: .roles)
  }

  /// What one level says. Those that the caller does not have allow all.
  package func allows(_ model: String, on surface: Surface?, at level: AccessLevel) -> Bool {
    switch level {
    case .roles: roles?.allows(model, on: surface) ?? true
    default: models(at: level)?.contains(model) ?? true
    }
  }

  /// What one level allows; nil: all, or it is one of roles.
  package func models(at level: AccessLevel) -> ModelAllowList? {
    switch level {
    case .organisation: organisation?.models
    case .team: team?.models
    case .consumer: consumer.models
    case .key: key?.policy?.models
    case .roles: nil
    }
  }
}

/// Those that must all allow a call of a model, from the outside inwards.
package enum AccessLevel: String, CaseIterable, Hashable, Sendable {
  case organisation, team, consumer, key, roles
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
