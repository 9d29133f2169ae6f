import GatewayCore

/// The names and patterns of a file's models.
struct ModelNames: Sendable {
  let all: [String]
  private let exact: Set<String>
  private let prefixes: [String]

  init(_ names: [String]) {
    all = names
    exact = Set(names.filter { !$0.hasSuffix("*") })
    prefixes = names.filter { $0.hasSuffix("*") }.map { String($0.dropLast()) }
  }

  /// Whether a name or pattern stands for something.
  func isKnown(_ name: String) -> Bool {
    guard name.hasSuffix("*") else { return exact.contains(name) || prefixes.contains(where: name.hasPrefix) }
    let prefix = name.dropLast()
    return exact.contains { $0.hasPrefix(prefix) } || prefixes.contains { $0.hasPrefix(prefix) || prefix.hasPrefix($0) }
  }
}

/// `models:` of whoever calls: names and patterns that must stand for something in this file.
struct AllowedModels {
  let log: ProblemLog
  let names: ModelNames

  init(log: ProblemLog, models: [String]) {
    self.log = log
    names = ModelNames(models)
  }

  /// - Returns: nil where nothing is said: all.
  func list(_ setting: Setting?) -> ModelAllowList? {
    setting.map { ModelAllowList($0.items.compactMap(model)) }
  }

  private func model(_ setting: Setting) -> String? {
    guard let name = setting.text else { return nil }
    if let fault = SchemaNames.model.fault(name) {
      log.error(fault, at: setting)
      return nil
    }
    guard !names.isKnown(name) else { return name }
    let what = name.hasSuffix("*") ? "'\(name)' matches no model of this file" : "unknown model '\(name)'"
    log.error(
      what, at: setting, advice: NameSuggestion.advice(for: name, among: names.all.sorted(), what: "models are"))
    return nil
  }
}

extension ModelAllowList {
  /// Whether some name is in both.
  func overlaps(_ other: ModelAllowList) -> Bool {
    exact.contains(where: other.contains) || other.exact.contains(where: contains)
      || prefixes.contains { mine in other.prefixes.contains { mine.hasPrefix($0) || $0.hasPrefix(mine) } }
  }
}
