/// One metric family as a scraper sees it.
package struct Metric: Sendable {
  package enum Kind: String, Sendable { case counter, gauge, histogram }

  package let name: String
  package let kind: Kind
  /// What one step of the value is: `s`, `bytes`, `tokens`, `1`.
  package let unit: String
  package let labels: [String]
  /// One sentence, shown as `# HELP` and in the documentation.
  package let meaning: String

  init(_ name: String, _ kind: Kind, unit: String, labels: [String] = [], _ meaning: String) {
    self.name = name
    self.kind = kind
    self.unit = unit
    self.labels = labels
    self.meaning = meaning
  }
}
