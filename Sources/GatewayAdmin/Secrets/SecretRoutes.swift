import GatewayCore
package import GatewayStorage
import HTTPTypes
package import Hummingbird

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

  private struct Row: Encodable {
    let name: String
    let setAt: WallTime
  }

  private struct Text: Decodable {
    var value: String
  }

  package func add(to group: RouterGroup<AdminContext>) {
    group.get("secrets") { request, context in
      try context.requireEverything(.read)
      _ = try AdminQuery(request)
      let rows = try await secrets.secrets().map { Row(name: $0.name, setAt: $0.setAt) }
      return try AdminJSON.response(.ok, Page(rows, total: rows.count))
    }
    group.put("secrets/:name", use: put)
    group.delete("secrets/:name", use: remove)
  }

  private func put(_ request: Request, _ context: AdminContext) async throws -> Response {
    try context.require(.secrets)
    _ = try AdminQuery(request)
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
    try context.require(.secrets)
    _ = try AdminQuery(request)
    let name = try context.name("name")
    guard try await secrets.secrets().contains(where: { $0.name == name }) else {
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
