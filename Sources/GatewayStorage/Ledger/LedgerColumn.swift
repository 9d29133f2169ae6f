/// The columns of the table `exchange`, and what a row of the journal has beside them.
enum LedgerColumn: Int, CaseIterable {
  case id
  case startedAt, endedAt, durationUs, firstTokenUs
  case outcome, status, surface, stream
  case consumer, team, organisation, gatewayKey, model, route, version, target, provider, attempts
  case inputUncached, inputCached, cacheWrite, inputAudio, output, reasoning, outputAudio, estimated, costBillionths
  case currency, price, bytesIn, bytesOut, errorCode, clientRequestId, revision
  case cache, savedBillionths, trace
  /// In no database.
  case address

  static let width = allCases.count

  /// Those of the table.
  static let stored: [SQLColumn] = allCases.filter { $0 != .address }.map { SQLColumn($0.name, $0.type) }

  /// In the order of `LedgerRow.buckets`.
  static let buckets = [inputUncached, inputCached, cacheWrite, inputAudio, output, reasoning, outputAudio]

  /// Whose usage is summed up together.
  static let subject = [consumer, team, organisation, gatewayKey, route, provider, target, version, currency]

  /// By which a row that comes again is known. Its id alone would do, and does where an index costs the gateway nothing; but ids
  /// are scattered: in SQLite each of them would change a page of its own. Together with the end, which no repetition changes, they
  /// are added where the last ones were.
  static func key(_ dialect: SQLDialect) -> [String] {
    switch dialect {
    case .sqlite: [endedAt.name, id.name]
    case .postgres: [id.name]
    }
  }

  /// `durationUs` is `duration_us`.
  var name: String {
    String("\(self)".flatMap { $0.isUppercase ? "_" + $0.lowercased() : String($0) })
  }

  private var type: SQLType {
    switch self {
    case .id: .bytes
    case .outcome, .surface, .consumer, .team, .organisation, .gatewayKey, .model, .route, .version, .target, .provider,
      .attempts, .currency, .price, .errorCode, .clientRequestId, .cache, .trace, .address:
      .text
    default: .integer
    }
  }
}

/// Rows of the journal, with a value for each `LedgerColumn`.
extension SQLRows {
  static var ofLedger: SQLRows { SQLRows(width: LedgerColumn.width) }

  mutating func set(_ column: LedgerColumn, _ number: Int64) { set(column.rawValue, number) }
  mutating func set(_ column: LedgerColumn, text: UnsafeRawBufferPointer) { set(column.rawValue, text: text) }
  func integer(_ column: LedgerColumn, of row: Int) -> Int64? { integer(column.rawValue, of: row) }
  func place(_ column: LedgerColumn, of row: Int) -> Range<Int>? { place(column.rawValue, of: row) }
  func text(_ column: LedgerColumn, of row: Int) -> String? { text(column.rawValue, of: row) }
}
