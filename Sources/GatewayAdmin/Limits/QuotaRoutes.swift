import GatewayConfiguration
package import GatewayCore
import GatewayStorage
import Hummingbird

/// `/quotas`: what is left of quotas, and topping them up.
package struct QuotaRoutes: AdminRoutes {
  /// Runs its argument with a desk of the running configuration.
  package typealias DeskOpener =
    @Sendable (
      _ snapshot: GatewaySnapshot, _ body: @Sendable (QuotaDesk) async throws -> [QuotaStanding]
    ) async throws -> [QuotaStanding]

  // More than a page of the console shows.
  private static let mostRows = 1000

  private let gateway: any RunningGateway
  private let open: DeskOpener

  package init(gateway: any RunningGateway, open: @escaping DeskOpener) {
    self.gateway = gateway
    self.open = open
  }

  private struct Row: Codable {
    let name: String
    /// `tokens`, `requests`, or a currency.
    let unit: String
    /// More than `limit` where more was added than used; less than 0 where more was used.
    let left: LimitAmount
    let limit: LimitAmount
    @OrNull var subject: String?
    /// When it will be full again.
    @OrNull var full: WallTime?

    /// In the list: names have no control characters.
    var place: String { "\(name)\u{1}\(subject ?? "")" }

    init(_ standing: QuotaStanding, now: WallTime) {
      let quota = standing.limit
      name = quota.quota?.name ?? ""
      unit = quota.unitName
      left = LimitAmount(quota.amount - standing.used, of: quota)
      limit = LimitAmount(quota.amount, of: quota)
      subject = SubjectText.shown(standing.subject)
      full = standing.full(now: now)
    }
  }

  private struct Change: Decodable {
    /// A number, or a decimal text.
    struct Amount: SchemaDescribed {
      let text: String

      static func schema(in book: SchemaBook, _ direction: SchemaBook.Direction) throws -> JSONValue {
        .object([("type", .strings(["number", "string"]))])
      }
      static var sample: Amount { Amount(text: "0") }

      private init(text: String) { self.text = text }

      init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if let text = try? container.decode(String.self) {
          self.text = text
        } else {
          let number = try container.decode(Double.self)
          text = Int64(exactly: number).map { String($0) } ?? String(number)
        }
      }
    }

    var amount: Amount
    var subject: String?
  }

  package func add(to group: inout AdminRouteList) {
    group.get(
      "quotas",
      AdminOperation(
        "listQuotas", "What is left of quotas.", .permitted(.read),
        query: [QueryParameter("consumer", "Only what this one has."), .limit(Self.mostRows), .cursor],
        answers: [.json(Page<Row>.self, "A page of them.")]), use: list)
    group.post("quotas/:name/add", Self.change("addToQuota", "Adds to what is left; less than 0 takes away.")) {
      try await change($0, $1) { .add($0) }
    }
    group.post("quotas/:name/set", Self.change("setQuota", "Says what is left.")) { request, context in
      try await change(request, context) { amount throws(QuotaFault) in
        guard amount >= 0 else { throw QuotaFault("less than nothing cannot be left; 0 ends the quota") }
        return .set(amount)
      }
    }
  }

  private static func change(_ id: String, _ summary: String) -> AdminOperation {
    AdminOperation(
      id, summary, .permitted(.keys), body: .json(Change.self),
      answers: [.json(Page<Row>.self, "What is left now.")])
  }

  private func list(_ request: Request, _ context: AdminContext) async throws -> Response {
    let now = gateway.now
    let consumer = context.query["consumer"]
    let standings = try await asked { try await $0.standings(of: consumer, now: now) }
    let shown = standings.filter { mayShow($0, context) }
    let rows = shown.map { Row($0, now: now) }.sorted { $0.place < $1.place }
    return try AdminJSON.response(.ok, Page(rows, context.query, limit: Self.mostRows) { $0.place })
  }

  private func change(
    _ request: Request, _ context: AdminContext,
    _ amount: @escaping @Sendable (Int64) throws(QuotaFault) -> QuotaChange.Amount
  ) async throws -> Response {
    let name = try context.name("name")
    let body = try await AdminBody.decode(Change.self, from: request, context: context)
    guard let quota = gateway.snapshot?.quotas.first(where: { $0.quota?.name == name }) else {
      throw AdminProblem.notFound("the configuration has no quota '\(name)'")
    }
    guard mayShow(QuotaStanding(limit: quota, subject: body.subject ?? "", used: 0), context) else {
      throw AdminProblem(.forbidden, .notPermitted, "the quota '\(name)' is not of this team alone")
    }
    let wanted: QuotaChange.Amount
    do throws(QuotaFault) {
      wanted = try amount(try QuotaAmount.read(body.amount.text, for: quota))
    } catch {
      throw AdminProblem.invalidRequest("\(error)", at: "/amount")
    }
    let now = gateway.now
    let standings = try await asked { desk in
      [try await desk.change(quota, for: body.subject, by: wanted, author: context.author, now: now)]
    }
    await gateway.quotasChanged()
    return try AdminJSON.response(.ok, Page(standings.map { Row($0, now: now) }))
  }

  private func asked(
    _ body: @Sendable (QuotaDesk) async throws -> [QuotaStanding]
  ) async throws -> [QuotaStanding] {
    guard let snapshot = gateway.snapshot else { return [] }
    do { return try await open(snapshot, body) } catch let fault as QuotaFault {
      throw AdminProblem.invalidRequest("\(fault)", at: fault.subject == nil ? nil : "/subject")
    } catch let error as RedisError {
      throw AdminProblem(.serviceUnavailable, .storageUnavailable, "\(error)")
    }
  }

  /// A team administrator sees what is counted of the own team's consumers, and of nobody else.
  private func mayShow(_ standing: QuotaStanding, _ context: AdminContext) -> Bool {
    guard let team = context.team else { return true }
    guard let snapshot = gateway.snapshot else { return false }
    let own = snapshot.consumers.filter { $0.team?.name == team }
    if snapshot.tenants.team(named: team)?.limits.contains(where: { $0 === standing.limit }) == true { return true }
    if own.contains(where: { $0.limits.contains { $0 === standing.limit } }) { return true }
    return switch standing.limit.key {
    case .consumer: own.contains { $0.name == standing.subject }
    case .team: standing.subject == team
    default: false
    }
  }
}
