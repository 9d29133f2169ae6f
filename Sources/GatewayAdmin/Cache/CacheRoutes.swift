package import GatewayCore
package import GatewayStorage
import HTTPTypes
import Hummingbird

/// `/cache`: how full it is, and forgetting answers.
package struct CacheRoutes: AdminRoutes {
  /// Where answers are kept, and how many there are.
  package struct State: Codable, Sendable {
    package enum Place: String, Codable, CaseIterable, Sendable, SchemaDescribed { case memory, redis }

    package var store: Place
    /// Whether anybody switches it on.
    package var isOn: Bool
    /// In the memory of this gateway; null: Redis keeps them.
    @OrNull package var entries: Int?
    @OrNull package var bytes: Int?
    /// `cache.memory`
    @OrNull package var maximumBytes: Int?
    /// Since the start of this gateway: for want of room.
    @OrNull package var evictions: Int?
    /// Since the start of this gateway: what Redis did not answer.
    package var errors: Int

    package init(store: Place, isOn: Bool, errors: Int) {
      self.store = store
      self.isOn = isOn
      self.errors = errors
      entries = nil
      bytes = nil
      maximumBytes = nil
      evictions = nil
    }
  }

  private struct Forgotten: Codable {
    /// How many there were; null: Redis does not count them.
    @OrNull var answers: Int?
  }

  private let store: DatabaseStore
  private let gateway: any RunningGateway
  private let state: @Sendable () -> State
  private let forget: @Sendable (AnswerSelection) async throws -> Int?

  /// - Parameters:
  ///   - store: of the audit trail.
  ///   - forget: says how many there were; nil: nobody knows.
  package init(
    _ store: DatabaseStore, gateway: any RunningGateway, state: @escaping @Sendable () -> State,
    forget: @escaping @Sendable (AnswerSelection) async throws -> Int?
  ) {
    self.store = store
    self.gateway = gateway
    self.state = state
    self.forget = forget
  }

  package func add(to group: inout AdminRouteList) {
    group.get(
      "cache",
      AdminOperation(
        "getCache", "How many answers are kept.", .permittedForAll(.read),
        answers: [.json(State.self, "Where they are kept, and how many.")])
    ) { _, _ in try AdminJSON.response(.ok, state()) }
    group.delete(
      "cache",
      AdminOperation(
        "clearCache", "Forgets kept answers: all, or those of a model or consumer.", .permittedForAll(.write),
        query: [
          QueryParameter("model", Self.name, "Only those of this model or pattern of the configuration."),
          QueryParameter("consumer", Self.name, "Only those that were made for this consumer."),
        ], answers: [.json(Forgotten.self, "No call that begins from now on gets one of them.")], refused: [422])
    ) { _, context in try await clear(context) }
  }

  private static let name = QueryParameter.Kind.form(pattern: "^.+$", words: "is not empty") { !$0.isEmpty }

  private func clear(_ context: AdminContext) async throws -> Response {
    let selection: AnswerSelection
    switch (context.query["model"], context.query["consumer"]) {
    case (nil, nil): selection = .all
    case (let model?, nil): selection = .model(model)
    case (nil, let consumer?): selection = .consumer(consumer)
    case (_?, _?):
      throw AdminProblem(
        .unprocessableContent, .invalidRequest, "name a model or a consumer, not both", parameter: "consumer")
    }
    let count: Int?
    do {
      count = try await forget(selection)
    } catch let error as RedisError {
      throw AdminProblem(.serviceUnavailable, .storageUnavailable, "\(error)")
    }
    try await store.audit(Self.entry(selection), by: context.author, now: gateway.now)
    return try AdminJSON.response(.ok, Forgotten(answers: count))
  }

  /// For the audit trail.
  package static func entry(_ selection: AnswerSelection) -> AuditEntry {
    var detail = AuditDetail()
    switch selection {
    case .all: break
    case .model(let name): detail.add("model", name)
    case .consumer(let name): detail.add("consumer", name)
    }
    return AuditEntry("cache.clear", "cache", detail: detail.text)
  }
}
