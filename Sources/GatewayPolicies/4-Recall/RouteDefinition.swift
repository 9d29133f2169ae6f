package import GatewayCore

/// All of a model's definition that decides its answers, as text: where its calls go and what is changed in them. A model that says
/// something else gives no old answers; retries, time-outs, limits, keys and the like change no answer.
package enum RouteDefinition {
  package static func text(_ route: ModelRoute) -> String {
    var text = ""
    write(route, into: &text)
    return text
  }

  private static func write(_ route: ModelRoute, into text: inout String) {
    text += "model \(quoted(route.name)) \(route.type.rawValue)"
    let policy = route.policy
    for item in policy.parameters.defaults { text += " default \(quoted(item.name)) \(item.value.bytes)" }
    for item in policy.parameters.clamps {
      text += " clamp \(quoted(item.name)) \(item.range.lowerBound) \(item.range.upperBound)"
    }
    for item in policy.parameters.renames { text += " rename \(quoted(item.from)) \(quoted(item.to))" }
    for (name, budget) in ReasoningBudgets.named { text += " \(name) \(policy.effortBudgets[keyPath: budget])" }
    for arm in route.arms {
      text += " arm \(arm.weight) \(quoted(arm.version ?? ""))"
      for step in arm.steps {
        switch step {
        case .model(let inner): write(inner, into: &text)
        case .target(let target): write(target, into: &text)
        }
      }
    }
    text += " end\n"
  }

  private static func write(_ target: Target, into text: inout String) {
    let provider = target.provider
    text += " target \(quoted(target.label)) \(quoted(target.droppedPrefix)) \(quoted(provider.kind))"
    text += " \(quoted(provider.endpoint.authority)) \(quoted(provider.endpoint.basePath)) \(style(provider.pathStyle))"
    text += " \(provider.dialects.map(\.rawValue)) \(provider.rerank)"
    for (model, deployment) in provider.deployments.sorted(by: { $0.key < $1.key }) {
      text += " deployment \(quoted(model)) \(quoted(deployment))"
    }
    if let capabilities = target.capabilities { text += " \(capabilities.map(\.rawValue).sorted())" }
  }

  private static func style(_ style: Provider.PathStyle) -> String {
    switch style {
    case .openAI: "openai"
    case .vertex(let project, let location): "vertex \(quoted(project)) \(quoted(location))"
    case .vertexExpress: "vertex"
    case .azureDeployments(let version): "azure \(quoted(version))"
    case .dify(let app): "dify \(app)"
    case .builtInEcho: "echo"
    }
  }

  /// So that no two definitions are one text.
  private static func quoted(_ text: String) -> String { "\(text.utf8.count):\(text)" }
}
