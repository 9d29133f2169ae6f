package import GatewayCore

// Who of those that must all allow a call does not, and what they allow instead.
extension Admit {
  // More names than these help nobody.
  private static let most = 12

  static func forbidden(_ model: String, on surface: Surface?, caller: Caller) -> GatewayError {
    var sentence = "the caller may not use the model '\(model)'"
    if let level = AccessLevel.allCases.first(where: { !caller.allows(model, on: surface, at: $0) }) {
      let place = level == .roles ? surface.map { " on \($0.path)" } ?? "" : ""
      sentence = "\(words(of: level, caller)) may not use the model '\(model)'\(place)\(allowed(at: level, caller))"
    }
    return GatewayError(.modelNotAllowed, sentence, parameter: "model")
  }

  /// Who does not let a caller use a model: `team 'research'`; nil: it may.
  ///
  /// - Parameter surface: nil: on any.
  package static func refusing(_ model: String, on surface: Surface?, for caller: Caller) -> String? {
    AccessLevel.allCases.first { !caller.allows(model, on: surface, at: $0) }.map { words(of: $0, caller) }
  }

  /// How a level of a caller is called.
  package static func words(of level: AccessLevel, _ caller: Caller) -> String {
    switch level {
    case .organisation: "organisation '\(caller.organisation?.name ?? "")'"
    case .team: "team '\(caller.team?.name ?? "")'"
    case .consumer: "consumer '\(caller.consumer.name)'"
    case .key: "the API key '\(caller.key?.label ?? "")…'"
    case .roles: caller.roles.map { words(of: $0, caller) } ?? "consumer '\(caller.consumer.name)'"
    }
  }

  static func words(of roles: RolePolicy, _ caller: Caller) -> String {
    let names = roles.roles.map { "'\($0.name)'" }
    let who = "consumer '\(caller.consumer.name)'"
    if names.isEmpty { return "\(who), whose token names no role of this gateway," }
    return "\(who) with the role\(names.count == 1 ? "" : "s") \(names.joined(separator: ", "))"
  }

  /// `; it may use a, b*`, of what the model's level allows.
  static func allowed(at level: AccessLevel, _ caller: Caller) -> String {
    if let models = caller.models(at: level) { return "; it may use \(list(models.patterns))" }
    guard level == .roles, let roles = caller.roles?.roles, !roles.isEmpty else { return "" }
    return "; "
      + roles.prefix(most).map { role in
        "'\(role.name)' may use \(role.models.map { list($0.patterns) } ?? "all models")"
          + (role.selections.isEmpty ? "" : " for \(list(role.selections.map(\.name)))")
      }.joined(separator: ", ")
  }

  static func surfaces(of roles: RolePolicy) -> String {
    var names: [String] = []
    for name in roles.roles.flatMap(\.selections).map(\.name) where !names.contains(name) { names.append(name) }
    return names.isEmpty ? "" : "; it may call \(list(names))"
  }

  private static func list(_ names: [String]) -> String {
    let shown = names.prefix(most).joined(separator: ", ")
    return names.count > most ? "\(shown) and \(names.count - most) more" : shown
  }
}
