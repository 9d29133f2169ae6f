import GatewayCore

/// How much a model can be told to think. Source: Google's Gemini API documentation, "Thinking".
struct GeminiThinking {
  enum Amount: Equatable {
    /// Tokens; -1: the model decides.
    case budget(Int)
    /// Since Gemini 3.
    case level(RawText)
  }

  private let name: String

  /// - Parameter model: with or without a publisher before its name.
  init(model: String) { name = String(model.split(separator: "/").last ?? "") }

  private var isPro: Bool { name.contains("-pro") }
  private var hasLevels: Bool { name.hasPrefix("gemini-3") }

  /// Models before 2.5 refuse `thinkingConfig`.
  var thinks: Bool { !name.hasPrefix("gemini-1") && !name.hasPrefix("gemini-2.0") }

  /// The budgets that the model takes; the Pro model cannot do without.
  private var range: ClosedRange<Int> {
    if name.hasPrefix("gemini-2.5-pro") { return 128...32_768 }
    if name.hasPrefix("gemini-2.5-flash") { return 0...24_576 }
    return 0...Int.max
  }

  func amount(for wish: ReasoningRequest, budgets: ReasoningBudgets) -> Amount? {
    if wish.effort == .off { return hasLevels ? .level(isPro ? "low" : "minimal") : .budget(range.lowerBound) }
    if let budget = wish.budget { return .budget(min(max(budget, range.lowerBound), range.upperBound)) }
    if let effort = wish.effort, hasLevels { return .level(level(effort)) }
    if wish.isAdaptive { return .budget(-1) }
    return wish.effort.map { .budget(min(max(budgets.tokens(for: $0), range.lowerBound), range.upperBound)) }
  }

  /// The Pro model knows two.
  private func level(_ effort: ReasoningRequest.Effort) -> RawText {
    switch effort {
    case .off, .minimal: isPro ? "low" : "minimal"
    case .low: "low"
    case .medium: isPro ? "high" : "medium"
    case .high, .xhigh: "high"
    }
  }
}
