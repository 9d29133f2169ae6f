import GatewayCore

/// Whose usage is summed up together. Absent members are empty.
struct UsageSubject: Hashable {
  static let columns = LedgerColumn.subject.map { SQLColumn($0.name, .text) }

  /// In the order of `columns`.
  let names: [String]

  init(_ rows: SQLRows, _ row: Int) { names = LedgerColumn.subject.map { rows.text($0, of: row) ?? "" } }

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

  mutating func add(_ rows: SQLRows, _ row: Int) {
    func number(_ column: LedgerColumn) -> Int64 { rows.integer(column, of: row) ?? 0 }
    numbers[0] &+= 1
    if !Self.isGood(rows, row) { numbers[1] &+= 1 }
    var tokens: Int64 = 0
    for (index, column) in LedgerColumn.buckets.enumerated() {
      let count = number(column)
      numbers[Self.firstBucket + index] &+= count
      tokens |= count
    }
    if tokens > 0, rows.integer(.costBillionths, of: row) == nil { numbers[2] &+= 1 }
    numbers[Self.behindBuckets] &+= number(.costBillionths)
    numbers[Self.behindBuckets + 1] &+= number(.durationUs)
    if let firstToken = rows.integer(.firstTokenUs, of: row) {
      numbers[Self.behindBuckets + 2] &+= firstToken
      numbers[Self.behindBuckets + 3] &+= 1
    }
    if rows.place(.cache, of: row).map({ rows.bytes[$0].elementsEqual(Self.hit) }) == true {
      numbers[Self.behindBuckets + 4] &+= 1
    }
  }

  private static let hit = Array(CacheResult.hit.rawValue.utf8)
  private static let success = Array(ExchangeRecord.Outcome.success.rawValue.utf8)
  private static let clientGone = Array(ExchangeRecord.Outcome.clientGone.rawValue.utf8)

  /// A success, or the client's own going.
  private static func isGood(_ rows: SQLRows, _ row: Int) -> Bool {
    guard let outcome = rows.place(.outcome, of: row).map({ rows.bytes[$0] }) else { return false }
    return outcome.elementsEqual(success) || outcome.elementsEqual(clientGone)
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
    /// Its place in `subjects`, or its number in the database.
    var subject: Int
  }

  private struct Group: Hashable {
    var hour: Int64
    var day: Int64
    var subject: Int
  }

  private let zone: ZoneOffsets
  private(set) var subjects: [UsageSubject] = []
  /// By the texts of a subject behind each other, with their lengths: every row asks, and few are of a new one.
  private var places: [[UInt8]: Int] = [:]
  private var recent: (texts: [UInt8], place: Int) = ([], -1)
  // By both, so that a row is added once.
  private var groups: [Group: UsageSum] = [:]

  var hours: [Key: UsageSum] { sums { $0.hour } }
  var days: [Key: UsageSum] { sums { $0.day } }

  init(zone: ZoneOffsets) { self.zone = zone }

  mutating func add(_ rows: SQLRows, _ row: Int) {
    let moment = (rows.integer(.endedAt, of: row) ?? 0).dividedDown(by: 1000)
    let group = Group(
      hour: moment.dividedDown(by: 3600), day: (moment + zone.offset(at: moment)).dividedDown(by: 86_400),
      subject: place(ofSubject: rows, row))
    groups[group, default: UsageSum()].add(rows, row)
  }

  private mutating func place(ofSubject rows: SQLRows, _ row: Int) -> Int {
    var texts: [UInt8] = []
    texts.reserveCapacity(256)
    for column in LedgerColumn.subject {
      let place = rows.place(column, of: row) ?? 0..<0
      texts.append(UInt8(truncatingIfNeeded: place.count))
      texts.append(UInt8(truncatingIfNeeded: place.count >> 8))
      texts.append(contentsOf: rows.bytes[place])
    }
    if texts == recent.texts { return recent.place }
    let place = places[texts] ?? subjects.count
    recent = (texts, place)
    if place == subjects.count {
      places[texts] = place
      subjects.append(UsageSubject(rows, row))
    }
    return place
  }

  private func sums(_ span: (Group) -> Int64) -> [Key: UsageSum] {
    var sums: [Key: UsageSum] = [:]
    for (group, sum) in groups {
      sums[Key(span: span(group), subject: group.subject), default: UsageSum()].add(sum)
    }
    return sums
  }
}
