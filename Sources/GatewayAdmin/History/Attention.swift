import GatewayConfiguration
import GatewayCore
import GatewayPolicies
import GatewayTelemetry

/// Something that somebody had better look at.
struct Attention: Codable, Hashable {
  enum Severity: String, Codable, CaseIterable, SchemaDescribed { case error, warning }

  enum Value: Encodable, Hashable, ExpressibleByStringLiteral, SchemaDescribedAnswer {
    case text(String)
    case number(Int64)

    init(stringLiteral value: String) { self = .text(value) }

    static func schema(in book: SchemaBook, _ direction: SchemaBook.Direction) throws -> JSONValue {
      .object([("type", .strings(["string", "integer"]))])
    }
    static var sample: Value { .number(0) }

    func encode(to encoder: any Encoder) throws {
      var container = encoder.singleValueContainer()
      switch self {
      case .text(let text): try container.encode(text)
      case .number(let number): try container.encode(number)
      }
    }
  }

  let severity: Severity
  /// Stable; the sentence is the console's.
  let code: String
  let values: [String: Value]
  /// A page of the console.
  let link: String
}

/// Finds what needs attention.
struct AttentionList {
  // Of one kind: who has more has another problem.
  private static let most = 10
  private static let fewestFailures: Int64 = 5
  // Counters that are looked at.
  private static let mostCounters = 500
  private static let fewestRefusals: Int64 = 10
  private static let daysOfCertificate: Int64 = 14
  private static let slowLedger = 30.0

  private(set) var items: [Attention] = []

  private mutating func add(
    _ severity: Attention.Severity, _ code: String, _ values: [String: Attention.Value], link: String
  ) { items.append(Attention(severity: severity, code: code, values: values, link: link)) }

  /// - Parameter tries: by target.
  mutating func addProviders(_ tries: [String: TargetTries]) {
    var providers: [String: TargetTries] = [:]
    for (target, tries) in tries {
      providers[String(target.prefix { $0 != "/" }), default: TargetTries()].add(tries)
    }
    let failing = providers.filter {
      $0.value.failures >= Self.fewestFailures && $0.value.failures * 10 >= $0.value.tries
    }
    for (name, tries) in failing.sorted(by: { ($1.value.failures, $0.key) < ($0.value.failures, $1.key) }).prefix(
      Self.most)
    {
      add(
        tries.failures * 2 >= tries.tries ? .error : .warning, "provider_failing",
        ["provider": .text(name), "errors": .number(tries.failures), "tries": .number(tries.tries)],
        link: "#/exchanges?provider=\(Self.encoded(name))&outcome=error")
    }
  }

  /// Answers that come from backups.
  /// - Parameters:
  ///   - failovers: by model.
  ///   - requests: of the same time.
  mutating func addFailovers(_ failovers: [String: Int64], requests: Int64) {
    let count = failovers.values.reduce(0, +)
    guard count >= Self.fewestFailures, count * 20 >= requests, requests > 0,
      let (model, most) = failovers.min(by: { ($1.value, $0.key) < ($0.value, $1.key) })
    else { return }
    add(
      .warning, "failovers",
      [
        "count": .number(count), "percent": .number(count * 100 / requests), "model": .text(model),
        "most": .number(most),
      ], link: "#/exchanges?model=\(Self.encoded(model))")
  }

  mutating func addHealth(_ states: [HealthState]) {
    for state in states.filter(\.isSetAside).prefix(Self.most) {
      add(
        .warning, state.kind == .key ? "key_set_aside" : "target_set_aside",
        ["target": .text(state.name), "provider": .text(state.provider)],
        link: "#/providers?name=\(Self.encoded(state.provider))")
    }
  }

  mutating func addLedger(_ ledger: Telemetry.LedgerState?) {
    guard let ledger else { return }
    if ledger.lost > 0 { add(.error, "ledger_lost", ["exchanges": .number(Int64(ledger.lost))], link: "#/nodes") }
    if ledger.lagSeconds > Self.slowLedger {
      add(.warning, "ledger_behind", ["seconds": .number(Int64(ledger.lagSeconds))], link: "#/nodes")
    }
  }

  /// - Parameter models: what the calls of each have used.
  mutating func addUnpriced(_ models: [String: UsageTotals]) {
    let unpriced = models.filter { $0.value.unpriced > 0 && !$0.key.isEmpty }
    for (name, totals) in unpriced.sorted(by: { ($1.value.unpriced, $0.key) < ($0.value.unpriced, $1.key) })
      .prefix(Self.most)
    {
      add(
        .warning, "unpriced", ["model": .text(name), "count": .number(totals.unpriced)],
        link: "#/models?name=\(Self.encoded(name))")
    }
  }

  /// Whom limits refuse a good part of the calls.
  mutating func addLimited(_ consumers: [(name: String, refusals: Int64, requests: Int64)]) {
    for consumer in consumers where !consumer.name.isEmpty {
      guard consumer.refusals >= Self.fewestRefusals, consumer.refusals * 5 >= consumer.requests else { continue }
      add(
        .warning, "limit_refusing", ["consumer": .text(consumer.name), "refusals": .number(consumer.refusals)],
        link: "#/exchanges?consumer=\(Self.encoded(consumer.name))&outcome=limited")
    }
  }

  /// - Parameter end: in seconds since 1970; nil: there is none.
  mutating func addCertificate(endsAt end: Int?, now: WallTime) {
    guard let end else { return }
    let days = (Int64(end) - now.seconds).dividedDown(by: 86_400)
    guard days < Self.daysOfCertificate else { return }
    add(days < 1 ? .error : .warning, "certificate_ends", ["days": .number(max(0, days))], link: "#/nodes")
  }

  /// The first of each severity with their number.
  mutating func addFindings(_ findings: [AdminFinding]) {
    for (severity, code) in [
      (AdminFinding.Severity.error, "configuration_problem"), (.warning, "configuration_warning"),
    ] {
      let found = findings.filter { $0.severity == severity }
      guard let first = found.first else { continue }
      add(
        severity == .error ? .error : .warning, code,
        ["count": .number(Int64(found.count)), "message": .text(first.message)], link: "#/configuration")
    }
  }

  /// Keys that work no more within days.
  mutating func addExpiring(_ keys: [IssuedKey], now: WallTime) {
    for key in keys {
      guard let end = key.settings?.expiresAt else { continue }
      // The last day counts as one.
      let days = (end.seconds - now.seconds + 86_399).dividedDown(by: 86_400)
      add(
        .warning, "key_expiring",
        ["key": .text(key.label), "consumer": .text(key.consumer), "days": .number(max(1, days))],
        link: "#/keys/\(key.id)")
    }
  }

  /// Budgets and quotas that are near their ends.
  mutating func addBudgets(_ demands: [Demand], _ standings: [LimitStanding?]) {
    var found: [(percent: Int64, demand: Demand)] = []
    for (demand, standing) in zip(demands, standings) {
      guard let standing, demand.limit.amount > 0 else { continue }
      let percent = Int64(clamping: Int128(standing.used) * 100 / Int128(demand.limit.amount))
      if percent >= Int64(demand.limit.warnAt.first ?? 80) { found.append((percent, demand)) }
    }
    for (percent, demand) in found.sorted(by: { $0.percent > $1.percent }).prefix(Self.most) {
      add(
        percent >= 100 ? .error : .warning, percent >= 100 ? "budget_used" : "budget_near",
        [
          "consumer": .text(demand.subject.isEmpty ? demand.limit.owner : demand.subject),
          "limit": .text(demand.limit.words), "percent": .number(percent),
        ], link: "#/limits")
    }
  }

  /// The limits whose end is worth a word.
  static func budgets(in snapshot: GatewaySnapshot, team: String?) -> [Demand] {
    LimitInventory.demands(in: snapshot, team: team, most: mostCounters) { $0.isBudget || $0.quota != nil }
  }

  /// For a query (RFC 3986 §2.3).
  static func encoded(_ text: String) -> String {
    var encoded = ""
    for byte in text.utf8 {
      let isPlain = byte | 0x20 &- 0x61 < 26 || byte &- 0x30 < 10 || "-._~".utf8.contains(byte)
      let digits = String(byte, radix: 16, uppercase: true)
      encoded += isPlain ? String(UnicodeScalar(byte)) : "%" + (digits.utf8.count == 1 ? "0" : "") + digits
    }
    return encoded
  }
}
