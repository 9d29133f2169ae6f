import GatewayCore
package import GatewayStorage
import HTTPTypes
import Hummingbird

/// `/secrets`: the names of sealed secrets, and putting texts under them. No text ever comes back.
package struct SecretRoutes: AdminRoutes {
  /// Seals a text under its name; throws a sentence where there is no master key.
  package typealias Sealer = @Sendable (_ text: String, _ name: String) throws -> SealedSecret
  /// What would be wrong with the running configuration without a secret.
  package typealias Trial = @Sendable (_ name: String) async throws -> [AdminFinding]

  private let secrets: any SecretDirectory
  private let gateway: any RunningGateway
  private let seal: Sealer
  private let tryWithout: Trial

  package init(
    _ secrets: any SecretDirectory, gateway: any RunningGateway, seal: @escaping Sealer, tryWithout: @escaping Trial
  ) {
    self.secrets = secrets
    self.gateway = gateway
    self.seal = seal
    self.tryWithout = tryWithout
  }

  private struct Row: Codable {
    let name: String
    let setAt: WallTime
  }

  private struct Text: Decodable, SchemaAnnotated {
    static var members: [String: SchemaNote] {
      ["value": SchemaNote("Blanks around it are not part of it.", pattern: "[^\\s]")]
    }

    var value: String
  }

  package func add(to group: inout AdminRouteList) {
    group.get(
      "secrets",
      AdminOperation(
        "listSecrets", "The names of sealed secrets; no text comes back.", .permittedForAll(.read),
        query: [.search("In the name."), .limit(1000), .cursor], answers: [.json(Page<Row>.self, "A page of them.")])
    ) { _, context in
      let query = context.query
      let text = query["q"]?.lowercased() ?? ""
      let rows = try await secrets.secrets().filter { StoredSecret.isName($0.name) }
        .filter { text.isEmpty || $0.name.lowercased().contains(text) }
        .map { Row(name: $0.name, setAt: $0.setAt) }.sorted { $0.name < $1.name }
      return try AdminJSON.response(.ok, Page(rows, query, limit: 1000) { $0.name })
    }
    group.put(
      "secrets/:name",
      AdminOperation(
        "putSecret", "Seals a text under a name.", .permitted(.secrets), path: Self.path, body: .json(Text.self),
        answers: [
          .json(Row.self, "It was there; this text is in its place."), .json(Row.self, "It is new.", status: 201),
        ],
        refused: [409]), use: put)
    group.delete(
      "secrets/:name",
      AdminOperation(
        "deleteSecret", "Removes a secret that the configuration does not name.", .permitted(.secrets),
        path: Self.path,
        answers: [OperationAnswer(204, "It is gone.")], refused: [422]), use: remove)
  }

  private static let path = [
    PathParameter.text("name", "Of the secret, percent-encoded.", pattern: "^[A-Za-z0-9._/-]{1,128}$")
  ]

  private func put(_ request: Request, _ context: AdminContext) async throws -> Response {
    let name = try context.name("name")
    guard StoredSecret.isName(name) else {
      throw AdminProblem.invalidRequest(
        "'\(name)' is no name of a secret: use 1…128 letters, digits, '.', '_', '-' and '/'")
    }
    let text = Self.trimmed(try await AdminBody.decode(Text.self, from: request, context: context).value)
    guard !text.isEmpty else { throw AdminProblem.invalidRequest("a secret is not empty", at: "/value") }
    let sealed: SealedSecret
    do { sealed = try seal(text, name) } catch {
      throw AdminProblem(.conflict, .invalidRequest, "\(error)")
    }
    let isNew = try await secrets.secrets().allSatisfy { $0.name != name }
    let stored = StoredSecret(name: name, sealed: sealed, setAt: gateway.now)
    try await secrets.put(stored, by: context.author)
    await gateway.keysChanged()
    return try AdminJSON.response(isNew ? .created : .ok, Row(name: name, setAt: stored.setAt))
  }

  private func remove(_ request: Request, _ context: AdminContext) async throws -> Response {
    let name = try context.name("name")
    guard StoredSecret.isName(name), try await secrets.secrets().contains(where: { $0.name == name }) else {
      throw AdminProblem.notFound("there is no stored secret '\(name)'")
    }
    let findings = try await tryWithout(name)
    guard findings.isEmpty else {
      throw AdminProblem(
        .unprocessableContent, .configurationRefused, "the configuration still names the secret '\(name)'",
        problems: findings)
    }
    _ = try await secrets.removeSecret(named: name, by: context.author)
    await gateway.keysChanged()
    return Response(status: .noContent)
  }

  /// Blanks and line ends around a pasted text are not part of it.
  private static func trimmed(_ text: String) -> String {
    var text = text[...]
    while let last = text.last, last.isWhitespace { text.removeLast() }
    return String(text.drop(while: \.isWhitespace))
  }
}
