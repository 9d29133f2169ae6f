/// What a token says of its caller, beyond what the consumer says for all of its callers.
package final class CallerClaims: Sendable {
  /// In place of none of the consumer.
  package let team: Team?
  /// Those of the consumer among them; nil: the token names none, and the consumer's stand.
  package let roles: RolePolicy?
  /// By claim, for limits that count by one.
  package let values: [String: String]

  package init(team: Team? = nil, roles: RolePolicy? = nil, values: [String: String] = [:]) {
    self.team = team
    self.roles = roles
    self.values = values
  }
}
