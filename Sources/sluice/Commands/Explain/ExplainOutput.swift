import Foundation
import GatewayAdmin
import GatewayConfiguration

/// What `sluice explain` prints.
extension ExplainAnswer {
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
