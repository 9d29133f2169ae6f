import GatewayConfiguration
import GatewayCore

/// How much of a limit: a whole number, or of money a decimal text.
enum LimitAmount: Encodable, SchemaDescribedAnswer {
  case count(Int64)
  case money(String)

  init(_ amount: Int64, of limit: Limit) {
    self = limit.unit == .cost ? .money(Money.decimal(amount)) : .count(amount)
  }

  var text: String {
    switch self {
    case .count(let number): "\(number)"
    case .money(let text): text
    }
  }

  static func schema(in book: SchemaBook, _ direction: SchemaBook.Direction) throws -> JSONValue {
    .object([("type", .strings(["integer", "string"]))])
  }
  static var sample: LimitAmount { .count(0) }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    switch self {
    case .count(let number): try container.encode(number)
    case .money(let text): try container.encode(text)
    }
  }
}

extension Limit {
  /// What it counts: `requests`, `tokens`, or a currency.
  var unitName: String { currency?.code ?? unit.rawValue }
}

/// Names of counters as people read them.
package enum SubjectText {
  /// nil: it is counted for all together.
  package static func shown(_ subject: String) -> String? {
    switch subject {
    case "": nil
    case CounterTable.crowd: "(others)"
    case _ where subject.hasPrefix("\u{1}none"): "(without one)"
    case _ where subject.hasPrefix("\u{1}"): "(SHA-256) \(subject.dropFirst())"
    default: subject
    }
  }
}
