import GatewayDialects

/// The order that `CanonicalDelta` promises to encoders.
struct DeltaOrder {
  private var open: [Int: Int] = [:]
  private var next: [Int: Int] = [:]
  private var finished: Set<Int> = []
  private var hasStarted = false
  private var isOver = false

  /// What is wrong with the deltas; nil: nothing.
  static func fault(_ deltas: [CanonicalDelta]) -> String? {
    var order = DeltaOrder()
    for (index, delta) in deltas.enumerated() {
      if let fault = order.fault(delta) { return "delta \(index), \(delta): \(fault)" }
    }
    return nil
  }

  private mutating func fault(_ delta: CanonicalDelta) -> String? {
    if isOver { return "something follows the end" }
    switch delta {
    case .started:
      if hasStarted { return "it starts again" }
      hasStarted = true
    case .partStarted(let choice, let part, _):
      if !hasStarted { return "it has not started" }
      if open[choice] != nil { return "the part before is open" }
      if finished.contains(choice) { return "the choice has ended" }
      if part != next[choice, default: 0] { return "not the next part" }
      (open[choice], next[choice]) = (part, part + 1)
    case .text(let choice, let part, _), .reasoning(let choice, let part, _), .arguments(let choice, let part, _),
      .refusal(let choice, let part, _), .signature(let choice, let part, _):
      if open[choice] != part { return "the part is not open" }
    case .citation(let choice, let part, _): if open[choice] != part { return "the part is not open" }
    case .partEnded(let choice, let part):
      if open[choice] != part { return "the part is not open" }
      open[choice] = nil
    case .finished(let choice, _, _):
      if open[choice] != nil { return "a part is open" }
      if !finished.insert(choice).inserted { return "the choice has ended" }
    case .failed: isOver = true
    case .ended:
      isOver = true
      if !open.isEmpty { return "a part is open" }
    case .usage, .ping, .logprobs: break
    }
    return nil
  }
}
