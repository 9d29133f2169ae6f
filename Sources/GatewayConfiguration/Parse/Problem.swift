/// A place in a configuration file; line and column count from 1, columns in characters.
package struct SourcePosition: Hashable, Comparable, Sendable, CustomStringConvertible {
  /// What it is a place of: the file, or the objects of the database, which are read behind it.
  package enum Origin: UInt8, Hashable, Sendable { case file, database }

  package let line: Int
  package let column: Int
  package var origin = Origin.file

  package init(line: Int, column: Int) {
    self.line = line
    self.column = column
  }

  package static func < (a: Self, b: Self) -> Bool {
    (a.origin.rawValue, a.line, a.column) < (b.origin.rawValue, b.line, b.column)
  }

  package var description: String { "line \(line), column \(column)" }
}

/// One thing that is wrong with a configuration: where, what, and what to write instead.
package struct Problem: Hashable, Sendable, CustomStringConvertible {
  package enum Severity: String, Hashable, Sendable { case error, warning }

  package let severity: Severity
  /// As the user named the file; or the flag or the variable that the value came from.
  package let file: String
  /// `nil` when it is about the whole file, or about something outside of it.
  package let position: SourcePosition?
  /// Of the setting, such as `models.fast.targets[1]`; empty when it is about the text itself.
  package let path: String
  package let message: String
  package let advice: String?
  /// RFC 6901, into the objects of the database, where the problem is there.
  package var pointer: String?

  package init(
    _ severity: Severity, file: String, position: SourcePosition?, path: String, message: String, advice: String?
  ) {
    self.severity = severity
    self.file = file
    self.position = position
    self.path = path
    self.message = message
    self.advice = advice
  }

  /// `sluice.yaml:12:7: error: unknown provider 'depseek'; did you mean 'deepseek'? (models.fast.targets[1])`
  package var description: String {
    let place = position.map { "\(file):\($0.line):\($0.column)" } ?? file
    let tail = advice.map { "; \($0)" } ?? ""
    return "\(place): \(severity.rawValue): \(message)\(tail)" + (path.isEmpty ? "" : " (\(path))")
  }
}
