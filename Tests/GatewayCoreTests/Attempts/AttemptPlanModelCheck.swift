import GatewayCore
import Testing

/// Walks through everything that can happen to small configurations and checks what must hold on every path.
@Suite struct AttemptPlanModelCheck {
  static let failures: [UpstreamFailure] = [
    .down, .broken, .overloaded, .limited, .limited(for: 1), .limited(for: 60), .refused, .missing, .callers,
  ]

  struct Setup: CustomTestStringConvertible {
    var keys: [Int]
    var attempts = 1
    var classes: Set<UpstreamFailure.Class>?
    var deadline: Double?
    /// Targets that are set aside, and keys (target, key) that a provider has limited, before it starts.
    var aside: [Int] = []
    var limited: [(target: Int, key: Int, seconds: Int)] = []
    /// Every `n`th wish for a retry is refused.
    var refuses = Int.max
    /// 1: explore with every failure; 2: with every other …
    var stride = 1
    var testDescription: String { "keys \(keys), attempts \(attempts), aside \(aside), limited \(limited)" }
  }

  static let setups = [
    Setup(keys: [0]),
    Setup(keys: [0], attempts: 3),
    Setup(keys: [2], attempts: 0),
    Setup(keys: [2]),
    Setup(keys: [3], attempts: 0),
    Setup(keys: [0, 0]),
    Setup(keys: [0, 0], classes: [.notFound, .connect]),
    Setup(keys: [1, 1], attempts: 0, classes: []),
    Setup(keys: [0, 0], deadline: 1),
    Setup(keys: [0, 0], deadline: 0.39),
    Setup(keys: [0, 0], refuses: 2),
    Setup(keys: [1, 2], stride: 2),
    Setup(keys: [0, 1, 0], attempts: 0),
    Setup(keys: [0, 0], aside: [0]),
    Setup(keys: [0, 0], aside: [0, 1]),
    Setup(keys: [2, 0], aside: [1], limited: [(0, 0, 60)]),
    Setup(keys: [1, 1], limited: [(0, 0, 60), (1, 0, 60)]),
    Setup(keys: [2, 1], attempts: 0, aside: [0], limited: [(0, 0, 2), (0, 1, 60), (1, 0, 1)]),
  ]

  @Test(arguments: setups) func everyPathEndsAndKeepsThePromises(_ setup: Setup) {
    let fixture = AttemptFixture(keys: setup.keys, attempts: setup.attempts, on: setup.classes)
    for index in setup.aside { fixture.setAside(index, now: .at(-1)) }
    for item in setup.limited {
      fixture.keyCells[item.target][item.key].contents.health.failed(.limited(for: item.seconds), now: .at(0))
    }
    var walk = Walk(setup: setup, fixture: fixture)
    var plan = fixture.plan(deadline: setup.deadline.map { .at($0) })
    let action = plan.start(now: .at(0))
    walk.explore(plan, after: action, now: .at(0), sends: [], wishes: 0)
    let problems = walk.problems.prefix(3).joined(separator: "; ")
    #expect(problems == "")
    #expect(walk.ends > 0)
  }

  struct Walk {
    let setup: Setup
    let fixture: AttemptFixture
    var ends = 0
    var problems: [String] = []

    init(setup: Setup, fixture: AttemptFixture) {
      self.setup = setup
      self.fixture = fixture
    }

    private var cells: [CountingCell] { fixture.targetCells + fixture.keyCells.flatMap { $0 } }
    /// The most sends that the rules allow: each try of a target, and each of its keys once.
    private var mostSends: Int { setup.keys.reduce(0) { $0 + 1 + setup.attempts + max($1 - 1, 0) } }

    mutating func explore(
      _ plan: AttemptPlan, after action: AttemptPlan.Action, now: Instant, sends: [(Int, Int?)], wishes: Int
    ) {
      switch action {
      case .send(let target, let key, let attempt):
        check(sent: target, key, attempt: attempt, now: now, sends: sends)
        guard sends.count < mostSends else { return }
        exploreOutcomes(plan, now: now, sends: sends + [(target, key)], wishes: wishes)
      case .wait(let duration):
        check(now + duration < .at(setup.deadline ?? 1e6), "waits past the deadline", sends)
        check(duration > .zero && duration <= RetryPolicy().maximum, "waits for \(duration)", sends)
        check(cells.allSatisfy { $0.contents.open == 0 }, "holds an admission while it waits", sends)
        let saved = cells.map(\.contents)
        // While it waits, nothing else happens, or another exchange learns of a rate limit.
        for disturbed in [nil] + cells.indices.map({ $0 }) {
          if let disturbed { cells[disturbed].contents.health.failed(.limited(for: 60), now: now) }
          var next = plan
          let action = next.waited(now: now + duration)
          explore(next, after: action, now: now + duration, sends: sends, wishes: wishes)
          restore(saved)
        }
      case .passThrough, .giveUp:
        ends += 1
        check(cells.allSatisfy { $0.contents.open == 0 }, "ends with an admission", sends)
        check(cells.allSatisfy { !$0.contents.isHandedBackTwice }, "hands an admission back twice", sends)
        check(cells.allSatisfy { $0.contents.unasked <= sends.count }, "reports more than once", sends)
        check(plan.attempts == sends.count, "counts \(plan.attempts) attempts", sends)
        check(plan.triedTargets == Set(sends.map(\.0)).count, "counts \(plan.triedTargets) targets", sends)
        if let error = action.error { check(error.status >= 429 && error.kind != .internalError, "\(error)", sends) }
      }
    }

    /// From one attempt on the wire: it wins, is abandoned, or fails in every way.
    private mutating func exploreOutcomes(_ plan: AttemptPlan, now: Instant, sends: [(Int, Int?)], wishes: Int) {
      let saved = cells.map(\.contents)
      let later = now + .milliseconds(300)
      var won = plan
      won.attemptSucceeded(now: later)
      check(cells.allSatisfy { $0.contents.open == 0 }, "wins with an admission left", sends)
      restore(saved)
      var gone = plan
      gone.abandoned(now: later)
      check(cells.allSatisfy { $0.contents.open == 0 }, "is abandoned with an admission left", sends)
      restore(saved)
      for index in Swift.stride(from: 0, to: failures.count, by: setup.stride) {
        var next = plan
        var asked = wishes
        let action = next.attemptFailed(failures[index], now: later) {
          asked += 1
          return asked % setup.refuses != 0
        }
        explore(next, after: action, now: later, sends: sends, wishes: asked)
        restore(saved)
      }
    }

    private mutating func check(sent target: Int, _ key: Int?, attempt: Int, now: Instant, sends: [(Int, Int?)]) {
      check(attempt == sends.count + 1, "numbers attempt \(attempt)", sends)
      check(now < .at(setup.deadline ?? 1e6), "sends past the deadline", sends)
      check(sends.count < mostSends, "sends more than \(mostSends) times", sends)
      let tries = sends.count { $0.0 == target }
      check(tries < 1 + setup.attempts + max(setup.keys[target] - 1, 0), "tries target \(target) again", sends)
      check((key != nil) == (setup.keys[target] > 0), "key \(String(describing: key))", sends)
      // Only a forced send could find a firm pause here: a granted one has begun its probe.
      for cell in [fixture.targetCells[target]] + (key.map { [fixture.keyCells[target][$0]] } ?? []) {
        check(!cell.peek(now: now).isFirm, "sends against a Retry-After", sends)
        check(cell.contents.open <= 1, "takes an admission twice", sends)
      }
    }

    private mutating func check(_ isSo: Bool, _ problem: String, _ sends: [(Int, Int?)]) {
      if !isSo { problems.append("\(problem) after \(sends)") }
    }

    private func restore(_ saved: [CountingCell.Contents]) {
      for (cell, contents) in zip(cells, saved) { cell.contents = contents }
    }

    private var failures: [UpstreamFailure] { AttemptPlanModelCheck.failures }
  }
}

extension HealthAdmission {
  fileprivate var isFirm: Bool { if case .setAside(_, isFirm: true) = self { true } else { false } }
}
