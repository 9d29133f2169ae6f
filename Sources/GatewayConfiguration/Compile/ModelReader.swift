import GatewayCore
import GatewayProviders

/// `models:` → drafts: each model by itself, and whether the names in it exist.
struct ModelReader {
  let log: ProblemLog
  let providers: Set<String>
  private let limits: LimitCompiler
  private let exact: Set<String>

  /// - Parameter models: exact names and patterns.
  init(log: ProblemLog, providers: [String], models: [String], limits: LimitCompiler) {
    self.log = log
    self.limits = limits
    self.providers = Set(providers)
    exact = Set(models.filter { !$0.hasSuffix("*") })
  }

  func draft(_ name: String, _ setting: Setting) -> ModelDraft? {
    guard !setting.isInvalid else { return nil }
    let arms = self.arms(name, setting)
    let sticky = setting["sticky"].flatMap(self.sticky)
    if let written = setting["sticky"], setting["split"] == nil, setting["targets"] != nil {
      log.warning("'sticky' has no effect without 'split'", atKeyOf: written, advice: "remove it")
    }
    let type = setting["type"]?.text.flatMap(ModelType.init(rawValue:))
    return ModelDraft(
      name: name, setting: setting, type: type, arms: arms, sticky: sticky,
      policy: PolicyCompiler(log: log).policy(setting), limits: limits.limits(setting["limits"], of: .model(name)),
      reserveOutput: setting["reserveOutput"]?.integer ?? 1024, cache: CacheCompiler.rule(setting["cache"]))
  }

  private func arms(_ name: String, _ setting: Setting) -> [ModelDraft.Arm] {
    let targets = setting["targets"]
    guard let split = setting["split"] else {
      if let targets {
        return [ModelDraft.Arm(weight: 1, weightSetting: nil, version: nil, steps: steps(targets, of: name))]
      }
      log.error(
        "model '\(name)' has no targets", atKeyOf: setting, advice: "add targets: [PROVIDER/MODEL]")
      return []
    }
    if targets != nil {
      log.error(
        "'targets' and 'split' exclude each other", atKeyOf: split, advice: "move the targets into an arm of the split")
    }
    let arms = split.items.map { item in
      ModelDraft.Arm(
        weight: item["weight"]?.integer ?? 1, weightSetting: item["weight"], version: item["version"]?.text,
        steps: item["targets"].map { steps($0, of: name) } ?? [])
    }
    if !arms.isEmpty, arms.allSatisfy({ $0.weight == 0 }) {
      log.error("all weights are 0", at: split, advice: "give at least one version a weight")
    }
    return arms
  }

  private func steps(_ targets: Setting, of name: String) -> [ModelDraft.Step] {
    var steps: [ModelDraft.Step] = []
    var seen: [ModelDraft.Aim: Setting] = [:]
    for item in targets.items {
      guard let step = step(item, of: name) else { continue }
      if let first = seen[step.aim] {
        log.error(
          "target '\(step.aim.text)' is given twice, first at \(first.position)", at: item,
          advice: "remove one; 'retry' tries the same target again")
        continue
      }
      seen[step.aim] = item
      steps.append(step)
    }
    return steps
  }

  private func step(_ setting: Setting, of name: String) -> ModelDraft.Step? {
    let type = setting["type"]?.text.flatMap(ModelType.init(rawValue:))
    let aim: ModelDraft.Aim?
    if let text = setting.text {
      guard let slash = text.firstIndex(of: "/") else { return modelStep(text, setting) }
      aim = target(text[..<slash], text[text.index(after: slash)...], setting, setting, of: name)
    } else {
      guard let provider = setting["provider"], let model = setting["model"], let providerName = provider.text,
        let modelName = model.text
      else { return nil }
      aim = target(providerName[...], modelName[...], provider, model, of: name)
    }
    let capabilities = setting["capabilities"].map { Set($0.items.compactMap { $0.text.flatMap(Capability.init) }) }
    return aim.map { ModelDraft.Step(aim: $0, type: type, capabilities: capabilities, setting: setting) }
  }

  private func target(
    _ provider: Substring, _ model: Substring, _ providerPlace: Setting, _ modelPlace: Setting, of name: String
  ) -> ModelDraft.Aim? {
    let provider = String(provider)
    guard !provider.isEmpty, !model.isEmpty else {
      log.error("the target is not PROVIDER/MODEL", at: providerPlace, advice: "write it like openai/gpt-4o")
      return nil
    }
    guard providers.contains(provider) else {
      log.error("unknown provider '\(provider)'", at: providerPlace, advice: providerAdvice(provider, model))
      return nil
    }
    guard model.contains("*") else {
      if model.unicodeScalars.allSatisfy({ $0.value > 0x20 && $0.value != 0x7F }) {
        return .target(provider: provider, model: String(model))
      }
      log.error("a model's name cannot hold spaces or control characters", at: modelPlace)
      return nil
    }
    guard model == "*" else {
      log.error("'*' stands alone in a target", at: modelPlace, advice: "write \(provider)/*, which passes the name on")
      return nil
    }
    guard name.hasSuffix("*") else {
      log.error(
        "'*' cannot stand in a target of '\(name)', which is one name", at: modelPlace,
        advice: "name the provider's model, or end the name of the model with '*'")
      return nil
    }
    return .target(provider: provider, model: nil)
  }

  private func providerAdvice(_ provider: String, _ model: Substring) -> String? {
    if exact.contains("\(provider)/\(model)") {
      return "a target with '/' is PROVIDER/MODEL; a model of this file with '/' in its name cannot be a target"
    }
    if ProviderCatalogue.preset(kind: provider) != nil, nearestNames(to: provider, among: providers, limit: 1).isEmpty {
      return "add it: providers: { \(provider): { kind: \(provider) } }"
    }
    return NameSuggestion.advice(for: provider, among: providers.sorted(), what: "providers are")
  }

  private func modelStep(_ name: String, _ setting: Setting) -> ModelDraft.Step? {
    guard !name.contains("*") else {
      log.error("a pattern cannot be a target", at: setting, advice: "write PROVIDER/*, or a whole name")
      return nil
    }
    guard exact.contains(name) else {
      log.error("unknown model '\(name)'", at: setting, advice: modelAdvice(name))
      return nil
    }
    return ModelDraft.Step(aim: .model(name), type: nil, setting: setting)
  }

  private func modelAdvice(_ name: String) -> String {
    if let near = nearestNames(to: name, among: exact, limit: 1).first { return "did you mean '\(near)'?" }
    if providers.contains(name) { return "write \(name)/MODEL for a model of that provider" }
    return "a target without '/' is another model of this file"
  }

  private func sticky(_ setting: Setting) -> ModelRoute.StickyKey? {
    guard let text = setting.text else { return nil }
    if text == "consumer" { return .consumer }
    let name = text.hasPrefix("header:") ? text.dropFirst(7).lowercased() : ""
    guard HeaderText.isValidName(name) else {
      log.error("'\(text)' is nothing to be sticky by", at: setting, advice: "write header:NAME or consumer")
      return nil
    }
    return .header(name)
  }
}
