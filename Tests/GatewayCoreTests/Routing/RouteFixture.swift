import GatewayCore

/// Targets and models for routing tests.
enum RouteFixture {
  static func target(_ label: String) -> Target {
    let parts = label.split(separator: "/", maxSplits: 1).map(String.init)
    let provider = Provider(
      name: parts[0], kind: "openai-compatible",
      endpoint: .init(isTLS: false, host: "localhost", port: 1, basePath: ""))
    return Target(
      provider: provider, upstreamModel: parts[1] == "*" ? nil : parts[1], type: .chat, health: AlwaysWell())
  }

  static func arm(weight: Int = 1, version: String? = nil, _ steps: ModelRoute.Step...) -> ModelRoute.Arm {
    ModelRoute.Arm(weight: weight, version: version, steps: steps)
  }

  static func route(
    _ name: String, sticky: ModelRoute.StickyKey? = nil, policy: RoutePolicy = RoutePolicy(), _ arms: ModelRoute.Arm...
  ) -> ModelRoute {
    ModelRoute(name: name, type: .chat, arms: arms, sticky: sticky, policy: policy)
  }

  /// A model of one target of the same name.
  static func plain(_ name: String) -> ModelRoute { route(name, arm(.target(target("p/\(name)")))) }
}

/// A cell for tests that do not care.
final class AlwaysWell: HealthCell {
  func admit(now: Instant) -> HealthAdmission { .granted }
  func peek(now: Instant) -> HealthAdmission { .granted }
  func succeeded(now: Instant) {}
  func failed(_ failure: UpstreamFailure, now: Instant) {}
  func abandoned(now: Instant) {}
}
