import GatewayCore
package import GatewayStorage

/// Reads the usual faults out of exchanges: 502, 504, 402, 403, 429, slow answers, answers that run into a limit of tokens, callers
/// who give up.
package struct TrafficDiagnosis {
  // Of one kind: the rest is like them.
  private static let most = 5
  private static let fewestFailures = 3
  /// A twentieth of the tries.
  private static let share = 20
  // First tokens later than 5 s, whole answers later than 60 s, the gateway itself later than 0.2 s.
  private static let slowFirstToken: Int64 = 5_000_000
  private static let slowAnswer: Int64 = 60_000_000
  private static let slowGateway: Int64 = 200
  private static let fewestForTimes = 20
  private static let fewestCut = 3
  private static let longOutput: Int64 = 256

  private let exchanges: [StoredExchange]
  private(set) var findings: [DoctorFinding] = []

  /// - Parameter exchanges: of the span that is looked at.
  package static func findings(of exchanges: [StoredExchange]) -> [DoctorFinding] {
    var diagnosis = TrafficDiagnosis(exchanges: exchanges)
    diagnosis.lookAtTargets()
    diagnosis.lookAtRefusals()
    diagnosis.lookAtTimes()
    diagnosis.lookAtLengths()
    diagnosis.lookAtCallers()
    return diagnosis.findings
  }

  private init(exchanges: [StoredExchange]) { self.exchanges = exchanges }

  private mutating func add(_ severity: DoctorFinding.Severity, _ message: String, _ advice: String) {
    findings.append(DoctorFinding(severity, "traffic", message, advice: advice))
  }

  private mutating func lookAtTargets() {
    var tries: [String: Int] = [:]
    var failures: [String: [String: Int]] = [:]
    for attempt in exchanges.lazy.flatMap(\.attempts) {
      tries[attempt.target, default: 0] += 1
      if let failure = attempt.failure, failure != UpstreamFailure.Class.callerError.rawValue {
        failures[attempt.target, default: [:]][failure, default: 0] += 1
      }
    }
    let failing = failures.compactMap { target, kinds in
      let failed = kinds.values.reduce(0, +)
      let all = tries[target] ?? failed
      let isMuch = failed >= Self.fewestFailures && failed * Self.share >= all
      return isMuch ? (target: target, failed: failed, all: all, kinds: kinds) : nil
    }
    for (target, failed, all, kinds) in failing.sorted(by: { ($1.failed, $0.target) < ($0.failed, $1.target) })
      .prefix(Self.most)
    {
      let most = kinds.max { ($0.value, $1.key) < ($1.value, $0.key) }?.key ?? ""
      let words = kinds.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.map { "\($0.value) \($0.key)" }
      add(
        failed * 2 >= all ? .error : .warning,
        "'\(target)' failed \(failed) of \(all) tries: \(words.joined(separator: ", "))", Self.advice(failure: most))
    }
    let unanswered = exchanges.filter { $0.ending == .failed && $0.status >= 500 }
    guard unanswered.count >= Self.fewestFailures else { return }
    let statuses = Self.counted(unanswered.map { "\($0.status) \($0.errorCode ?? "")" })
    add(
      .error, "\(unanswered.count) calls were answered by no target: \(statuses)",
      "the targets above tell why; give their models another target to fall back to")
  }

  /// - Parameter failure: `UpstreamFailure.Class`.
  private static func advice(failure: String) -> String {
    switch UpstreamFailure.Class(rawValue: failure) {
    case .connect: "the provider is not reached: DNS, firewall, proxy, TLS (see 'providers' above)"
    case .timeout:
      "it answers too late: compare its times with `timeouts` of the provider; a slow one belongs behind a faster"
    case .rateLimit: "raise the quota at the provider, add keys of other accounts, or limit the callers that use it up"
    case .serverError: "trouble at the provider: its status page; another target to fall back to"
    case .notFound: "the provider has no such model or path: check the target's name and the provider's URL"
    case .auth: "the provider refuses the key, or its account has no funds: a new key where `keys` takes it from"
    default: "`sluice exchanges export` has each of these calls with its attempts"
    }
  }

  private mutating func lookAtRefusals() {
    let refused = exchanges.filter { $0.ending == .refused || $0.ending == .limited }
    let byStatus = Dictionary(grouping: refused, by: \.status)
    for (status, calls) in byStatus.sorted(by: { $0.key < $1.key }) where [402, 403, 404, 429, 503].contains(status) {
      let codes = Self.counted(calls.map { $0.errorCode ?? "" })
      let callers = Self.counted(calls.compactMap(\.consumer))
      let who = callers.isEmpty ? "" : " (\(callers))"
      add(
        .warning, "\(calls.count) call\(calls.count == 1 ? " was" : "s were") refused with \(status): \(codes)\(who)",
        Self.advice(status: status))
    }
  }

  private static func advice(status: Int64) -> String {
    switch status {
    case 402: "a budget is used up: `sluice usage --by consumer --by model` says by what"
    case 403: "what the key may not do: `sluice explain --key KEY --model MODEL` says which rule refuses it"
    case 404: "no such model: `sluice explain --key KEY --model MODEL`, and GET /v1/models for what there is"
    case 429: "a limit of this gateway: the code says which; loosen it, or let the caller heed `retry-after`"
    default: "the gateway itself was full or ending: `server.limits` and the program log"
    }
  }

  private mutating func lookAtTimes() {
    let answered = exchanges.filter { $0.ending == .completed && $0.target != nil }
    for (target, calls) in Dictionary(grouping: answered, by: { $0.target ?? "" }).sorted(by: { $0.key < $1.key })
    where calls.count >= Self.fewestForTimes {
      let first = Self.nineteenOfTwenty(calls.compactMap(\.firstTokenMicroseconds))
      let whole = Self.nineteenOfTwenty(calls.map(\.durationMicroseconds))
      if let first, first >= Self.slowFirstToken {
        add(
          .warning, "'\(target)' is slow: one answer in twenty begins after \(first / 1000) ms or more",
          "compare targets in the console (Providers); put a faster one before it, or lower `timeouts.firstToken`")
      } else if let whole, whole >= Self.slowAnswer {
        add(
          .warning, "'\(target)' is slow: one answer in twenty takes \(whole / 1_000_000) s or more",
          "long answers, or few tokens a second? Bound `max_tokens` with `parameters.clamp`; let callers stream")
      }
    }
    let waits = answered.compactMap { $0.attempts.first?.at }
    if waits.count >= Self.fewestForTimes, let late = Self.nineteenOfTwenty(waits), late >= Self.slowGateway {
      add(
        .warning, "one call in twenty waits \(late) ms in the gateway before it goes out",
        "too little CPU (limits of the container, neighbours), or a slow Redis or token issuer: `sluice_loop_lag_seconds`"
      )
    }
    let detours = answered.filter { $0.attempts.dropLast().contains { $0.failure == "timeout" } }
    if detours.count >= Self.fewestFailures, detours.count * Self.share >= answered.count {
      let blamed = Self.counted(
        detours.flatMap { $0.attempts.dropLast().filter { $0.failure == "timeout" }.map(\.target) })
      add(
        .warning, "\(detours.count) calls waited for a time-out before another target answered: \(blamed)",
        "lower that provider's `timeouts`, or move its targets behind the others until it is well")
    }
  }

  /// A model that repeats itself goes on until it is cut, so many answers have the very same, largest number of tokens.
  private mutating func lookAtLengths() {
    let answered = exchanges.filter { $0.ending == .completed && !$0.isEstimated }
    for (model, calls) in Dictionary(grouping: answered, by: { $0.route ?? "" }).sorted(by: { $0.key < $1.key }) {
      let lengths = calls.compactMap { $0.tokens.map { TokenCounts($0) } }.map { $0.output + $0.reasoning }
      guard let longest = lengths.max(), longest >= Self.longOutput else { continue }
      let cut = lengths.count { $0 == longest }
      guard cut >= Self.fewestCut, cut * Self.share >= lengths.count else { continue }
      add(
        .note,
        "\(cut) of \(lengths.count) answers of '\(model)' have exactly \(longest) output tokens: they were cut there",
        "a higher `max_tokens` if they were good; if they repeat themselves, `parameters.default` with a frequency penalty "
          + "or another temperature")
    }
  }

  private mutating func lookAtCallers() {
    let gone = exchanges.filter { $0.ending == .aborted }
    guard gone.count >= Self.fewestFailures, gone.count * Self.share >= exchanges.count else { return }
    let times = gone.map(\.durationMicroseconds).sorted()
    add(
      .warning,
      "\(gone.count) callers went away before the answer was complete, half of them within \(times[times.count / 2] / 1000) ms",
      "their own time-out, or that of a proxy before this gateway, is shorter than the answers: raise it, or stream")
  }

  /// `12 a, 3 b`, the most first.
  private static func counted(_ names: [String]) -> String {
    let counts = Dictionary(names.map { ($0, 1) }, uniquingKeysWith: +)
    let first = counts.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.prefix(most)
    return first.map { "\($0.value) \($0.key)" }.joined(separator: ", ") + (counts.count > most ? " …" : "")
  }

  /// What one in twenty reaches; nil: there are none.
  private static func nineteenOfTwenty(_ values: [Int64]) -> Int64? {
    guard !values.isEmpty else { return nil }
    return values.sorted()[(values.count - 1) * 19 / 20]
  }
}
