import GatewayCore

/// Whose usage is summed up together. Absent members are empty.
struct UsageSubject: Hashable {
  static let columns = SQLColumn.texts([
    "consumer", "team", "organisation", "gateway_key", "route", "provider", "target", "version", "currency",
  ])

  let names: [String]

  init(_ row: LedgerRow) {
    names = [
      row.consumer, row.team, row.organisation, row.key, row.route, row.provider, row.target, row.version, row.currency,
    ].map { $0 ?? "" }
  }

  var values: [SQLValue] { names.map { .text($0) } }
}

/// Whole numbers that add up.
struct UsageSum {
  static let columns =
    ["requests", "errors", "unpriced"] + LedgerRow.buckets + [
      "cost_billionths", "duration_us", "first_token_us", "first_tokens",
    ]

  private var numbers = [Int64](repeating: 0, count: columns.count)

  mutating func add(_ row: LedgerRow) {
    var place = 0
    func add(_ number: Int64) {
      numbers[place] &+= number
      place += 1
    }
    add(1)
    add(row.isError ? 1 : 0)
    add(row.isUnpriced ? 1 : 0)
    for index in LedgerRow.buckets.indices { add(row.tokens?[index] ?? 0) }
    add(row.costBillionths ?? 0)
    add(row.durationMicroseconds)
    add(row.firstTokenMicroseconds ?? 0)
    add(row.firstTokenMicroseconds == nil ? 0 : 1)
  }

  var values: [SQLValue] { numbers.map { .integer($0) } }
}

/// What a batch adds to the hours and days.
struct UsageSums {
  struct Key: Hashable {
    /// Hours or days since 1970; days of local time.
    var span: Int64
    var subject: UsageSubject
  }

  private let zone: ZoneOffsets
  private(set) var hours: [Key: UsageSum] = [:]
  private(set) var days: [Key: UsageSum] = [:]

  var subjects: Set<UsageSubject> { Set(days.keys.map(\.subject)) }

  init(zone: ZoneOffsets) { self.zone = zone }

  mutating func add(_ row: LedgerRow) {
    let subject = UsageSubject(row)
    let moment = row.endedAt.dividedDown(by: 1000)
    hours[Key(span: moment.dividedDown(by: 3600), subject: subject), default: UsageSum()].add(row)
    let day = (moment + zone.offset(at: moment)).dividedDown(by: 86_400)
    days[Key(span: day, subject: subject), default: UsageSum()].add(row)
  }
}
