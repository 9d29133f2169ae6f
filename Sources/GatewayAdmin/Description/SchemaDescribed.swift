package import GatewayConfiguration
package import GatewayCore
import GatewayDialects

/// A type whose schema does not follow from what it reads.
package protocol SchemaDescribed: Decodable {
  static func schema(in book: SchemaBook, _ direction: SchemaBook.Direction) throws -> JSONValue
  /// Some value.
  static var sample: Self { get throws }
}

/// What is to be said of a type beyond the types of its members.
package protocol SchemaAnnotated: Decodable {
  /// Of its component in the document; nil: it stands where it is used.
  static var schemaName: String? { get }
  static var members: [String: SchemaNote] { get }
}

extension SchemaAnnotated {
  package static var schemaName: String? { nil }
  package static var members: [String: SchemaNote] { [:] }
}

/// What a member is for, and what it must be beyond its type.
package struct SchemaNote: Sendable {
  let rules: [(String, JSONValue)]

  /// - Parameters:
  ///   - summary: a sentence.
  ///   - lengths: of a text, in characters.
  ///   - choice: the only texts.
  package init(
    _ summary: String, lengths: ClosedRange<Int>? = nil, pattern: String? = nil, choice: [String]? = nil,
    range: ClosedRange<Int>? = nil, fewest: Int? = nil
  ) {
    let rules: [(String, JSONValue?)] = [
      ("minLength", lengths.map { .number($0.lowerBound) }), ("maxLength", lengths.map { .number($0.upperBound) }),
      ("pattern", pattern.map { .string($0) }), ("enum", choice.map { .strings($0) }),
      ("minimum", range.map { .number($0.lowerBound) }), ("maximum", range.map { .number($0.upperBound) }),
      ("minItems", fewest.map { .number($0) }),
    ]
    self.rules = [("description", .string(summary))] + rules.compactMap { name, value in value.map { (name, $0) } }
  }

  /// Instead of what stands there under the same names.
  func added(to schema: JSONValue) -> JSONValue {
    guard case .object(let members) = schema else { return schema }
    return .object(members.filter { member in !rules.contains { $0.0 == member.0 } } + rules)
  }
}

/// A part of answers that is only written.
package protocol SchemaDescribedAnswer: SchemaDescribed {}

extension SchemaDescribedAnswer {
  package init(from decoder: any Decoder) throws {
    throw DecodingError.dataCorrupted(
      .init(codingPath: decoder.codingPath, debugDescription: "nothing reads an answer of the admin API"))
  }
}

extension SchemaDescribed where Self: CaseIterable & RawRepresentable, RawValue == String {
  package static func schema(in book: SchemaBook, _ direction: SchemaBook.Direction) throws -> JSONValue {
    .choice(allCases.map(\.rawValue))
  }

  package static var sample: Self {
    get throws {
      guard let first = allCases.first else {
        throw DecodingError.dataCorrupted(.init(codingPath: [], debugDescription: "an enumeration without cases"))
      }
      return first
    }
  }
}

extension String: SchemaDescribed {
  package static func schema(in book: SchemaBook, _ direction: SchemaBook.Direction) throws -> JSONValue { .text }
  package static var sample: String { "" }
}

extension Bool: SchemaDescribed {
  package static func schema(in book: SchemaBook, _ direction: SchemaBook.Direction) throws -> JSONValue {
    .typed("boolean")
  }
  package static var sample: Bool { false }
}

extension Double: SchemaDescribed {
  package static func schema(in book: SchemaBook, _ direction: SchemaBook.Direction) throws -> JSONValue {
    .typed("number")
  }
  package static var sample: Double { 0 }
}

extension Int: SchemaDescribed {
  package static func schema(in book: SchemaBook, _ direction: SchemaBook.Direction) throws -> JSONValue { .whole }
  package static var sample: Int { 0 }
}

extension Int64: SchemaDescribed {
  package static func schema(in book: SchemaBook, _ direction: SchemaBook.Direction) throws -> JSONValue { .whole }
  package static var sample: Int64 { 0 }
}

extension Array: SchemaDescribed where Element: Decodable {
  package static func schema(in book: SchemaBook, _ direction: SchemaBook.Direction) throws -> JSONValue {
    .list(try book.schema(of: Element.self, direction))
  }
  package static var sample: [Element] { [] }
}

extension Dictionary: SchemaDescribed where Key == String, Value: Decodable {
  package static func schema(in book: SchemaBook, _ direction: SchemaBook.Direction) throws -> JSONValue {
    .object([
      ("type", .string("object")), ("additionalProperties", try book.schema(of: Value.self, direction)),
    ])
  }
  package static var sample: [String: Value] { [:] }
}

extension OrNull: SchemaDescribedAnswer, SchemaDescribed, Decodable where Value: Decodable {
  package static func schema(in book: SchemaBook, _ direction: SchemaBook.Direction) throws -> JSONValue {
    try book.schema(of: Value.self, direction).orNull
  }
  package static var sample: OrNull<Value> { OrNull(wrappedValue: nil) }
}

/// RFC 3339 in UTC.
extension WallTime: SchemaDescribedAnswer {
  package static func schema(in book: SchemaBook, _ direction: SchemaBook.Direction) throws -> JSONValue { .moment }
  package static var sample: WallTime { WallTime(milliseconds: 0) }
}

extension AdminCursor: SchemaDescribedAnswer {
  package static func schema(in book: SchemaBook, _ direction: SchemaBook.Direction) throws -> JSONValue { .text }
  package static var sample: AdminCursor { AdminCursor(place: "") }
}

/// Whatever stands there.
extension JSONMember: SchemaDescribed {
  package static func schema(in book: SchemaBook, _ direction: SchemaBook.Direction) throws -> JSONValue {
    .object([])
  }
  package static var sample: JSONMember {
    get throws { JSONMember(node: try JSONDocument(Array("null".utf8)).root, place: .root) }
  }
}
