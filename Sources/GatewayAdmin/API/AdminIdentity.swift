package import GatewayCore

/// Who makes a request.
package struct AdminIdentity: Hashable, Sendable {
  /// By what the request has shown who it is.
  package enum Proof: Hashable, Sendable {
    /// `server.admin.token`.
    case file
    case session
    /// An API token, by its id.
    case token(Int64)
    /// Nothing was asked for: a person on this machine, before there is a user.
    case machine
  }

  /// Of the user; of an API token its label; else what stands in the trail: `server.admin.token`.
  package var name: String
  package var role: AdminRole
  /// Of a team administrator, and of nobody else.
  package var team: String?
  package var proof: Proof

  package init(name: String, role: AdminRole, team: String? = nil, proof: Proof) {
    self.name = name
    self.role = role
    self.team = team
    self.proof = proof
  }

  package var permissions: [AdminPermission] { role.permissions }

  static let file = AdminIdentity(name: "server.admin.token", role: .administrator, proof: .file)
  static let machine = AdminIdentity(name: "this machine", role: .administrator, proof: .machine)
}
