import Foundation
import GatewayConfiguration
import GatewayCore
import GatewayPolicies

/// What `sluice explain` prints.
struct ExplainOutput: Encodable {
  struct Step: Encodable {
    let step: String
    /// `yes`, `no` or `note`.
    let verdict: String
    let text: String
  }

  let allowed: Bool
  /// That the call would get; none when it is let in.
  let status: Int?
  let code: String?
  let message: String?
  /// In the order of trying.
  let targets: [String]
  let steps: [Step]
  /// How current the counters are.
  let counters: String
  /// The key that was asked about by its id.
  let key: KeyDescription?

  init(_ explanation: Explanation, key: IssuedKey?, counted: String) {
    let refusal = explanation.refusal
    allowed = refusal == nil
    status = refusal?.status
    code = refusal?.code
    message = refusal?.message
    targets = refusal == nil ? explanation.targets : []
    steps = explanation.steps.map { Step(step: $0.topic, verdict: $0.mark.rawValue, text: $0.text) }
    counters = counted
    self.key = key.map { KeyDescription($0, now: .now) }
  }

  func text(asJSON: Bool) throws -> String { asJSON ? try KeyText.json(self) : lines }

  private var lines: String {
    let width = steps.map(\.step.count).max() ?? 0
    var lines = steps.map { step in
      let mark =
        switch step.verdict {
        case "yes": "✓"
        case "no": "✗"
        default: "·"
        }
      return "\(mark) \(step.step.padding(toLength: width, withPad: " ", startingAt: 0))  \(step.text)"
    }
    if let key {
      lines.append("· \("key".padding(toLength: width, withPad: " ", startingAt: 0))  \(key.state)\(expiry(of: key))")
    }
    lines.append("· \("limit".padding(toLength: width, withPad: " ", startingAt: 0))  \(counters)")
    if let status, let code, let message {
      lines.append("refused: \(status) \(code): \(message)")
    } else {
      lines.append(targets.first.map { "let in: the call goes to \($0)" } ?? "let in")
    }
    return lines.joined(separator: "\n")
  }

  private func expiry(of key: KeyDescription) -> String { key.expires.map { ", until \($0)" } ?? "" }
}
