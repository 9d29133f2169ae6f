import GatewayCore

/// Whose usage is summed up together. Absent members are empty.
struct UsageSubject: Hashable {
  static let columns = SQLColumn.texts([
    "consumer", "team", "organisation", "gateway_key", "route", "provider", "target", "version", "currency",
  ])

  // Members and no list: every row asks for its subject.
  private let consumer: String
  private let team: String
  private let organisation: String
  private let key: String
  private let route: String
  private let provider: String
  private let target: String
  private let version: String
  private let currency: String

  init(_ row: LedgerRow) {
    consumer = row.consumer ?? ""
    team = row.team ?? ""
    organisation = row.organisation ?? ""
    key = row.key ?? ""
    route = row.route ?? ""
    provider = row.provider ?? ""
    target = row.target ?? ""
    version = row.version ?? ""
    currency = row.currency ?? ""
  }

  /// In the order of `columns`.
  var names: [String] { [consumer, team, organisation, key, route, provider, target, version, currency] }

  var values: [SQLValue] { names.map { .text($0) } }
}

/// Whole numbers that add up.
struct UsageSum {
  static let columns =
    ["requests", "errors", "unpriced"] + LedgerRow.buckets + [
      "cost_billionths", "duration_us", "first_token_us", "first_tokens", "hits",
    ]
  private static let firstBucket = 3
  private static let behindBuckets = firstBucket + LedgerRow.buckets.count

  private var numbers = [Int64](repeating: 0, count: columns.count)

  mutating func add(_ row: LedgerRow) {
    numbers[0] &+= 1
    if row.isError { numbers[1] &+= 1 }
    if row.isUnpriced { numbers[2] &+= 1 }
    if let tokens = row.tokens {
      for index in tokens.indices { numbers[Self.firstBucket + index] &+= tokens[index] }
    }
    numbers[Self.behindBuckets] &+= row.costBillionths ?? 0
    numbers[Self.behindBuckets + 1] &+= row.durationMicroseconds
    if let firstToken = row.firstTokenMicroseconds {
      numbers[Self.behindBuckets + 2] &+= firstToken
      numbers[Self.behindBuckets + 3] &+= 1
    }
    if row.cache == CacheResult.hit.rawValue { numbers[Self.behindBuckets + 4] &+= 1 }
  }

  mutating func add(_ other: UsageSum) {
    for index in numbers.indices { numbers[index] &+= other.numbers[index] }
  }

  var values: [SQLValue] { numbers.map { .integer($0) } }
}

/// What a batch adds to the hours and days.
struct UsageSums {
  struct Key: Hashable {
    /// Hours or days since 1970; days of local time.
    var span: Int64
    /// Its place in `subjects`.
    var subject: Int
  }

  private struct Group: Hashable {
    var hour: Int64
    var day: Int64
    var subject: Int
  }

  private let zone: ZoneOffsets
  private(set) var subjects: [UsageSubject] = []
  private var places: [UsageSubject: Int] = [:]
  // By both, so that a row is added once.
  private var groups: [Group: UsageSum] = [:]

  var hours: [Key: UsageSum] { sums { $0.hour } }
  var days: [Key: UsageSum] { sums { $0.day } }

  init(zone: ZoneOffsets) { self.zone = zone }

  mutating func add(_ row: LedgerRow) {
    let moment = row.endedAt.dividedDown(by: 1000)
    let group = Group(
      hour: moment.dividedDown(by: 3600), day: (moment + zone.offset(at: moment)).dividedDown(by: 86_400),
      subject: place(of: UsageSubject(row)))
    groups[group, default: UsageSum()].add(row)
  }

  private mutating func place(of subject: UsageSubject) -> Int {
    if let place = places[subject] { return place }
    places[subject] = subjects.count
    subjects.append(subject)
    return subjects.count - 1
  }

  private func sums(_ span: (Group) -> Int64) -> [Key: UsageSum] {
    var sums: [Key: UsageSum] = [:]
    for (group, sum) in groups {
      sums[Key(span: span(group), subject: group.subject), default: UsageSum()].add(sum)
    }
    return sums
  }
}
