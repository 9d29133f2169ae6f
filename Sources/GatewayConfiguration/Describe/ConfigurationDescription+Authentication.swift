import GatewayCore
import GatewayProviders

extension ConfigurationDescription {
  static func authentication(_ authentication: Authentication) -> JSONValue {
    .array(authentication.methods.map(method))
  }

  private static func method(_ method: AuthenticationMethod) -> JSONValue {
    switch method {
    case .keys: return .string("keys")
    case .mtls: return .string("mtls")
    case .hmac(let window): return .object([("hmac", .object([("window", .duration(window))]))])
    case .jwt(let issuer):
      var members: [(String, JSONValue)] = []
      switch issuer.keys {
      case .document: members.append(("keys", .string("local")))
      case .fetched(let address):
        members.append(
          ("keys", .string(url(address.server) + (address.discovers == nil ? "" : " (discovery)"))))
        members.append(("refresh", .duration(address.refresh)))
      }
      members.append(("algorithms", .strings(issuer.algorithms.map(\.rawValue).sorted())))
      members.append(("leeway", .duration(issuer.leeway)))
      return .object([("jwt", .object(members + demands(issuer.demands)))])
    case .introspection(let introspection):
      let members: [(String, JSONValue)] = [
        ("url", .string(url(introspection.server))), ("clientID", .string(introspection.clientID)),
        ("clientSecret", .string(hidden)), ("cache", .duration(introspection.cache)),
        ("timeout", .duration(introspection.timeout)),
      ]
      return .object([("introspection", .object(members + demands(introspection.demands)))])
    }
  }

  private static func url(_ server: IssuerServer) -> String {
    "\(server.endpoint.isTLS ? "https" : "http")://\(server.endpoint.authority)\(server.target)"
  }

  private static func demands(_ demands: TokenDemands) -> [(String, JSONValue)] {
    var claims: [(String, JSONValue)] = []
    var members: [(String, JSONValue)] = [
      ("issuer", demands.issuer.map { .string($0) } ?? .null), ("audience", .strings(demands.audience)),
      ("scopes", .strings(demands.scopes)),
    ]
    switch demands.whom {
    case .consumer(let name): members.append(("consumer", .string(name)))
    case .claim(let name): claims.append(("consumer", .string(name)))
    }
    if let team = demands.team { claims.append(("team", .string(team))) }
    if let roles = demands.roles { claims.append(("roles", .string(roles))) }
    members.append(("claims", .object(claims)))
    let place =
      switch demands.place {
      case .bearer: "bearer"
      case .header(let name): "header:\(name)"
      case .cookie(let name): "cookie:\(name)"
      case .query(let name): "query:\(name)"
      }
    return members + [("from", .string(place))]
  }
}
