import GatewayCore

/// What is to be said of a file in view of the keys of the database, which change while the file stays.
struct IssuedKeyFindings: Sendable {
  var file = ""
  /// Those that are defined.
  var consumers: Set<String> = []
  /// Whether keys of others bring their consumers.
  var admitsOthers = true
  /// Of the file.
  var models = ModelNames([])
  /// By consumer, for those as whom nobody can call unless they have a key of the database.
  var keyless: [String: Problem] = [:]
  /// For a file that takes no keys.
  var notTaken: Problem?

  /// Consumers of keys that are not defined.
  func others(_ keys: StoredKeySet) -> Set<String> { keys.consumers.subtracting(consumers) }

  func problems(for keys: StoredKeySet) -> [Problem] {
    let owners = keys.consumers
    var problems = keyless.filter { !owners.contains($0.key) }.sorted { $0.key < $1.key }.map(\.value)
    if let notTaken, !owners.isEmpty { problems.append(notTaken) }
    if admitsOthers { return problems }
    problems += others(keys).sorted().map { name in
      warning(
        "keys of the database belong to consumer '\(name)', which is not in this file; they are refused",
        path: "consumers", advice: "add the consumer, or revoke its keys")
    }
    // A key that may use nothing else is refused from now on.
    let lost = keys.models.filter { !models.isKnown($0) }
    guard let name = lost.min() else { return problems }
    let others = lost.count == 1 ? "" : " and \(lost.count - 1) more"
    problems.append(
      warning(
        "keys of the database may use '\(name)'\(others), which this file does not have", path: "models",
        advice: "add the model, or change the keys with `sluice keys update`"))
    return problems
  }

  private func warning(_ message: String, path: String, advice: String) -> Problem {
    Problem(.warning, file: file, position: nil, path: path, message: message, advice: advice)
  }
}
