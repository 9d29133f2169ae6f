package import GatewayConfiguration
package import GatewayCore
package import GatewayPolicies

/// Why a call would be let in or refused, for commands and the admin API.
package struct ExplainAnswer: Codable {
  package struct Step: Codable {
    package let step: String
    /// `yes`, `no` or `note`.
    package let verdict: String
    package let text: String
  }

  package let allowed: Bool
  /// That the call would get; none when it is let in.
  package let status: Int?
  package let code: String?
  package let message: String?
  /// In the order of trying.
  package let targets: [String]
  package let steps: [Step]
  /// How current the counters are.
  package let counters: String
  /// The key that was asked about by its id.
  package let key: KeyDescription?

  package init(_ explanation: Explanation, key: IssuedKey?, counted: String, now: WallTime) {
    let refusal = explanation.refusal
    allowed = refusal == nil
    status = refusal?.status
    code = refusal?.code
    message = refusal?.message
    targets = refusal == nil ? explanation.targets : []
    steps = explanation.steps.map { Step(step: $0.topic, verdict: $0.mark.rawValue, text: $0.text) }
    counters = counted
    self.key = key.map { KeyDescription($0, now: now) }
  }
}
