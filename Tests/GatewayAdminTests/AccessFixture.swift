import Foundation
import GatewayAdmin
import GatewayCore
import GatewayStorage
import Synchronization

/// An admin plane with users, and its database in a directory of its own.
final class AccessFixture: Sendable {
  static let password = "correct horse"

  let store: DatabaseStore
  let access: AdminAccess
  let port: Int
  /// Milliseconds since 1970, as the plane sees it.
  let time: Mutex<Int64>

  private init(_ store: DatabaseStore, _ access: AdminAccess, port: Int, time: Int64) {
    self.store = store
    self.access = access
    self.port = port
    self.time = Mutex(time)
  }

  private final class Clock: Sendable {
    let fixture = Mutex<AccessFixture?>(nil)
  }

  private static let start: Int64 = 1_800_000_000_000

  static func run(
    _ settings: AdminSettings = AdminSettings(port: 0), backend: ScriptedBackend = ScriptedBackend(),
    routes: [any AdminRoutes] = [], issuer: (any IssuerClient)? = nil,
    _ body: @escaping @Sendable (AccessFixture) async throws -> Void
  ) async throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "sluice-admin-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let store = try DatabaseStore(sqlite: folder.appending(path: "sluice.db").path)
    let clock = Clock()
    let access = AdminAccess(store: store, passwords: .cheap(), logger: quiet) {
      WallTime(milliseconds: clock.fixture.withLock { $0 }?.time.withLock { $0 } ?? start)
    }
    let signIn = issuer.map {
      SignInRoutes(access: access, settings: settings, backend: backend, client: $0, logger: quiet)
    }
    try await withServedPlane(
      settings, backend: backend, access: access, routes: routes + [signIn].compactMap(\.self)
    ) { port in
      let fixture = AccessFixture(store, access, port: port, time: start)
      clock.fixture.withLock { $0 = fixture }
      try await body(fixture)
    }
    clock.fixture.withLock { $0 = nil }
    try await store.close()
  }

  func make(_ name: String, _ role: AdminRole = .administrator, team: String? = nil) async throws {
    _ = try await store.makeUser(
      name, role, team: team, password: try await access.passwordForTests(Self.password), by: AuditAuthor(name: "test"),
      now: access.now)
  }

  func token(_ role: AdminRole, team: String? = nil) async throws -> String {
    try await store.issueToken(
      AdminTokenDraft(label: "t", role: role, team: team), by: AuditAuthor(name: "test"), now: access.now
    ).secret.reveal { $0 }
  }

  func pass(seconds: Int64) { time.withLock { $0 += seconds * 1000 } }

  /// - Parameter path: below `/api/v1`, unless it begins otherwise.
  func call(_ method: String, _ path: String, _ body: String? = nil, _ headers: [String] = []) async throws -> RawAnswer
  {
    let isShort = !path.hasPrefix("/config") && !path.hasPrefix("/metrics") && !path.hasPrefix("/health")
    var head = "\(method) \(isShort ? "/api/v1" : "")\(path) HTTP/1.1\r\nhost: localhost:\(port)"
    if body != nil { head += "\r\ncontent-type: application/json" }
    for header in headers { head += "\r\n\(header)" }
    return try await RawAnswer.to(head, body: body, port: port)
  }

  /// Signs in and gives the headers of the session.
  func signIn(_ name: String, password: String = password) async throws -> Session {
    try Session(
      await call("POST", "/session", #"{"name":"\#(name)","password":"\#(password)"}"#))
  }
}

/// What a browser keeps.
struct Session {
  let cookie: String
  let csrf: String
  let answer: RawAnswer

  struct Refused: Error { let answer: RawAnswer }

  init(_ answer: RawAnswer) throws {
    guard answer.status == 200, let cookie = answer.headers["set-cookie"]?.split(separator: ";").first,
      let csrf = answer.object?["csrf"] as? String
    else { throw Refused(answer: answer) }
    self.cookie = String(cookie)
    self.csrf = csrf
    self.answer = answer
  }

  var headers: [String] { ["cookie: \(cookie)", "x-sluice-csrf: \(csrf)"] }
}

extension AdminAccess {
  fileprivate func passwordForTests(_ text: String) async throws -> PasswordHash {
    try await PasswordHasher.cheap().hash(text)
  }
}
