/// Which model names which other one.
struct ModelGraph {
  /// Models that a call may go through, one in the other.
  static let maximumDepth = 32

  private let drafts: [ModelDraft]
  private let indices: [String: Int]
  private let log: ProblemLog

  init(_ drafts: [ModelDraft], log: ProblemLog) {
    self.drafts = drafts
    self.log = log
    indices = Dictionary(drafts.enumerated().map { ($0.element.name, $0.offset) }) { first, _ in first }
  }

  private enum Mark { case unseen, open, done }

  /// Every model after those that it names; `nil` when they go round in a circle, or are too deep, which is noted.
  func order() -> [ModelDraft]? {
    var marks = [Mark](repeating: .unseen, count: drafts.count)
    var depths = [Int](repeating: 1, count: drafts.count)
    var order: [ModelDraft] = []
    var isSound = true
    let edges = drafts.map { draft in
      draft.steps.compactMap { step -> (index: Int, setting: Setting)? in
        guard case .model(let name) = step.aim, let index = indices[name] else { return nil }
        return (index, step.setting)
      }
    }
    for start in drafts.indices where marks[start] == .unseen {
      // A stack of its own: a chain may be as long as the file.
      var stack = [(node: start, next: 0)]
      marks[start] = .open
      while let top = stack.last {
        guard top.next < edges[top.node].count else {
          stack.removeLast()
          marks[top.node] = .done
          depths[top.node] = 1 + (edges[top.node].map { depths[$0.index] }.max() ?? 0)
          isSound = checkDepth(depths[top.node], of: drafts[top.node]) && isSound
          order.append(drafts[top.node])
          continue
        }
        stack[stack.count - 1].next += 1
        let edge = edges[top.node][top.next]
        switch marks[edge.index] {
        case .unseen:
          marks[edge.index] = .open
          stack.append((edge.index, 0))
        case .open:
          isSound = false
          reportCircle(stack.map(\.node), closedBy: edge)
        case .done: break
        }
      }
    }
    return isSound ? order : nil
  }

  private func reportCircle(_ path: [Int], closedBy edge: (index: Int, setting: Setting)) {
    let circle = path.drop { $0 != edge.index }.map { drafts[$0].name }
    let shown = circle.count > 10 ? circle.prefix(9) + ["…"] : circle[...]
    log.error(
      "models name each other in a circle: \((shown + [drafts[edge.index].name]).joined(separator: " → "))",
      at: edge.setting, advice: "end it with a target PROVIDER/MODEL")
  }

  /// Notes it once a chain: at the first model that is too deep.
  private func checkDepth(_ depth: Int, of draft: ModelDraft) -> Bool {
    if depth == Self.maximumDepth + 1 {
      log.error(
        "model '\(draft.name)' goes through more than \(Self.maximumDepth) models", atKeyOf: draft.setting,
        advice: "name the targets themselves")
    }
    return depth <= Self.maximumDepth
  }
}
