/// What a token says of its caller, beyond what the consumer says for all of its callers; of a signed request its key.
package final class CallerClaims: Sendable {
  /// Bytes of a subject, or of the name of a team or role.
  package static let nameLimit = 256
  /// Roles of one token that are looked at.
  package static let roleLimit = 64

  /// `sub`, or the id of the key that signed the request; at most `nameLimit` bytes.
  package let subject: String?
  /// In place of none of the consumer.
  package let team: Team?
  /// Those of the consumer among them; nil: the token names none, and the consumer's stand.
  package let roles: RolePolicy?
  /// By claim, for limits that count by one.
  package let values: [String: String]

  package init(
    subject: String? = nil, team: Team? = nil, roles: RolePolicy? = nil, values: [String: String] = [:]
  ) {
    self.subject = subject
    self.team = team
    self.roles = roles
    self.values = values
  }
}
