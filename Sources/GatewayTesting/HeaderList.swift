/// Header fields in the order of the wire.
package struct HeaderList: Sendable, Equatable, ExpressibleByDictionaryLiteral {
  package struct Field: Sendable, Equatable {
    package let name: String
    package let value: String

    package init(name: String, value: String) {
      self.name = name
      self.value = value
    }
  }

  package var fields: [Field]

  package init(_ fields: [Field] = []) { self.fields = fields }

  package init(dictionaryLiteral elements: (String, String)...) {
    fields = elements.map { Field(name: $0.0, value: $0.1) }
  }

  /// The first value of a field; names are compared without regard to case.
  package subscript(name: String) -> String? { all(name).first }

  package func all(_ name: String) -> [String] {
    let wanted = name.lowercased()
    return fields.filter { $0.name.lowercased() == wanted }.map(\.value)
  }

  package var names: [String] { fields.map { $0.name.lowercased() } }

  /// The lines of the wire, each with its CRLF.
  package var text: String { fields.map { "\($0.name): \($0.value)\r\n" }.joined() }

  /// Reads the lines that follow a start line.
  static func parse(_ lines: some Sequence<Substring>) throws -> HeaderList {
    HeaderList(
      try lines.map { line in
        guard let colon = line.firstIndex(of: ":") else {
          throw ScenarioError("a header line without a colon: \(line)")
        }
        let value = line[line.index(after: colon)...]
        return Field(name: String(line[..<colon]), value: String(value.drop { $0 == " " }))
      })
  }
}
