package import GatewayCore
package import GatewayStorage
import HTTPTypes
import Hummingbird

/// `/conversations`: what is kept of calls, for administrators; a team administrator has those of the own team. Whoever reads one or
/// deletes any stands in the audit trail.
package struct ConversationRoutes: AdminRoutes {
  /// The key that they are sealed with; throws a sentence where it cannot be had.
  package typealias KeySource = @Sendable () async throws -> ConversationKey?

  private let store: DatabaseStore
  private let zone: ZoneOffsets
  private let gateway: any RunningGateway
  private let key: KeySource

  package init(_ store: DatabaseStore, zone: ZoneOffsets, gateway: any RunningGateway, key: @escaping KeySource) {
    self.store = store
    self.zone = zone
    self.gateway = gateway
    self.key = key
  }

  private struct Removed: Codable {
    let deleted: Int
  }

  private static let path = [PathParameter.text("id", "Of the exchange: the `x-request-id` that the client got.")]

  package func add(to group: inout AdminRouteList) {
    group.get(
      "conversations",
      AdminOperation(
        "listConversations", "Conversations that are kept, the newest first, without what was said.",
        .permitted(.conversations),
        query: [
          QueryParameter("consumer", "Only of this one."), QueryParameter("model", "Only with this one."), .from, .to,
          .limit(), .cursor,
        ], answers: [.json(Page<ConversationNumbers>.self, "A page of them.")]), use: list)
    group.get(
      "conversations/:id",
      AdminOperation(
        "getConversation", "What was said in one; the audit trail has who has read it.", .permitted(.conversations),
        path: Self.path, answers: [.json(ConversationContents.self, "The conversation, masked.")], refused: [409]),
      use: show)
    group.delete(
      "conversations/:id",
      AdminOperation(
        "deleteConversation", "Deletes one.", .permitted(.conversations), path: Self.path,
        answers: [OperationAnswer(204, "It is gone.")])
    ) { _, context in
      let id = try id(context)
      guard try await store.removeConversation(id, of: context.team, by: context.author) else { throw Self.missing(id) }
      return Response(status: .noContent)
    }
    group.delete(
      "conversations",
      AdminOperation(
        "deleteConversations", "Deletes all of one consumer.", .permitted(.conversations),
        query: [QueryParameter("consumer", "Whose; it must be named.")],
        answers: [.json(Removed.self, "How many there were.")])
    ) { _, context in
      guard let consumer = context.query["consumer"] else {
        throw AdminProblem.invalidParameter("consumer", "name the consumer whose conversations are to be deleted")
      }
      let count = try await store.removeConversations(of: consumer, in: context.team, by: context.author)
      return try AdminJSON.response(.ok, Removed(deleted: count))
    }
  }

  private func list(_ request: Request, _ context: AdminContext) async throws -> Response {
    let query = context.query
    let limit = query.limit()
    var wanted = ConversationQuery(limit: limit + 1)
    wanted.consumer = query["consumer"]
    wanted.model = query["model"]
    wanted.team = context.team
    if query["from"] != nil || query["to"] != nil {
      let span = try TimeSpan(query, zone: zone, now: gateway.now, standard: 36_500).moments
      wanted.from = WallTime(milliseconds: span.lowerBound)
      wanted.to = WallTime(milliseconds: span.upperBound)
    }
    if let cursor = try query.cursor() {
      guard let after = ConversationPlace(text: cursor.place) else { throw AdminCursor.unknown }
      wanted.after = after
    }
    let found = try await store.conversations(wanted)
    let next = found.count > limit ? ConversationPlace(found[limit - 1]) : nil
    return try AdminJSON.response(
      .ok,
      Page(
        found.prefix(limit).map { ConversationNumbers($0) }, next: next.map { AdminCursor(place: $0.text) }))
  }

  private func show(_ request: Request, _ context: AdminContext) async throws -> Response {
    let id = try id(context)
    guard let key = try await Self.unlessClosed(key) else { throw Self.missing(id) }
    guard let found = try await store.conversation(id, of: context.team, by: context.author) else {
      throw Self.missing(id)
    }
    let document = try await Self.unlessClosed { try key.open(found.sealed, of: id) }
    return AdminJSON.answer(
      try ConversationContents.json(found.summary, String(decoding: document, as: UTF8.self)))
  }

  private func id(_ context: AdminContext) throws(AdminProblem) -> ExchangeID {
    let text = try context.name("id")
    guard let id = ExchangeID(text: text) else { throw .notFound("'\(text.shortened)' is the id of no exchange") }
    return id
  }

  private static func missing(_ id: ExchangeID) -> AdminProblem {
    .notFound("no conversation of the exchange '\(id)' is kept; one that has just ended is there a second later")
  }

  /// What stands against opening it is said as a sentence.
  private static func unlessClosed<Value>(_ work: () async throws -> Value) async throws -> Value {
    do { return try await work() } catch let error as StorageError {
      throw error
    } catch {
      throw AdminProblem(.conflict, .invalidRequest, "the conversation cannot be opened: \(error)")
    }
  }
}
