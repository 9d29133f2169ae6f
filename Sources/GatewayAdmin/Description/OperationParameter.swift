import GatewayConfiguration

/// A parameter behind the `?` of a path.
package struct QueryParameter: Sendable {
  package enum Kind: Sendable {
    case text
    case integer(ClosedRange<Int>)
    case flag
    /// A day or a moment.
    case moment
    case choice([String])
    /// Some of these between commas.
    case choices([String])
    /// - Parameter words: what is said of a text that does not fit: `is a number like 503`.
    case form(pattern: String, words: String, fits: @Sendable (String) -> Bool)
  }

  package let name: String
  package let kind: Kind
  /// A sentence.
  package let summary: String

  package init(_ name: String, _ kind: Kind, _ summary: String) {
    self.name = name
    self.kind = kind
    self.summary = summary
  }

  /// Of any text.
  package init(_ name: String, _ summary: String) { self.init(name, .text, summary) }

  /// How many rows a page has.
  package static func limit(_ standard: Int = 100) -> QueryParameter {
    QueryParameter("limit", .integer(1...1000), "How many rows a page has; \(standard) unless named.")
  }

  package static let cursor = QueryParameter("cursor", "`next` of the page before.")
  package static let dryRun = QueryParameter("dryRun", .flag, "Says what would change, and changes nothing.")
  package static let note = QueryParameter("note", "Why, for the history; 1,000 bytes at most.")
  package static let from = QueryParameter("from", .moment, "The first day, or the moment at which it begins.")
  package static let to = QueryParameter("to", .moment, "The last day, or the moment before which it ends.")

  /// For searches in names.
  package static func search(_ what: String) -> QueryParameter { QueryParameter("q", what) }

  /// - Throws: 400 `invalid_request`.
  func check(_ value: String) throws(AdminProblem) {
    switch kind {
    case .text: return
    case .integer(let range):
      guard let number = Int(value), range.contains(number), value.first != "+" else {
        throw refusal("is a whole number from \(range.lowerBound) to \(range.upperBound)")
      }
    case .flag: guard value == "true" || value == "false" else { throw refusal("is true or false") }
    case .moment:
      guard Self.isMoment(value), KeyRuleTexts.moment(value) != nil else {
        throw refusal("is a day like 2026-11-21 or a moment like 2026-11-21T09:30:00Z")
      }
    case .choice(let names):
      guard names.contains(value) else { throw refusal("is one of \(names.joined(separator: ", "))") }
    case .choices(let names):
      let parts = value.split(separator: ",", omittingEmptySubsequences: false)
      if let other = parts.first(where: { !names.contains(String($0)) }) {
        throw refusal("names some of \(names.joined(separator: ", ")), between commas, not '\(other)'")
      }
    case .form(_, let words, let fits): guard fits(value) else { throw refusal(words) }
    }
  }

  private func refusal(_ words: String) -> AdminProblem { .invalidParameter(name, "'\(name)' \(words)") }

  /// Whether the text has the form of a date or a moment (RFC 3339).
  private static func isMoment(_ text: String) -> Bool {
    var form = text.utf8.map { (0x30...0x39).contains($0) ? UInt8(ascii: "0") : $0 }[...]
    func take(_ part: String) -> Bool {
      guard form.starts(with: part.utf8) else { return false }
      form = form.dropFirst(part.utf8.count)
      return true
    }
    guard take("0000-00-00") else { return false }
    if form.isEmpty { return true }
    guard take("T00:00:00") else { return false }
    if take(".0") { form = form.drop { $0 == UInt8(ascii: "0") } }
    return (take("Z") || take("+00:00") || take("-00:00")) && form.isEmpty
  }

  var json: JSONValue {
    .object([
      ("name", .string(name)), ("in", .string("query")), ("description", .string(summary)), ("schema", schema),
    ])
  }

  private var schema: JSONValue {
    switch kind {
    case .text: .object([("type", .string("string"))])
    case .integer(let range):
      .object([
        ("type", .string("integer")), ("minimum", .number(range.lowerBound)), ("maximum", .number(range.upperBound)),
      ])
    case .flag: .object([("type", .string("boolean"))])
    case .moment:
      .object([
        ("type", .string("string")),
        ("anyOf", .array(["date", "date-time"].map { .object([("format", .string($0))]) })),
      ])
    case .choice(let names): .object([("type", .string("string")), ("enum", .strings(names))])
    case .form(let pattern, _, _): .object([("type", .string("string")), ("pattern", .string(pattern))])
    case .choices(let names):
      .object([
        ("type", .string("string")),
        ("pattern", .string("^(\(names.joined(separator: "|")))(,(\(names.joined(separator: "|"))))*$")),
      ])
    }
  }
}

/// A part of a path.
package struct PathParameter: Sendable {
  package enum Kind: Sendable { case text, number }

  package let name: String
  package let kind: Kind
  package let summary: String
  /// Of a text; nil: any.
  package var pattern: String?

  package static func text(_ name: String, _ summary: String, pattern: String? = nil) -> PathParameter {
    PathParameter(name: name, kind: .text, summary: summary, pattern: pattern)
  }

  package static func number(_ name: String, _ summary: String) -> PathParameter {
    PathParameter(name: name, kind: .number, summary: summary)
  }

  var json: JSONValue {
    let schema: JSONValue =
      switch kind {
      case .text:
        .object([
          ("type", .string("string")), pattern.map { ("pattern", .string($0)) } ?? ("minLength", .number(1)),
        ])
      case .number:
        .object([("type", .string("integer")), ("format", .string("int64")), ("minimum", .number(1))])
      }
    return .object([
      ("name", .string(name)), ("in", .string("path")), ("required", .bool(true)), ("description", .string(summary)),
      ("schema", schema),
    ])
  }
}

/// A header of a request or an answer.
package struct HeaderParameter: Sendable {
  package let name: String
  package let summary: String
  /// Of an answer: it is always there.
  package var isRequired = false
  /// The only text that it may have; nil: any.
  package var only: String?

  /// The state that is changed.
  package static let ifMatch = HeaderParameter(
    name: "if-match", summary: "The `etag` of what is changed; without it what is there stays (428).")
  /// There is nothing yet.
  package static let ifNoneMatch = HeaderParameter(
    name: "if-none-match", summary: "`*`: only where it is new.", only: "*")
  package static let etag = HeaderParameter(
    name: "etag", summary: "Tells this state from others, for `if-match`.", isRequired: true)
  package static let location = HeaderParameter(
    name: "location", summary: "The path of what was made.", isRequired: true)
  package static let setCookie = HeaderParameter(
    name: "set-cookie", summary: "`sluice_session`, HttpOnly.", isRequired: true)

  var parameter: JSONValue {
    .object([
      ("name", .string(name)), ("in", .string("header")), ("description", .string(summary)),
      ("schema", only.map { .choice([$0]) } ?? .text),
    ])
  }

  var header: JSONValue {
    .object([
      ("description", .string(summary)), ("required", .bool(isRequired)),
      ("schema", .object([("type", .string("string"))])),
    ])
  }
}
