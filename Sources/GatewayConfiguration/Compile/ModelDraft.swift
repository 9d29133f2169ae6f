import GatewayCore

/// A model of the file, read but not yet joined with the others.
struct ModelDraft {
  /// What a target names.
  enum Aim: Hashable {
    /// `model`: `nil` for `*`.
    case target(provider: String, model: String?)
    case model(String)

    /// As the file writes it.
    var text: String {
      switch self {
      case .target(let provider, let model): "\(provider)/\(model ?? "*")"
      case .model(let name): name
      }
    }
  }

  struct Step {
    let aim: Aim
    /// The target's own `type:`.
    let type: ModelType?
    /// The target's own `capabilities:`.
    var capabilities: Set<Capability>?
    let setting: Setting
  }

  struct Arm {
    let weight: Int
    /// Where the weight stands, if it does.
    let weightSetting: Setting?
    let version: String?
    let steps: [Step]
  }

  let name: String
  let setting: Setting
  /// The model's own `type:`.
  let type: ModelType?
  let arms: [Arm]
  let sticky: ModelRoute.StickyKey?
  let policy: RoutePolicy
  let limits: [Limit]
  let reserveOutput: Int
  let cache: CacheRule?

  var isPattern: Bool { name.hasSuffix("*") }
  var steps: [Step] { arms.flatMap(\.steps) }
}
