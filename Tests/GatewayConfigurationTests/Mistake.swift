import Foundation
import Testing

/// A file with mistakes, and what is said about them: one entry of a table in `Fixtures`.
///
///     === what is wrong
///     the YAML
///     >>> line:column: error: what is said
struct Mistake: Sendable, CustomTestStringConvertible {
  let title: String
  let yaml: String
  let problems: [String]

  var testDescription: String { title }

  static func table(_ name: String) -> [Mistake] {
    let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Fixtures")
    guard let text = try? String(contentsOf: folder.appending(path: "\(name).txt"), encoding: .utf8) else { return [] }
    var entries: [Mistake] = []
    for entry in text.split(separator: "=== ") {
      var lines = entry.split(separator: "\n", omittingEmptySubsequences: false)
      let title = String(lines.removeFirst())
      let problems = lines.filter { $0.hasPrefix(">>> ") }.map { "sluice.yaml:" + $0.dropFirst(4) }
      let yaml = lines.prefix { !$0.hasPrefix(">>> ") }.joined(separator: "\n") + "\n"
      entries.append(Mistake(title: title, yaml: yaml, problems: problems))
    }
    return entries
  }
}
