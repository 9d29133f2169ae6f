package import GatewayCore

/// Whether an issued key would fit the configuration: its owner is there, and may use what the key may use.
package enum KeyOwnership {
  package static func check(consumer name: String, in snapshot: GatewaySnapshot) throws(KeyRuleFault) {
    let consumers = snapshot.consumers.map(\.name)
    guard !consumers.contains(name) else { return }
    let near = nearestNames(to: name, among: consumers, limit: 3)
    let advice = near.isEmpty ? "add it under `consumers:`" : "did you mean \(near.joined(separator: ", "))?"
    throw KeyRuleFault("the configuration has no consumer '\(name)'; \(advice)")
  }

  /// - Parameter model: a name or a `prefix*` pattern of a key's rules.
  package static func check(
    model: String, of name: String, in snapshot: GatewaySnapshot
  ) throws(KeyRuleFault) {
    let prefix = model.hasSuffix("*") ? String(model.dropLast()) : nil
    let names = snapshot.models.names
    guard snapshot.models.route(for: model) != nil || hasMatch(prefix, names) else {
      let near = nearestNames(to: model, among: names, limit: 3)
      let advice = near.isEmpty ? "" : "; did you mean \(near.joined(separator: ", "))?"
      throw KeyRuleFault("the configuration has no model '\(model)'\(advice)")
    }
    let consumer = snapshot.consumers.first { $0.name == name }
    if prefix == nil, let consumer, let refusing = Admit.refusing(model, on: nil, for: Caller(consumer: consumer)) {
      throw KeyRuleFault("\(refusing) may not use the model '\(model)', so no key of consumer '\(name)' may")
    }
  }

  private static func hasMatch(_ prefix: String?, _ names: [String]) -> Bool {
    prefix.map { prefix in names.contains { $0.hasPrefix(prefix) } } ?? false
  }
}
