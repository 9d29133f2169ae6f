/// The organisations, teams and roles of a configuration, by name.
package struct Tenants: Sendable {
  package let organisations: [Organisation]
  package let teams: [Team]
  package let roles: [Role]
  private let teamsByName: [String: Team]
  private let rolesByName: [String: Role]

  package init(organisations: [Organisation] = [], teams: [Team] = [], roles: [Role] = []) {
    self.organisations = organisations
    self.teams = teams
    self.roles = roles
    teamsByName = Dictionary(teams.map { ($0.name, $0) }) { first, _ in first }
    rolesByName = Dictionary(roles.map { ($0.name, $0) }) { first, _ in first }
  }

  package func team(named name: String) -> Team? { teamsByName[name] }

  package func role(named name: String) -> Role? { rolesByName[name] }

  /// What a token says of a caller.
  ///
  /// - Parameters:
  ///   - team: as the token names it; nil: not at all. A consumer's own team stands, so the token can name no other.
  ///   - roles: as the token names them; nil: tokens are not asked for any. Those that are not configured grant nothing: a token
  ///     that names no other, or none at all, leaves a caller with the roles of its consumer, and without any of these nothing
  ///     is allowed.
  ///   - subject: `sub`.
  ///   - values: by claim, for limits that count by one.
  /// - Returns: the claims, and the names among `roles` that are not configured, for the log.
  package func claims(
    of consumer: Consumer, team: String?, roles: [String]?, subject: String? = nil, values: [String: String] = [:]
  ) throws(GatewayError) -> (claims: CallerClaims, unknownRoles: [String]) {
    var claimed: Team?
    if let team {
      guard let known = self.team(named: team) else {
        throw GatewayError(.teamNotAllowed, "the token names the team '\(team.prefix(128))', which is not configured")
      }
      if let own = consumer.team, own !== known {
        throw GatewayError(
          .teamNotAllowed,
          "the token names the team '\(team)', and consumer '\(consumer.name)' belongs to '\(own.name)'")
      }
      claimed = known
    }
    let unknown = (roles ?? []).filter { role(named: $0) == nil }
    var policy: RolePolicy?
    if let roles {
      let own = consumer.roles ?? RolePolicy([])
      policy = own.united(with: roles.compactMap { role(named: $0) })
    }
    return (CallerClaims(subject: subject, team: claimed, roles: policy, values: values), unknown)
  }
}
