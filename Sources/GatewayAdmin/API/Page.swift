/// A part of a list: `{ "data": [...], "next": "cursor" or null, "total": 12 }`.
package struct Page<Row: Encodable>: Encodable {
  package var data: [Row]
  /// Where the next page begins; null: this is the last.
  @OrNull package var next: AdminCursor?
  /// Of all pages; absent where nobody counts.
  package var total: Int?

  package init(_ data: [Row], next: AdminCursor? = nil, total: Int? = nil) {
    self.data = data
    self.next = next
    self.total = total
  }

  /// The first `limit` of `rows`, of which the caller has asked for one more than fit.
  /// - Parameter place: where the page behind a row begins.
  package init(_ rows: [Row], limit: Int, after place: (Row) -> AdminCursor) {
    let data = Array(rows.prefix(limit))
    self.init(data, next: rows.count > limit ? data.last.map(place) : nil)
  }

  /// The page that a query asks for of a list that is ordered by what `place` gives.
  /// - Parameters:
  ///   - rows: all of them.
  ///   - limit: unless the query names one.
  package init(_ rows: [Row], _ query: AdminQuery, limit: Int, by place: (Row) -> String) throws(AdminProblem) {
    let last = try query.cursor()?.place
    let rest = rows.filter { row in last.map { place(row) > $0 } ?? true }
    self.init(rest, limit: query.limit(default: limit)) { AdminCursor(place: place($0)) }
    total = rows.count
  }
}

extension Page: Sendable where Row: Sendable {}
extension Page: Decodable where Row: Decodable {}

/// Where a page of a list begins: a text that means something to the list only. It is written in base64url.
package struct AdminCursor: Hashable, Sendable, Encodable {
  package let place: String

  package init(place: String) { self.place = place }

  package init(place: Int64) { self.init(place: String(place)) }

  /// Reads what a client has sent back; nil: no cursor of ours.
  init?(_ text: String) {
    guard text.utf8.count <= 1024, let bytes = Base64URLText.decode(text),
      let place = String(validating: bytes, as: UTF8.self)
    else { return nil }
    self.place = place
  }

  /// - Throws: 400 `invalid_request` where the place is no number.
  package func number() throws(AdminProblem) -> Int64 {
    guard let number = Int64(place) else { throw Self.unknown }
    return number
  }

  /// Nobody has handed it out.
  static var unknown: AdminProblem {
    .invalidParameter("cursor", "'cursor' is what 'next' of the page before has said")
  }

  /// As it is written.
  var text: String { Base64URLText.encode(Array(place.utf8)) }

  package func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(text)
  }
}

/// A member that is there also when it is null.
@propertyWrapper
package struct OrNull<Value: Encodable>: Encodable {
  package var wrappedValue: Value?

  package init(wrappedValue: Value?) { self.wrappedValue = wrappedValue }

  package func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    if let wrappedValue { try container.encode(wrappedValue) } else { try container.encodeNil() }
  }
}

extension OrNull: Sendable where Value: Sendable {}
extension OrNull: Equatable where Value: Equatable {}
extension OrNull: Hashable where Value: Hashable {}
