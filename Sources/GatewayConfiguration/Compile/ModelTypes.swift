import GatewayCore
import GatewayProviders

/// Gives every model its type, and refuses mixes: calls fail over between models of one type only.
struct ModelTypes {
  let log: ProblemLog
  let presets: [String: ProviderPreset]
  private var known: [String: (type: ModelType, position: SourcePosition)] = [:]
  private(set) var types: [String: ModelType] = [:]

  init(log: ProblemLog, presets: [String: ProviderPreset]) {
    self.log = log
    self.presets = presets
  }

  /// - Parameter order: every model after those that it names.
  mutating func assign(_ order: [ModelDraft]) {
    for draft in order { types[draft.name] = type(of: draft) }
    // In the order of the file, so that the later of two places is the one that is refused.
    for draft in order.sorted(by: { $0.setting.position < $1.setting.position }) { remember(draft) }
  }

  private func type(of draft: ModelDraft) -> ModelType {
    let expected = draft.type ?? draft.steps.first.map { type(of: $0, in: nil) } ?? .chat
    for step in draft.steps {
      let type = type(of: step, in: draft.type)
      guard type != expected else { continue }
      if draft.type != nil {
        log.error(
          "'\(step.aim.text)' is of type \(type.rawValue), but model '\(draft.name)' is \(expected.rawValue)",
          at: step.setting, advice: "calls fail over between models of one type only")
      } else {
        log.error(
          "model '\(draft.name)' mixes types: '\(draft.steps[0].aim.text)' is \(expected.rawValue), "
            + "'\(step.aim.text)' is \(type.rawValue)", at: step.setting,
          advice: "calls fail over between models of one type only; 'type' says what a model is")
      }
    }
    return expected
  }

  /// - Parameter named: of the model, if the file says so.
  private func type(of step: ModelDraft.Step, in named: ModelType?) -> ModelType {
    switch step.aim {
    case .model(let name): return types[name] ?? named ?? .chat
    case .target(let provider, let model):
      if let type = step.type { return type }
      guard let model, let preset = presets[provider] else { return named ?? .chat }
      if let exact = preset.models.first(where: { $0.name == model }) { return exact.type }
      // What only the name suggests does not outweigh what the file says.
      return named ?? preset.type(ofModel: model) ?? .chat
    }
  }

  private mutating func remember(_ draft: ModelDraft) {
    for step in draft.steps {
      guard case .target(_, .some) = step.aim else { continue }
      let type = type(of: step, in: types[draft.name])
      guard let first = known[step.aim.text] else {
        known[step.aim.text] = (type, step.setting.position)
        continue
      }
      guard first.type != type else { continue }
      log.error(
        "'\(step.aim.text)' is \(type.rawValue) here, but \(first.type.rawValue) at \(first.position)",
        at: step.setting,
        advice: "a provider's model has one type in the whole file; add type: \(first.type.rawValue)")
    }
  }
}
