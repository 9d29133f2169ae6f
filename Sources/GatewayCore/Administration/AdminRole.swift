/// What somebody may do in the admin API (docs/admin-api.md).
package enum AdminRole: String, CaseIterable, Hashable, Sendable {
  case viewer
  case `operator`
  case administrator
  /// Sees and serves the consumers of one team.
  case teamAdministrator = "team-administrator"

  package var permissions: [AdminPermission] {
    switch self {
    case .viewer: [.read]
    case .operator: [.read, .write, .keys]
    case .administrator: AdminPermission.allCases
    case .teamAdministrator: [.read, .keys, .conversations]
    }
  }
}

/// A kind of thing that a role may do.
package enum AdminPermission: String, CaseIterable, Hashable, Sendable, Codable {
  case read
  /// Objects and revisions of the configuration.
  case write
  /// Gateway keys and quotas.
  case keys
  case secrets
  /// Users, tokens, and the audit trail.
  case users
  /// What is said in conversations that are kept.
  case conversations
}
