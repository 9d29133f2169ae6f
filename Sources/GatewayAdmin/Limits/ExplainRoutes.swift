import GatewayCore
import GatewayPolicies
package import GatewayStorage
import Hummingbird

/// `/explain`: why a call would be let in or refused. Nothing is called and nothing is counted.
package struct ExplainRoutes: AdminRoutes {
  private let keys: DatabaseStore
  private let gateway: any RunningGateway

  package init(keys: DatabaseStore, gateway: any RunningGateway) {
    self.keys = keys
    self.gateway = gateway
  }

  private struct Body: Decodable, SchemaAnnotated {
    static var members: [String: SchemaNote] {
      let tokens = 0...Int(TokenUsage.largestCount)
      return [
        "key": SchemaNote("The id of an issued key."), "consumer": SchemaNote("In the place of the key."),
        "token": SchemaNote(
          "In the place of the key: a JSON Web Token. Nobody is asked about it, and nothing keeps it."),
        "surface": SchemaNote("`chat`, a path, or a name of the access log."),
        "inputTokens": SchemaNote("How many the call would bring.", range: tokens),
        "maxTokens": SchemaNote("How many the answer may have.", range: tokens),
        "address": SchemaNote("Where the call comes from."),
        "bytes": SchemaNote("Of a file that the call stores.", range: 0...Int(ByteCount.most)),
      ]
    }

    var key: Int64?
    var consumer: String?
    var token: String?
    var model: String?
    /// A path, or a name of the access log.
    var surface: String?
    var inputTokens: Int?
    var maxTokens: Int?
    var address: String?
    var bytes: Int64?
    var headers: [String: String]?
  }

  package func add(to group: inout AdminRouteList) {
    group.post(
      "explain",
      AdminOperation(
        "explain", "Why a call would be let in or refused; nothing is called.", .permitted(.read),
        body: .json(Body.self), answers: [.json(ExplainAnswer.self, "The decision and its reasons.")])
    ) { request, context in
      let body = try await AdminBody.decode(Body.self, from: request, context: context)
      guard let snapshot = gateway.snapshot else {
        throw AdminProblem(.serviceUnavailable, .internalError, "no configuration runs")
      }
      let question = try await question(body, snapshot, context)
      let answer = await explain(question, in: snapshot, key: try await issued(body.key))
      return try AdminJSON.response(.ok, answer)
    }
  }

  private func issued(_ id: Int64?) async throws -> IssuedKey? {
    guard let id else { return nil }
    return try await keys.key(id: id)
  }

  private func question(
    _ body: Body, _ snapshot: GatewaySnapshot, _ context: AdminContext
  ) async throws -> Explanation.Question {
    let callers = CallerSearch(snapshot: snapshot, keys: keys, team: context.team)
    let credential: Explanation.Question.Credential
    switch (body.key, body.consumer, body.token) {
    case (let id?, nil, nil): credential = .issued(try await callers.issued(id, at: "/key").hash)
    case (nil, let name?, nil): credential = .consumer(try callers.caller(consumer: name, at: "/consumer").consumer)
    case (nil, nil, let token?):
      // It may be anybody's.
      guard context.team == nil else {
        throw AdminProblem.invalidRequest("name a consumer or a key of the team", at: "/token")
      }
      credential = .token(Secret(token), keys: nil)
    case (nil, nil, nil):
      guard context.team == nil else {
        throw AdminProblem.invalidRequest("name a consumer or a key of the team", at: "/consumer")
      }
      credential = .key(nil)
    default: throw AdminProblem.invalidRequest("name one of the key, the consumer and the token", at: "/consumer")
    }
    let surface = try body.surface.map { text throws(AdminProblem) in try Self.surface(text) }
    guard body.model != nil || surface?.keepsObjects == true else {
      throw AdminProblem.invalidRequest("name the model of the call", at: "/model")
    }
    let address = body.address ?? "127.0.0.1"
    guard NetworkAddress(text: address[...]) != nil else {
      throw AdminProblem.invalidRequest("'\(address)' is no IP address", at: "/address")
    }
    for (name, tokens) in [("inputTokens", body.inputTokens), ("maxTokens", body.maxTokens)] {
      guard (0...TokenUsage.largestCount).contains(tokens ?? 0) else {
        throw AdminProblem.invalidRequest("name 0 to \(TokenUsage.largestCount) tokens", at: "/\(name)")
      }
    }
    guard (0...ByteCount.most).contains(body.bytes ?? 0) else {
      throw AdminProblem.invalidRequest("name 0 to \(ByteCount.most) bytes", at: "/bytes")
    }
    var question = Explanation.Question(
      credential: credential, model: body.model, surface: surface, address: address,
      headers: (body.headers ?? [:]).map { (name: $0.key, value: $0.value) })
    (question.inputTokens, question.maxTokens) = (body.inputTokens, body.maxTokens)
    question.storedBytes = body.bytes ?? 0
    return question
  }

  private func explain(
    _ question: Explanation.Question, in snapshot: GatewaySnapshot, key: IssuedKey?
  ) async -> ExplainAnswer {
    let now = gateway.now
    var wanted: [Demand] = []
    // A first pass only asks what would be counted.
    let asking = Explanation.Counts(
      used: { demand in
        wanted.append(demand)
        return nil
      }, refusal: { _ in nil })
    _ = Explanation(question, in: snapshot, counts: asking, now: now)
    var standings: [[String]: LimitStanding] = [:]
    for (demand, standing) in zip(wanted, await gateway.standings(of: wanted)) {
      standings[[demand.limit.id, demand.subject]] = standing
    }
    func standing(_ demand: Demand) -> LimitStanding? { standings[[demand.limit.id, demand.subject]] }
    var counts = Explanation.Counts(
      used: { standing($0)?.used },
      refusal: { demands in
        for demand in demands {
          guard let standing = standing(demand), standing.used > demand.limit.amount - demand.amount else { continue }
          return LimitRefusal(
            limit: demand.limit, subject: demand.subject, used: standing.used, amount: demand.amount,
            wait: demand.limit.quota == nil ? nil : standing.reset, standings: Standings())
        }
        return nil
      })
    counts.isSetAside = { gateway.isSetAside($0) }
    let explanation = Explanation(question, in: snapshot, counts: counts, now: now)
    return ExplainAnswer(explanation, key: key, counted: gateway.standingSource, now: now)
  }

  private static func surface(_ text: String) throws(AdminProblem) -> Surface {
    let path = text == "chat" ? Surface.chatCompletions.rawValue : text
    if let surface = Surface.allCases.first(where: { $0.path == path || $0.rawValue == path }) { return surface }
    let near = nearestNames(to: text, among: Surface.allCases.map(\.rawValue), limit: 1).first
    throw .invalidRequest(
      "unknown surface '\(text)'\(near.map { "; did you mean '\($0)'?" } ?? "")", at: "/surface")
  }
}
