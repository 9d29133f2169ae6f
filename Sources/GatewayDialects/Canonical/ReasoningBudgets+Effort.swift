package import GatewayCore

extension ReasoningBudgets {
  package func tokens(for effort: ReasoningRequest.Effort) -> Int {
    switch effort {
    case .off: 0
    case .minimal: minimal
    case .low: low
    case .medium: medium
    case .high: high
    case .xhigh: xhigh
    }
  }

  /// The effort whose budget comes nearest from below.
  package func effort(for budget: Int) -> ReasoningRequest.Effort {
    if budget <= 0 { return .off }
    if budget >= xhigh { return .xhigh }
    if budget >= high { return .high }
    if budget >= medium { return .medium }
    return .low
  }
}
