extension LedgerReader {
  // Short reads, so that the gateway's checkpoints are not held up for the whole export.
  private static let page = 2000

  /// A column of an export.
  private struct Column {
    /// How its value is written.
    enum Form { case text, number, flag, json, id, moment, money, milliseconds }

    let name: String
    let source: String
    let form: Form

    init(_ name: String, _ form: Form = .text, of source: String? = nil) {
      self.name = name
      self.form = form
      self.source = source ?? name
    }
  }

  private static let columns: [Column] =
    [
      Column("id", .id), Column("started_at", .moment), Column("ended_at", .moment), Column("outcome"),
      Column("status", .number), Column("surface"), Column("stream", .flag), Column("consumer"), Column("team"),
      Column("organisation"),
      Column("key", of: "gateway_key"), Column("model"), Column("route"), Column("version"), Column("target"),
      Column("provider"),
    ] + LedgerRow.buckets.map { Column($0, .number) } + [
      Column("estimated", .flag), Column("cost", .money, of: "cost_billionths"), Column("currency"), Column("price"),
      Column("duration_ms", .milliseconds, of: "duration_us"), Column("ttft_ms", .milliseconds, of: "first_token_us"),
      Column("bytes_in", .number), Column("bytes_out", .number), Column("error_code"), Column("client_request_id"),
      Column("revision", .number), Column("attempts", .json), Column("cache"),
      Column("saved", .money, of: "saved_billionths"), Column("trace_id", of: "trace"),
    ]

  /// The columns of an export, in order; times are RFC 3339 in UTC, durations milliseconds.
  package static let exportColumns = columns.map(\.name)

  /// Hands out the exchanges that ended in a stretch of time, in order, a page at a time: as fields, in the order of
  /// `exportColumns`; nil where there is none.
  ///
  /// - Parameter milliseconds: since 1970.
  package func exportFields(
    ended milliseconds: Range<Int64>, _ body: ([String?]) throws -> Void
  ) throws {
    try pages(ended: milliseconds, { row in Self.columns.indices.map { Self.text(row, $0) } }, body)
  }

  /// The same as JSON objects, without the members that are absent.
  package func exportObjects(ended milliseconds: Range<Int64>, _ body: (String) throws -> Void) throws {
    try pages(ended: milliseconds, Self.object, body)
  }

  private static func object(_ row: any SQLRow) -> String {
    var object = "{"
    for (place, column) in columns.enumerated() {
      guard let value = text(row, place) else { continue }
      if object.utf8.count > 1 { object += "," }
      object += "\"\(column.name)\":"
      switch column.form {
      case .number, .json, .milliseconds: object += value
      case .flag: object += value == "1" ? "true" : "false"
      case .text, .id, .moment, .money: object += JSONQuote.quoted(value)
      }
    }
    return object + "}"
  }

  private static func text(_ row: any SQLRow, _ place: Int) -> String? {
    switch columns[place].form {
    case .text, .json: row.text(place)
    case .number, .flag: row.integer(place).map { "\($0)" }
    case .id: row.bytes(place).map(hexadecimal)
    case .moment: row.integer(place).map(ExportText.moment)
    case .money: row.integer(place).map { ExportText.money(billionths: $0) }
    case .milliseconds: row.integer(place).map { ExportText.milliseconds(microseconds: $0) }
    }
  }

  private static func hexadecimal(_ bytes: [UInt8]) -> String {
    let digits = Array("0123456789abcdef".utf8)
    return String(decoding: bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
  }

  private func pages<Value>(
    ended range: Range<Int64>, _ read: (any SQLRow) -> Value, _ body: (Value) throws -> Void
  ) throws {
    let names = Self.columns.map(\.source)
    let sql = """
      SELECT \((names + ["ended_at", "number"]).joined(separator: ", ")) FROM exchange
      WHERE (ended_at, number) > (?, ?) AND ended_at < ? ORDER BY ended_at, number LIMIT \(Self.page)
      """
    var (moment, number) = (range.lowerBound, Int64.min)
    while true {
      let values = try self.read { session in
        try session.all(sql, [.integer(moment), .integer(number), .integer(range.upperBound)]) { row in
          moment = row.integer(names.count) ?? moment
          number = row.integer(names.count + 1) ?? number
          return read(row)
        }
      }
      for value in values { try body(value) }
      guard values.count == Self.page else { return }
    }
  }
}
