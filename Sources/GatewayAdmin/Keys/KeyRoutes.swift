import GatewayConfiguration
import GatewayCore
import GatewayPolicies
package import GatewayStorage
import HTTPTypes
import Hummingbird

/// `/keys`: gateway keys of the database. Every change has taken effect in this process when it is answered.
package struct KeyRoutes: AdminRoutes {
  private let keys: DatabaseStore
  private let gateway: any RunningGateway

  package init(keys: DatabaseStore, gateway: any RunningGateway) {
    self.keys = keys
    self.gateway = gateway
  }

  package func add(to group: inout AdminRouteList) {
    group.get(
      "keys",
      AdminOperation(
        "listKeys", "Gateway keys, the newest first.", .permitted(.read),
        query: [
          QueryParameter("consumer", "Only of this one."),
          QueryParameter("state", .choice(KeyQuery.State.allCases.map(\.rawValue)), "Only in this state."),
          .search("In the label, the note or the consumer."), .limit(), .cursor,
        ], answers: [.json(Page<KeyNumbers>.self, "A page of them.")]), use: list)
    group.post(
      "keys",
      AdminOperation(
        "createKey", "Issues a key.", .permitted(.keys), body: OperationBody(schema: KeyBody.new),
        answers: [.json(KeyOnce.self, "The key itself is shown this once.", status: 201, headers: [.location])]),
      use: create)
    group.get(
      "keys/:id",
      AdminOperation(
        "getKey", "One key.", .permitted(.read), path: Self.path, answers: [.json(KeyNumbers.self, "The key.")])
    ) { _, context in
      try AdminJSON.response(.ok, KeyNumbers(try await key(context), now: gateway.now))
    }
    group.patch(
      "keys/:id",
      AdminOperation(
        "changeKey", "Other rules for a key; null takes one away.", .permitted(.keys), path: Self.path,
        body: .json(KeyBody.self), answers: [.json(KeyNumbers.self, "The key as it is now.")], refused: [409]),
      use: update)
    group.post("keys/:id/disable", Self.change("disableKey", "Refuses a key until it is enabled.")) {
      try await change($1) { try await $0.disable(id: $1, by: $2) }
    }
    group.post("keys/:id/enable", Self.change("enableKey", "Lets a disabled key in again.")) {
      try await change($1) { try await $0.enable(id: $1, by: $2) }
    }
    group.post("keys/:id/revoke", Self.change("revokeKey", "Ends a key for good.")) {
      try await change($1) { try await $0.revoke(id: $1, by: $2) }
    }
    group.post(
      "keys/:id/rotate",
      AdminOperation(
        "rotateKey", "Makes a successor, and lets the key end after a while.", .permitted(.keys), path: Self.path,
        body: .json(Rotation.self),
        answers: [.json(KeyOnce.self, "The successor, shown this once.", status: 201, headers: [.location])],
        refused: [409]),
      use: rotate)
  }

  private static let path = [PathParameter.number("id", "Of the key.")]

  private static func change(_ id: String, _ summary: String) -> AdminOperation {
    AdminOperation(
      id, summary, .permitted(.keys), path: path, answers: [.json(KeyNumbers.self, "The key as it is now.")],
      refused: [409])
  }

  // MARK: Reading

  private func list(_ request: Request, _ context: AdminContext) async throws -> Response {
    let query = context.query
    var wanted = KeyQuery(limit: query.limit())
    wanted.consumers = query["consumer"].map { [$0] }
    if let own = consumers(of: context) { wanted.consumers = wanted.consumers?.filter(own.contains) ?? own.sorted() }
    wanted.text = query["q"]
    wanted.before = try query.cursor().map { cursor throws(AdminProblem) in try cursor.number() }
    wanted.state = query["state"].flatMap { KeyQuery.State(rawValue: $0) }
    let now = gateway.now
    let (found, total) = try await keys.keys(wanted, now: now)
    let page = Page(found.map { KeyNumbers($0, now: now) }, limit: wanted.limit) { AdminCursor(place: $0.id) }
    return try AdminJSON.response(.ok, Page(page.data, next: page.next, total: total))
  }

  /// Of a team administrator: the consumers of the own team; nil: all.
  private func consumers(of context: AdminContext) -> Set<String>? {
    guard let team = context.team else { return nil }
    return Set((gateway.snapshot?.consumers ?? []).filter { $0.team?.name == team }.map(\.name))
  }

  /// The key of the path, as far as the request may see it.
  private func key(_ context: AdminContext) async throws -> IssuedKey {
    let id = try context.number("id")
    let found = try await keys.key(id: id)
    guard let found, consumers(of: context)?.contains(found.consumer) ?? true else { throw Self.missing(id) }
    return found
  }

  private static func missing(_ id: Int64) -> AdminProblem { .notFound("there is no key with id \(id)") }

  // MARK: Changes

  private func create(_ request: Request, _ context: AdminContext) async throws -> Response {
    let body = try await AdminBody.decode(KeyBody.self, from: request, context: context)
    guard let consumer = body.consumer else {
      throw AdminProblem.invalidRequest("name the consumer that the key is for", at: "/consumer")
    }
    let snapshot = try running()
    if let own = consumers(of: context), !own.contains(consumer) {
      throw AdminProblem(
        .forbidden, .notPermitted, "the team '\(context.team ?? "")' has no consumer '\(consumer)'",
        pointer: "/consumer")
    }
    try KeyBody.at("/consumer") { () throws(KeyRuleFault) in try KeyOwnership.check(consumer: consumer, in: snapshot) }
    let change = try body.change(now: gateway.now)
    try KeyBody.check(change, of: consumer, in: snapshot)
    var settings = KeySettings()
    change.apply(to: &settings)
    let new = try await keys.issue(to: consumer, settings, by: context.author)
    await gateway.keysChanged()
    return try created(new)
  }

  private func update(_ request: Request, _ context: AdminContext) async throws -> Response {
    let body = try await AdminBody.decode(KeyBody.self, from: request, context: context)
    let key = try await key(context)
    if let consumer = body.consumer, consumer != key.consumer {
      throw AdminProblem.invalidRequest(
        "a key stays with its consumer; issue another one for '\(consumer)'", at: "/consumer")
    }
    let change = try body.change(now: gateway.now)
    try KeyBody.check(change, of: key.consumer, in: try running())
    return try await answer(key.id) {
      try await keys.update(id: key.id, by: context.author) { change.apply(to: &$0) }
    }
  }

  private func change(
    _ context: AdminContext, _ work: (DatabaseStore, Int64, AuditAuthor) async throws -> IssuedKey?
  ) async throws -> Response {
    let key = try await key(context)
    return try await answer(key.id) { try await work(keys, key.id, context.author) }
  }

  private struct Rotation: Decodable {
    var grace: String?
  }

  private func rotate(_ request: Request, _ context: AdminContext) async throws -> Response {
    let body = try await AdminBody.decode(Rotation.self, from: request, context: context)
    let key = try await key(context)
    let grace = try KeyBody.at("/grace") { () throws(KeyRuleFault) in
      try KeyRuleTexts.duration(body.grace ?? "24h", longest: KeyRuleTexts.longestGrace)
    }
    let new = try await Self.unlessRefused { try await keys.rotate(id: key.id, grace: grace, by: context.author) }
    await gateway.keysChanged()
    guard let new else { throw Self.missing(key.id) }
    return try created(new)
  }

  private func answer(_ id: Int64, _ work: () async throws -> IssuedKey?) async throws -> Response {
    let changed = try await Self.unlessRefused(work)
    await gateway.keysChanged()
    guard let changed else { throw Self.missing(id) }
    return try AdminJSON.response(.ok, KeyNumbers(changed, now: gateway.now))
  }

  private func created(_ new: NewGatewayKey) throws -> Response {
    var response = try AdminJSON.response(.created, KeyOnce(new, now: gateway.now))
    response.headers[.location] = "/api/v1/keys/\(new.issued.id)"
    return response
  }

  /// What stands against a change of a key is said as a sentence.
  private static func unlessRefused<Value>(_ work: () async throws -> Value) async throws -> Value {
    do { return try await work() } catch let refusal as KeyRefusal {
      throw AdminProblem(.conflict, .invalidRequest, "\(refusal)")
    } catch let fault as KeyRuleFault {
      throw AdminProblem.invalidRequest(fault.description)
    }
  }

  private func running() throws(AdminProblem) -> GatewaySnapshot {
    guard let snapshot = gateway.snapshot else {
      throw AdminProblem(.serviceUnavailable, .internalError, "no configuration runs")
    }
    return snapshot
  }
}
