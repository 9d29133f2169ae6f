/// A tenant: what all of its teams together may do.
package final class Organisation: Sendable {
  package let name: String
  /// nil: all.
  package let models: ModelAllowList?
  /// Of calls. One counter for the whole organisation, unless they say by what.
  package let limits: [Limit]
  /// Of stored bytes.
  package let stored: [Limit]
  /// nil: that of the model.
  package let cache: CacheRule?
  /// Whether conversations of its teams are kept; nil: they are not.
  package let conversations: Bool?

  package init(
    name: String, models: ModelAllowList? = nil, limits: [Limit] = [], cache: CacheRule? = nil,
    conversations: Bool? = nil
  ) {
    self.name = name
    self.models = models
    self.limits = limits.ofCalls
    stored = limits.ofStored
    self.cache = cache
    self.conversations = conversations
  }
}

/// Consumers that share models and limits.
package final class Team: Sendable {
  package let name: String
  package let organisation: Organisation?
  /// nil: those of the organisation.
  package let models: ModelAllowList?
  /// Of calls. One counter for the whole team, unless they say by what.
  package let limits: [Limit]
  /// Of stored bytes.
  package let stored: [Limit]
  /// nil: that of its organisation.
  package let cache: CacheRule?
  /// Whether conversations of its consumers are kept; nil: as its organisation has it.
  package let conversations: Bool?

  package init(
    name: String, organisation: Organisation? = nil, models: ModelAllowList? = nil, limits: [Limit] = [],
    cache: CacheRule? = nil, conversations: Bool? = nil
  ) {
    self.name = name
    self.organisation = organisation
    self.models = models
    self.limits = limits.ofCalls
    stored = limits.ofStored
    self.cache = cache
    self.conversations = conversations
  }

  /// Whether neither the team nor its organisation forbids a model.
  package func allows(_ model: String) -> Bool {
    (models?.contains(model) ?? true) && (organisation?.models?.contains(model) ?? true)
  }

  /// Whether there are models that it may not use.
  package var isRestricted: Bool { models != nil || organisation?.models != nil }
}
