import GatewayCore
import GatewayDialects

/// What a token, or the answer to a question about it, says.
package struct TokenClaims: Sendable {
  private let root: JSONNode

  /// - Returns: nil for what is no JSON object, or one with two members of one name: two readers would see two tokens.
  package init?(_ bytes: [UInt8]) {
    guard let root = (try? JSONDocument(bytes, refusesDuplicates: true))?.root, root.isObject else { return nil }
    self.root = root
  }

  // MARK: Single claims

  /// A number of seconds since 1970, perhaps with a fraction (RFC 7519 §2).
  func moment(_ name: StaticString) -> WallTime? {
    guard let seconds = root[name]?.double, abs(seconds) < 1e13 else { return nil }
    return WallTime(milliseconds: Int64(seconds * 1000))
  }

  func isThere(_ name: StaticString) -> Bool { root[name] != nil }

  func flag(_ name: StaticString) -> Bool? { root[name]?.bool }

  func text(_ name: StaticString) -> String? { root[name]?.string }

  /// A text, or the texts of a list.
  func texts(_ name: StaticString) -> [String] { Self.texts(root[name]) }

  /// `scope` (RFC 8693 §4.2: separated by blanks), `scopes` and `scp`.
  var scopes: Set<String> {
    Set((texts("scope") + texts("scopes") + texts("scp")).flatMap { $0.split(separator: " ").map(String.init) })
  }

  /// By a name or a path: `roles`, `realm_access.roles`, `https://example.com/team`. At each step the longest name wins, so that
  /// names with dots are found, too.
  func value(at path: String) -> String? {
    guard let node = node(at: path) else { return nil }
    switch node.kind {
    case .string: return node.string
    case .number, .true, .false: return String(decoding: Array(node.raw.bytes), as: UTF8.self)
    default: return nil
    }
  }

  func node(at path: String) -> JSONNode? { Self.find(path[...], in: root) }

  /// The same for a list, or a text with blanks.
  func values(at path: String) -> [String] {
    Self.texts(node(at: path)).flatMap { $0.split(separator: " ").map(String.init) }
  }

  private static func find(_ path: Substring, in node: JSONNode) -> JSONNode? {
    guard node.isObject else { return nil }
    var end = path.endIndex
    while true {
      if let member = member(path[..<end], of: node) {
        if end == path.endIndex { return member }
        if let found = find(path[path.index(after: end)...], in: member) { return found }
      }
      guard let dot = path[..<end].lastIndex(of: ".") else { return nil }
      end = dot
    }
  }

  private static func member(_ name: Substring, of node: JSONNode) -> JSONNode? {
    for member in node.members where member.name.string == name { return member.value }
    return nil
  }

  static func texts(_ node: JSONNode?) -> [String] {
    guard let node else { return [] }
    if let text = node.string { return [text] }
    return node.elements.compactMap(\.string)
  }

  // MARK: What is demanded

  /// Issuer and audience.
  func check(_ demands: TokenDemands) throws(TokenRefusal) {
    if let wanted = demands.issuer {
      guard let issuer = text("iss") else { throw .missingClaim("iss") }
      guard issuer == wanted else { throw .wrongIssuer(issuer, wanted: wanted) }
    }
    // RFC 7519 §4.1.3: who is not named by an audience that is there refuses the token.
    let audience = texts("aud")
    if demands.audience.isEmpty, !isThere("aud") { return }
    guard demands.audience.contains(where: audience.contains) else {
      throw .wrongAudience(audience, wanted: demands.audience)
    }
  }

  /// - Parameter now: both moments are compared with it.
  /// - Returns: `exp`; nil: there is none.
  func checkTimes(now: WallTime, leeway: Duration) throws(TokenRefusal) -> WallTime? {
    let leeway = leeway.wholeNanoseconds / 1_000_000
    if isThere("nbf") {
      guard let start = moment("nbf") else { throw .malformed("its 'nbf' is no number") }
      if now.milliseconds + leeway < start.milliseconds { throw .notYetValid(start) }
    }
    guard isThere("exp") else { return nil }
    guard let end = moment("exp") else { throw .malformed("its 'exp' is no number") }
    if now.milliseconds >= end.milliseconds + leeway { throw .expired(end) }
    return end
  }

  /// Whom it lets in.
  func caller(_ demands: TokenDemands, in authentication: Authentication) throws(TokenRefusal) -> Caller {
    let granted = demands.scopes.isEmpty ? [] : scopes
    let missing = demands.scopes.filter { !granted.contains($0) }
    guard missing.isEmpty else { throw .missingScopes(missing, wanted: demands.scopes) }
    let name: String
    switch demands.whom {
    case .consumer(let fixed): name = fixed
    case .claim(let path):
      guard let named = value(at: path) else { throw .noConsumer(claim: path) }
      name = named
    }
    guard let consumer = authentication.consumers[name] else { throw .unknownConsumer(name, demands.whom) }
    var counted: [String: String] = [:]
    for path in authentication.countedClaims {
      if let value = value(at: path) { counted[path] = value }
    }
    let roles = demands.roles.map { Array(values(at: $0).filter(Self.isName).prefix(CallerClaims.roleLimit)) }
    do throws(GatewayError) {
      let found = try authentication.tenants.claims(
        of: consumer, team: demands.team.flatMap(name(at:)), roles: roles,
        subject: (text("sub") ?? text("username")).map { Self.bounded($0) }, values: counted)
      return Caller(consumer: consumer, claims: found.claims)
    } catch {
      throw .teamNotAllowed(error)
    }
  }

  private func name(at path: String) -> String? { value(at: path).flatMap { Self.isName($0) ? $0 : nil } }

  private static func isName(_ text: String) -> Bool {
    (1...CallerClaims.nameLimit).contains(text.utf8.count) && text.utf8.allSatisfy { $0 >= 0x20 && $0 != 0x7F }
  }

  private static func bounded(_ text: String) -> String {
    text.utf8.count <= CallerClaims.nameLimit ? text : String(text.prefix(CallerClaims.nameLimit / 4)) + "…"
  }
}
