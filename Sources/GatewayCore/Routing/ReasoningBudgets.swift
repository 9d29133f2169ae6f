/// `effortBudgets:` of a model: the tokens that a model may think for, by effort, where a provider is told tokens.
package struct ReasoningBudgets: Hashable, Sendable {
  package var minimal = 1024
  package var low = 1024
  package var medium = 8192
  package var high = 16384
  package var xhigh = 32768

  package init() {}

  /// By the names of the configuration, the least effort first.
  package static var named: [(name: String, budget: WritableKeyPath<Self, Int>)] {
    [("minimal", \.minimal), ("low", \.low), ("medium", \.medium), ("high", \.high), ("xhigh", \.xhigh)]
  }
}
