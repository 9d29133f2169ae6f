/// What `/metrics` says, parsed strictly.
package struct Metrics: Sendable {
  package struct Sample: Sendable {
    package let name: String
    package let labels: [String: String]
    package let value: Double
  }

  package let samples: [Sample]

  package init(parsing text: String) throws {
    samples = try text.split(separator: "\n").filter { !$0.hasPrefix("#") }.map(Self.sample)
  }

  /// The sum of the samples with this name and at least these labels; 0 without any.
  package func value(_ name: String, _ labels: [String: String] = [:]) -> Double {
    samples.filter { sample in
      sample.name == name && labels.allSatisfy { sample.labels[$0.key] == $0.value }
    }.reduce(0) { $0 + $1.value }
  }

  package func has(_ name: String) -> Bool { samples.contains { $0.name == name } }

  private static func sample(_ line: Substring) throws -> Sample {
    var rest = line
    let name = rest.prefix { $0 != "{" && $0 != " " }
    rest = rest.dropFirst(name.count)
    var labels: [String: String] = [:]
    if rest.first == "{" {
      rest = rest.dropFirst()
      while let first = rest.first, first != "}" {
        let key = rest.prefix { $0 != "=" }
        rest = rest.dropFirst(key.count)
        guard rest.hasPrefix("=\"") else { throw ScenarioError("a bad metrics line: \(line)") }
        rest = rest.dropFirst(2)
        var value = ""
        while let character = rest.first, character != "\"" {
          rest = rest.dropFirst()
          if character == "\\", let escaped = rest.first {
            value.append(escaped == "n" ? "\n" : escaped)
            rest = rest.dropFirst()
          } else {
            value.append(character)
          }
        }
        labels[String(key)] = value
        rest = rest.dropFirst()
        if rest.first == "," { rest = rest.dropFirst() }
      }
      rest = rest.dropFirst()
    }
    guard let word = rest.split(separator: " ").first, let value = Double(String(word)) else {
      throw ScenarioError("a bad metrics line: \(line)")
    }
    return Sample(name: String(name), labels: labels, value: value)
  }
}
