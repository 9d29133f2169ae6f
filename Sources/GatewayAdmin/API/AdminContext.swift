package import GatewayCore
package import GatewayStorage
package import Hummingbird
import NIOCore

/// What is known of a request besides itself.
package struct AdminContext: RequestContext {
  package var coreContext: CoreRequestContextStorage
  /// nil: nobody has signed in.
  package var identity: AdminIdentity?
  /// The address that the request came from, without its port; nil: of a test without a socket.
  package var address: String?
  /// What stands behind the `?`, as the description of the route takes it.
  package internal(set) var query = AdminQuery()
  /// No user exists yet: the answer to whoever is not signed in says so.
  var isSetUpNeeded = false

  package init(source: ApplicationRequestContextSource) {
    coreContext = .init(source: source)
    address = source.channel.remoteAddress?.ipAddress
  }

  /// - Throws: 401 `not_signed_in`, 403 `not_permitted`.
  @discardableResult
  package func require(_ permission: AdminPermission) throws(AdminProblem) -> AdminIdentity {
    // Before there is a user, a person on this machine may do everything else.
    let identity = permission == .users || permission == .conversations ? try proven() : try signedIn()
    guard identity.permissions.contains(permission) else {
      var problem = AdminProblem(
        .forbidden, .notPermitted,
        "the role '\(identity.role.rawValue)' may not do this; it needs '\(permission.rawValue)'")
      problem.missing = permission
      throw problem
    }
    return identity
  }

  /// Whom the audit trail names.
  package var author: AuditAuthor { AuditAuthor(name: identity?.name ?? "nobody", address: address) }

  /// Somebody, or before there is a user a person on this machine.
  /// - Throws: 401 `not_signed_in`.
  @discardableResult
  package func signedIn() throws(AdminProblem) -> AdminIdentity {
    guard let identity else { throw .notSignedIn(isSetUpNeeded: isSetUpNeeded) }
    return identity
  }

  /// Somebody who has shown who it is.
  /// - Throws: 401 `not_signed_in`.
  @discardableResult
  func proven() throws(AdminProblem) -> AdminIdentity {
    let identity = try signedIn()
    guard identity.proof != .machine else { throw .notSignedIn(isSetUpNeeded: isSetUpNeeded) }
    return identity
  }

  /// The team beyond which the request sees and changes nothing; nil: there is no such bound.
  package var team: String? { identity?.role == .teamAdministrator ? identity?.team ?? "" : nil }

  /// For those whose role is not bound to one team: 403 `not_permitted` for a team administrator.
  @discardableResult
  package func requireEverything(_ permission: AdminPermission) throws(AdminProblem) -> AdminIdentity {
    let identity = try require(permission)
    guard identity.role != .teamAdministrator else {
      throw AdminProblem(.forbidden, .notPermitted, "a team administrator sees what belongs to the own team only")
    }
    return identity
  }

  /// A part of the path, percent-decoded: `openai%2Fgpt-4o` is `openai/gpt-4o`.
  /// - Throws: 404 `object_not_found` for what is no UTF-8 text.
  package func name(_ parameter: String) throws(AdminProblem) -> String {
    guard let text = parameters.get(parameter).flatMap({ PercentText.decode($0[...], plusIsBlank: false) }) else {
      throw AdminProblem(.notFound, .objectNotFound, "the name in the path is not percent-encoded UTF-8")
    }
    return text
  }

  /// A whole number of the path.
  /// - Throws: 404 `object_not_found` for what is none.
  package func number(_ parameter: String) throws(AdminProblem) -> Int64 {
    let text = try name(parameter)
    guard let number = Int64(text) else {
      throw AdminProblem(.notFound, .objectNotFound, "there is no number '\(text)'")
    }
    return number
  }
}
