import GatewayCore

/// `retry`, `fallback`, `timeouts` and `parameters` of a model.
struct PolicyCompiler {
  /// Members of a request that decide what the call is.
  static let ownedParameters: Set<String> = ["model", "messages", "prompt", "input", "stream", "stream_options"]

  let log: ProblemLog

  func policy(_ setting: Setting) -> RoutePolicy {
    RoutePolicy(
      retry: setting["retry"].map(retry) ?? RetryPolicy(),
      fallback: setting["fallback"].map(fallback) ?? FallbackPolicy(),
      timeouts: setting["timeouts"].map { TimeoutsCompiler.timeouts($0) },
      parameters: setting["parameters"].map(parameters) ?? ParameterPolicy(),
      effortBudgets: setting["effortBudgets"].map(effortBudgets) ?? ReasoningBudgets())
  }

  private func effortBudgets(_ setting: Setting) -> ReasoningBudgets {
    var budgets = ReasoningBudgets()
    var floor = (name: "", tokens: 0)
    for (name, budget) in ReasoningBudgets.named {
      if let tokens = setting[name]?.integer { budgets[keyPath: budget] = tokens }
      let tokens = budgets[keyPath: budget]
      if tokens < floor.tokens {
        log.error(
          "the budget of '\(name)' (\(tokens)) is smaller than that of '\(floor.name)' (\(floor.tokens))",
          at: setting[name] ?? setting[floor.name] ?? setting, advice: "let them rise with the effort")
      }
      floor = (name, tokens)
    }
    return budgets
  }

  private func retry(_ setting: Setting) -> RetryPolicy {
    var retry = RetryPolicy()
    retry.attempts = setting["attempts"]?.integer ?? retry.attempts
    retry.factor = setting["factor"]?.number ?? retry.factor
    setting.set("backoff", &retry.backoff)
    setting.set("maximum", &retry.maximum)
    if retry.backoff > retry.maximum {
      log.error(
        "the first pause of \(DurationLiteral.format(retry.backoff)) is longer than the maximum of "
          + DurationLiteral.format(retry.maximum), at: setting["backoff"] ?? setting["maximum"] ?? setting,
        advice: "raise 'maximum'")
    }
    return retry
  }

  private func fallback(_ setting: Setting) -> FallbackPolicy {
    var fallback = FallbackPolicy()
    guard let on = setting["on"], !on.isInvalid else { return fallback }
    fallback.classes = Set(on.items.compactMap { $0.text.flatMap(UpstreamFailure.Class.init(rawValue:)) })
    fallback.statuses = Set(on.items.compactMap(\.integer))
    return fallback
  }

  private func parameters(_ setting: Setting) -> ParameterPolicy {
    let defaults = owned(setting["default"]).compactMap { entry in
      entry.setting.json.map { (name: entry.name, value: ParameterPolicy.JSONText($0)) }
    }
    let clamps = owned(setting["clamp"]).compactMap { entry in
      entry.setting.bounds.map { (name: entry.name, range: $0) }
    }
    for entry in setting["default"]?.entries ?? [] {
      let range = clamps.first { $0.name == entry.name }?.range
      guard let range, let value = entry.setting.json.flatMap(Double.init), !range.contains(value) else { continue }
      log.warning("the default of '\(entry.name)' is outside of its own clamp", at: entry.setting)
    }
    return ParameterPolicy(defaults: defaults, clamps: clamps, renames: renames(setting["rename"]))
  }

  /// Notes and leaves out what the gateway decides itself.
  private func owned(_ setting: Setting?) -> [(name: String, setting: Setting)] {
    (setting?.entries ?? []).filter { entry in
      guard Self.ownedParameters.contains(entry.name) else { return true }
      log.error("'\(entry.name)' belongs to the gateway", atKeyOf: entry.setting, advice: "remove it")
      return false
    }
  }

  private func renames(_ setting: Setting?) -> [(from: String, to: String)] {
    let entries = owned(setting)
    let sources = Set(entries.map(\.name))
    var seen: [String: Setting] = [:]
    return entries.compactMap { entry in
      guard let name = entry.setting.text else { return nil }
      if let fault = SchemaNames.parameter.fault(name) {
        log.error(fault, at: entry.setting)
      } else if Self.ownedParameters.contains(name) {
        log.error("'\(name)' belongs to the gateway", at: entry.setting, advice: "choose another name")
      } else if sources.contains(name) {
        log.error(
          name == entry.name ? "'\(name)' is renamed to itself" : "'\(name)' is itself renamed", at: entry.setting,
          advice: "name what the provider calls '\(entry.name)'")
      } else if let first = seen[name] {
        log.error("two parameters are renamed to '\(name)', first at \(first.position)", at: entry.setting)
      } else {
        seen[name] = entry.setting
        return (from: entry.name, to: name)
      }
      return nil
    }
  }
}
