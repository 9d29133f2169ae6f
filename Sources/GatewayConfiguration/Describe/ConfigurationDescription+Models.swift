import GatewayCore

extension ConfigurationDescription {
  static func provider(_ provider: Provider, limits: [Limit]) -> JSONValue {
    let endpoint = provider.endpoint
    var members: [(String, JSONValue)] = [("kind", .string(provider.kind))]
    if provider.pathStyle != .builtInEcho {
      members.append(
        ("url", .string("\(endpoint.isTLS ? "https" : "http")://\(endpoint.authority)\(endpoint.basePath)")))
      members.append(("keys", .strings(provider.credentials.map(\.label))))
      members.append(("timeouts", timeouts(provider.timeouts)))
    }
    if case .azureDeployments(let version) = provider.pathStyle { members.append(("apiVersion", .string(version))) }
    if case .vertex(let project, let location) = provider.pathStyle {
      members += [("project", .string(project)), ("location", .string(location))]
    }
    if !provider.deployments.isEmpty {
      let deployments = provider.deployments.sorted { $0.key < $1.key }
      members.append(("deployments", .object(deployments.map { ($0.key, .string($0.value)) })))
    }
    switch provider.tokenGrant?.proof {
    case .serviceAccount(let email, _, _): members.append(("serviceAccount", .string(email)))
    case .clientSecret(let clientID, _): members.append(("entra", .object([("clientID", .string(clientID))])))
    case nil: break
    }
    if let proxy = provider.proxy { members.append(("proxy", .string("http://\(proxy.host):\(proxy.port)"))) }
    if provider.privateCA != nil { members.append(("tls", .object([("ca", .string("private"))]))) }
    if !provider.forwardHeaders.isEmpty { members.append(("forwardHeaders", .strings(provider.forwardHeaders))) }
    if !limits.isEmpty { members.append(("limits", .strings(limits.map(\.words)))) }
    return .object(members)
  }

  static func model(_ route: ModelRoute) -> JSONValue {
    let policy = route.policy
    var members: [(String, JSONValue)] = [("type", .string(route.type.rawValue))]
    if route.arms.count == 1, let arm = route.arms.first, arm.version == nil {
      members.append(("targets", steps(arm)))
    } else {
      members.append(("split", .array(route.arms.map(self.arm))))
    }
    switch route.sticky {
    case .consumer: members.append(("sticky", .string("consumer")))
    case .header(let name): members.append(("sticky", .string("header:\(name)")))
    case nil: break
    }
    members.append(("retry", retry(policy.retry)))
    let on = policy.fallback.classes.map(\.rawValue).sorted().map { JSONValue.string($0) }
    members.append(("fallback", .object([("on", .array(on + policy.fallback.statuses.sorted().map { .number($0) }))])))
    if let timeouts = policy.timeouts {
      members.append(("timeouts", .object(timeouts.named.map { ($0.name, .duration($0.duration)) })))
    }
    if !policy.parameters.isEmpty { members.append(("parameters", parameters(policy.parameters))) }
    if !route.limits.isEmpty { members.append(("limits", .strings(route.limits.map(\.words)))) }
    if let rule = route.cache { members.append(("cache", cache(rule))) }
    if policy.effortBudgets != ReasoningBudgets() {
      let budgets = ReasoningBudgets.named.map { ($0.name, JSONValue.number(policy.effortBudgets[keyPath: $0.budget])) }
      members.append(("effortBudgets", .object(budgets)))
    }
    return .object(members)
  }

  private static func arm(_ arm: ModelRoute.Arm) -> JSONValue {
    .object([
      ("weight", .number(arm.weight)), ("version", arm.version.map { .string($0) } ?? .null), ("targets", steps(arm)),
    ])
  }

  private static func steps(_ arm: ModelRoute.Arm) -> JSONValue {
    .strings(
      arm.steps.map { step in
        switch step {
        case .target(let target): target.label
        case .model(let route): route.name
        }
      })
  }

  private static func retry(_ retry: RetryPolicy) -> JSONValue {
    .object([
      ("attempts", .number(retry.attempts)), ("backoff", .duration(retry.backoff)),
      ("factor", .verbatim(NumberText.format(retry.factor))), ("maximum", .duration(retry.maximum)),
    ])
  }

  private static func timeouts(_ timeouts: Timeouts) -> JSONValue {
    .object([
      ("connect", .duration(timeouts.connect)), ("headers", timeouts.headers.map { .duration($0) } ?? .null),
      ("firstToken", .duration(timeouts.firstToken)), ("betweenTokens", .duration(timeouts.betweenTokens)),
      ("total", .duration(timeouts.total)), ("deadline", timeouts.deadline.map { .duration($0) } ?? .null),
    ])
  }

  private static func parameters(_ parameters: ParameterPolicy) -> JSONValue {
    .object([
      (
        "default",
        .object(parameters.defaults.map { ($0.name, .verbatim(String(decoding: $0.value.bytes, as: UTF8.self))) })
      ),
      (
        "clamp",
        .object(
          parameters.clamps.map {
            (
              $0.name,
              .array([
                .verbatim(NumberText.format($0.range.lowerBound)), .verbatim(NumberText.format($0.range.upperBound)),
              ])
            )
          })
      ),
      ("rename", .object(parameters.renames.map { ($0.from, .string($0.to)) })),
    ])
  }
}
