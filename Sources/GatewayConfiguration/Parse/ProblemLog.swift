/// Collects the problems of one configuration while it is read.
final class ProblemLog {
  /// So that a file of another kind, given by mistake, does not fill the screen.
  static let limit = 500

  /// Names the objects of the database in messages.
  static let database = "database"

  let file: String
  /// Of the objects of the database: the JSON pointer of each line; empty where they are a text with lines of its own.
  var pointers: [String] = []
  private var collected: [Problem] = []
  private var dropped = 0
  private(set) var hasErrors = false

  init(file: String) { self.file = file }

  /// In the order of the file.
  var problems: [Problem] {
    let sorted = collected.enumerated().sorted {
      let (a, b) = ($0.element.position, $1.element.position)
      guard a != b else { return $0.offset < $1.offset }
      guard let a else { return true }
      guard let b else { return false }
      return a < b
    }.map(\.element)
    guard dropped > 0 else { return sorted }
    return sorted + [
      Problem(
        .error, file: file, position: nil, path: "", message: "\(dropped) more problems are not shown",
        advice: "correct these first")
    ]
  }

  func error(
    _ message: String, at position: SourcePosition?, path: String = "", advice: @autoclosure () -> String? = nil,
    source: String? = nil
  ) {
    hasErrors = true
    record(.error, message, position, path, advice, source)
  }

  func warning(
    _ message: String, at position: SourcePosition?, path: String = "", advice: @autoclosure () -> String? = nil,
    source: String? = nil
  ) {
    record(.warning, message, position, path, advice, source)
  }

  private func record(
    _ severity: Problem.Severity, _ message: String, _ position: SourcePosition?, _ path: String,
    _ advice: () -> String?, _ source: String?
  ) {
    guard collected.count < Self.limit else {
      dropped += 1
      return
    }
    collected.append(problem(severity, message, position, path, advice, source))
  }

  /// As it is shown, with its place in the file or among the objects of the database.
  fileprivate func problem(
    _ severity: Problem.Severity, _ message: String, _ position: SourcePosition?, _ path: String,
    _ advice: () -> String?, _ source: String?
  ) -> Problem {
    let isStored = position?.origin == .database
    let hasPlace = !isStored || pointers.isEmpty
    var problem = Problem(
      severity, file: source ?? (isStored ? Self.database : file), position: hasPlace ? position : nil, path: path,
      message: message, advice: advice())
    if isStored, let position, !hasPlace { problem.pointer = pointers[position.line] }
    return problem
  }
}

extension ProblemLog {
  /// About a value.
  func error(_ message: String, at setting: Setting, advice: @autoclosure () -> String? = nil) {
    error(message, at: setting.position, path: setting.path, advice: advice())
  }

  func warning(_ message: String, at setting: Setting, advice: @autoclosure () -> String? = nil) {
    warning(message, at: setting.position, path: setting.path, advice: advice())
  }

  /// About the presence of a key, or of something that it lacks.
  func error(_ message: String, atKeyOf setting: Setting, advice: @autoclosure () -> String? = nil) {
    error(message, at: setting.keyPosition, path: setting.path, advice: advice())
  }

  /// A warning that is not noted: whether it holds is known later.
  func possibleWarning(_ message: String, atKeyOf setting: Setting, advice: String) -> Problem {
    problem(.warning, message, setting.keyPosition, setting.path, { advice }, nil)
  }

  func warning(_ message: String, atKeyOf setting: Setting, advice: @autoclosure () -> String? = nil) {
    warning(message, at: setting.keyPosition, path: setting.path, advice: advice())
  }
}
