import GatewayCore
import Synchronization

/// A health cell that keeps count of who was granted and who reported.
final class CountingCell: HealthCell {
  struct Contents: Sendable {
    var health = Health()
    /// Grants that nobody has reported on yet.
    var open = 0
    /// Reports of uses that had not been granted: those that were forced.
    var unasked = 0
    /// A grant handed back that had not been given; it would free the probe of another exchange.
    var isHandedBackTwice = false
    var log: [String] = []
  }

  private let box = Mutex(Contents())

  var contents: Contents {
    get { box.withLock { $0 } }
    set { box.withLock { $0 = newValue } }
  }

  func admit(now: Instant) -> HealthAdmission {
    box.withLock { contents in
      let admission = contents.health.admit(now: now)
      if admission == .granted { contents.open += 1 }
      return admission
    }
  }
  func peek(now: Instant) -> HealthAdmission { box.withLock { $0.health.peek(now: now) } }
  func succeeded(now: Instant) { report("succeeded") { $0.succeeded(now: now) } }
  func failed(_ failure: UpstreamFailure, now: Instant) {
    report("failed \(failure.kind.rawValue)") { $0.failed(failure, now: now) }
  }
  func abandoned(now: Instant) { report("abandoned") { $0.abandoned() } }

  /// What was reported, in order.
  var log: [String] { contents.log }

  private func report(_ line: String, _ body: (inout Health) -> Void) {
    box.withLock { contents in
      body(&contents.health)
      if contents.open > 0 {
        contents.open -= 1
      } else {
        contents.unasked += 1
        if line == "abandoned" { contents.isHandedBackTwice = true }
      }
      contents.log.append(line)
    }
  }
}

/// Targets `p0/m`, `p1/m` … each at a provider of its own with so many keys.
struct AttemptFixture {
  let targets: [PlannedTarget]
  let targetCells: [CountingCell]
  let keyCells: [[CountingCell]]

  init(keys: [Int], attempts: Int = 1, on classes: Set<UpstreamFailure.Class>? = nil, statuses: Set<Int> = []) {
    var retry = RetryPolicy()
    retry.attempts = attempts
    var fallback = FallbackPolicy()
    if let classes { fallback.classes = classes }
    fallback.statuses = statuses
    self.init(keys: keys, policy: RoutePolicy(retry: retry, fallback: fallback))
  }

  init(keys: [Int], policy: RoutePolicy) {
    var targets: [PlannedTarget] = []
    var targetCells: [CountingCell] = []
    var keyCells: [[CountingCell]] = []
    for (index, count) in keys.enumerated() {
      let cells = (0..<count).map { _ in CountingCell() }
      let credentials = cells.enumerated().map { item in
        Provider.Credential(
          secret: Secret("sk-\(item.offset)"), label: "p\(index)#\(item.offset + 1)", health: item.element)
      }
      let provider = Provider(
        name: "p\(index)", kind: "openai-compatible",
        endpoint: .init(isTLS: false, host: "localhost", port: 1, basePath: ""), credentials: credentials)
      let cell = CountingCell()
      targets.append(
        PlannedTarget(
          target: Target(provider: provider, upstreamModel: "m", type: .chat, health: cell), policy: policy,
          version: nil))
      targetCells.append(cell)
      keyCells.append(cells)
    }
    self.targets = targets
    self.targetCells = targetCells
    self.keyCells = keyCells
  }

  func plan(deadline: Instant? = nil, seed: UInt64 = 1) -> AttemptPlan {
    AttemptPlan(model: "fast", targets: targets, deadline: deadline, seed: seed)
  }

  /// Puts a target aside as earlier exchanges would have done.
  func setAside(_ target: Int, now: Instant) {
    for _ in 0..<5 { targetCells[target].contents.health.failed(.down, now: now) }
  }
}

extension UpstreamFailure {
  static let down = UpstreamFailure(.connect, reason: "connection refused")
  static let hung = UpstreamFailure(.timeout, timer: .firstToken, reason: "no first token within 60 s")
  static let broken = UpstreamFailure(.serverError, status: 503, reason: "503")
  static let overloaded = UpstreamFailure(.serverError, status: 503, retryAfter: .seconds(2), reason: "503")
  static let nonsense = UpstreamFailure(.serverError, reason: "malformed answer")
  static let redirect = UpstreamFailure(.serverError, status: 302, reason: "302")
  static let errorInside = UpstreamFailure(.serverError, status: 200, reason: "error inside a 200")
  static let limited = UpstreamFailure(.rateLimit, status: 429, reason: "429")
  static func limited(for seconds: Int) -> UpstreamFailure {
    UpstreamFailure(.rateLimit, status: 429, retryAfter: .seconds(seconds), reason: "429")
  }
  static let refused = UpstreamFailure(.auth, status: 401, reason: "401")
  static let missing = UpstreamFailure(.notFound, status: 404, reason: "404")
  static let callers = UpstreamFailure(.callerError, status: 400, reason: "400")
}

extension Instant {
  /// So many seconds after the start of the test.
  static func at(_ seconds: Double) -> Instant { Instant(nanoseconds: UInt64(1e12 + (seconds * 1e9).rounded())) }
}

extension AttemptPlan.Action {
  var target: Int? { if case .send(let target, _, _) = self { target } else { nil } }
  var credential: Int? { if case .send(_, let credential, _) = self { credential } else { nil } }
  var wait: Duration? { if case .wait(let duration) = self { duration } else { nil } }
  var error: GatewayError? { if case .giveUp(let error) = self { error } else { nil } }
}

extension AttemptPlan {
  /// With a budget that never ends.
  mutating func failed(_ failure: UpstreamFailure, at seconds: Double) -> Action {
    attemptFailed(failure, now: .at(seconds)) { true }
  }
}
