/// Surfaces and models that belong together: who has the role may call these models on these surfaces.
package final class Role: Sendable {
  package let name: String
  /// As they are written; empty: all.
  package let selections: [SurfaceSelection]
  /// nil: all.
  package let surfaces: Set<Surface>?
  /// nil: all.
  package let models: ModelAllowList?

  package init(name: String, surfaces selections: [SurfaceSelection] = [], models: ModelAllowList? = nil) {
    self.name = name
    self.selections = selections
    surfaces = selections.isEmpty ? nil : selections.reduce(into: []) { $0.formUnion($1.surfaces) }
    self.models = models
  }

  package func allows(_ surface: Surface) -> Bool { surfaces?.contains(surface) ?? true }

  /// - Parameter surface: nil: on any of its surfaces.
  package func allows(_ model: String, on surface: Surface?) -> Bool {
    (surface.map(allows) ?? true) && (models?.contains(model) ?? true)
  }
}

/// The roles of a caller, of which one must allow a call. A policy without any allows nothing.
package final class RolePolicy: Sendable {
  package let roles: [Role]

  package init(_ roles: [Role]) { self.roles = roles }

  /// Whether there are models that none of them allows.
  ///
  /// - Parameter surface: nil: on any surface.
  package func restrictsModels(on surface: Surface?) -> Bool {
    !roles.contains { role in role.models == nil && (surface.map(role.allows) ?? true) }
  }

  package func allows(_ surface: Surface) -> Bool { roles.contains { $0.allows(surface) } }

  /// - Parameter surface: nil: on any surface.
  package func allows(_ model: String, on surface: Surface?) -> Bool {
    roles.contains { $0.allows(model, on: surface) }
  }

  /// With others of the same configuration, each once.
  package func united(with others: [Role]) -> RolePolicy {
    RolePolicy(roles + others.filter { other in !roles.contains { $0 === other } })
  }
}
