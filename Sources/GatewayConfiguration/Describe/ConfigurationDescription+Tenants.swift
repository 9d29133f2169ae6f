import GatewayCore

extension ConfigurationDescription {
  static func organisation(_ organisation: Organisation) -> JSONValue {
    .object([
      ("models", models(organisation.models)),
      ("limits", .strings((organisation.limits + organisation.stored).map(\.words))),
      ("cache", cache(organisation.cache)),
    ])
  }

  static func team(_ team: Team) -> JSONValue {
    .object([
      ("organisation", team.organisation.map { .string($0.name) } ?? .null), ("models", models(team.models)),
      ("limits", .strings((team.limits + team.stored).map(\.words))), ("cache", cache(team.cache)),
    ])
  }

  static func role(_ role: Role) -> JSONValue {
    .object([
      ("surfaces", role.selections.isEmpty ? .string("all") : .strings(role.selections.map(\.name))),
      ("models", models(role.models)),
    ])
  }

  static func models(_ list: ModelAllowList?) -> JSONValue { list.map { .strings($0.patterns) } ?? .string("all") }
}
