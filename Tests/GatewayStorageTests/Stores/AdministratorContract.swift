import Foundation
import GatewayCore
import Testing

@testable import GatewayStorage

extension PostgresTests {
  @Suite struct AdministratorContract {
    private static let author = AuditAuthor(name: "root", address: "127.0.0.1")
    private static let start = WallTime(milliseconds: 1_800_000_000_000)

    private static func later(_ duration: Duration) -> WallTime {
      WallTime(milliseconds: start.milliseconds + duration.wholeNanoseconds / 1_000_000)
    }

    private func hash(_ password: String) throws -> PasswordHash {
      try PasswordHash(of: password, cost: .init(rounds: 4, blockSize: 8, parallelism: 1))
    }

    @discardableResult
    private func make(
      _ name: String, _ role: AdminRole = .administrator, in store: DatabaseStore, isFirst: Bool = false
    ) async throws -> Administrator {
      try await store.makeUser(
        name, role, password: try hash("secret of \(name)"), isFirst: isFirst, by: Self.author, now: Self.start)
    }

    @Test(arguments: DatabaseKind.allCases) func usersAreKeptByName(_ kind: DatabaseKind) async throws {
      try await kind.with { fixture in
        let store = try await fixture.open()
        #expect(try await store.hasAdministrator() == false)
        let eve = try await make("eve", in: store)
        let bob = try await make("bob", .viewer, in: store)
        #expect(try await store.users() == [bob, eve])
        #expect(try await store.user(named: "eve") == eve)
        #expect(try await store.user(named: "Eve") == nil)
        #expect(try await store.hasAdministrator())
        #expect(try await store.password(of: "eve")?.matches("secret of eve") == true)
        #expect(try await store.password(of: "eve")?.matches("secret of bob") == false)
        #expect(try await store.password(of: "nobody") == nil)
      }
    }

    @Test(arguments: DatabaseKind.allCases) func aNameIsTakenOnce(_ kind: DatabaseKind) async throws {
      try await kind.with { fixture in
        let store = try await fixture.open()
        try await make("eve", in: store)
        await #expect(throws: AdministratorRefusal.exists(name: "eve")) { try await make("eve", in: store) }
        await #expect(throws: AdministratorRefusal.alreadySetUp) { try await make("ada", in: store, isFirst: true) }
      }
    }

    @Test(arguments: DatabaseKind.allCases) func ofManyFirstAdministratorsOneIsMade(_ kind: DatabaseKind) async throws {
      try await kind.with { fixture in
        let store = try await fixture.open()
        let made = await withTaskGroup(of: Bool.self) { group in
          for number in 1...8 {
            group.addTask { (try? await make("user-\(number)", in: store, isFirst: true)) != nil }
          }
          return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
        }
        #expect(made == 1)
        #expect(try await store.users().count == 1)
      }
    }

    @Test(arguments: DatabaseKind.allCases) func theLastAdministratorStays(_ kind: DatabaseKind) async throws {
      try await kind.with { fixture in
        let store = try await fixture.open()
        try await make("eve", in: store)
        try await make("bob", .operator, in: store)
        var demotion = AdministratorChange()
        demotion.role = (.viewer, nil)
        var disabling = AdministratorChange()
        disabling.isDisabled = true
        for change in [demotion, disabling] {
          await #expect(throws: AdministratorRefusal.last(name: "eve")) {
            try await store.changeUser("eve", change, by: Self.author, now: Self.start)
          }
        }
        await #expect(throws: AdministratorRefusal.last(name: "eve")) {
          try await store.removeUser("eve", by: Self.author, now: Self.start)
        }
        try await make("ada", in: store)
        #expect(try await store.removeUser("eve", by: Self.author, now: Self.start))
        #expect(try await store.removeUser("eve", by: Self.author, now: Self.start) == false)
        #expect(try await store.changeUser("eve", demotion, by: Self.author, now: Self.start) == nil)
        #expect(try await store.users().map(\.name) == ["ada", "bob"])
      }
    }

    @Test(arguments: DatabaseKind.allCases) func aSessionEndsWithIdlenessOrAge(_ kind: DatabaseKind) async throws {
      try await kind.with { fixture in
        let store = try await fixture.open()
        let eve = try await make("eve", in: store)
        try await store.beginSession("a", of: "eve", by: Self.author, now: Self.start)
        try await store.beginSession("b", of: "eve", by: Self.author, now: Self.start)
        #expect(try await store.user(ofSession: "a", now: Self.later(.seconds(11 * 3600))) == eve)
        #expect(try await store.user(ofSession: "a", now: Self.later(.seconds(22 * 3600))) == eve)
        #expect(try await store.user(ofSession: "b", now: Self.later(.seconds(13 * 3600))) == nil)
        for hour in stride(from: 33, to: 168, by: 11) {
          #expect(try await store.user(ofSession: "a", now: Self.later(.seconds(hour * 3600))) == eve)
        }
        #expect(try await store.user(ofSession: "a", now: Self.later(.seconds(168 * 3600 + 1))) == nil)
        #expect(try await store.user(ofSession: "c", now: Self.start) == nil)
      }
    }

    @Test(arguments: DatabaseKind.allCases) func aChangeOfAUserEndsItsSessions(_ kind: DatabaseKind) async throws {
      try await kind.with { fixture in
        let store = try await fixture.open()
        try await make("eve", in: store)
        try await make("bob", .operator, in: store)
        let password = try hash("another one")
        let changes: [(inout AdministratorChange) -> Void] = [
          { $0.password = password }, { $0.role = (.viewer, nil) }, { $0.isDisabled = true },
        ]
        for make in changes {
          try await store.beginSession("a", of: "bob", by: Self.author, now: Self.start)
          try await store.beginSession("e", of: "eve", by: Self.author, now: Self.start)
          #expect(try await store.user(ofSession: "a", now: Self.start) != nil)
          var change = AdministratorChange()
          make(&change)
          _ = try await store.changeUser("bob", change, by: Self.author, now: Self.start)
          #expect(try await store.user(ofSession: "a", now: Self.start) == nil)
          #expect(try await store.user(ofSession: "e", now: Self.start) != nil)
          try await store.endSession("e", by: Self.author, now: Self.start)
          #expect(try await store.user(ofSession: "e", now: Self.start) == nil)
        }
        #expect(try await store.password(of: "bob") == nil)
      }
    }

    @Test(arguments: DatabaseKind.allCases) func aNewSessionTakesThePlaceOfTheOldOne(_ kind: DatabaseKind) async throws
    {
      try await kind.with { fixture in
        let store = try await fixture.open()
        try await make("eve", in: store)
        try await store.beginSession("a", of: "eve", by: Self.author, now: Self.start)
        try await store.beginSession("b", of: "eve", replacing: "a", by: Self.author, now: Self.start)
        #expect(try await store.user(ofSession: "a", now: Self.start) == nil)
        #expect(try await store.user(ofSession: "b", now: Self.start) != nil)
      }
    }

    @Test(arguments: DatabaseKind.allCases) func aTokenIsKnownUntilItEnds(_ kind: DatabaseKind) async throws {
      try await kind.with { fixture in
        let store = try await fixture.open()
        let draft = AdminTokenDraft(
          label: "ci", role: .teamAdministrator, team: "a", expiresAt: Self.later(.seconds(60)))
        let (secret, token) = try await store.issueToken(draft, by: Self.author, now: Self.start)
        let text = secret.reveal { $0 }
        #expect(text.hasPrefix("slt_") && text.utf8.count == 47)
        #expect(try await store.token(text, now: Self.start) == token)
        let used = try await store.tokens()
        #expect(used.map(\.id) == [token.id])
        #expect(used.first?.lastUsedAt == Self.start)
        #expect(try await store.token(text + "x", now: Self.start) == nil)
        #expect(try await store.token(text, now: Self.later(.seconds(60))) == nil)
        #expect(try await store.removeToken(id: token.id, by: Self.author, now: Self.start))
        #expect(try await store.token(text, now: Self.start) == nil)
        #expect(try await store.removeToken(id: token.id, by: Self.author, now: Self.start) == false)
      }
    }

    private static func eve(_ role: AdminRole = .operator, team: String? = nil, subject: String = "u-1")
      -> LinkedIdentity
    {
      LinkedIdentity(issuer: "https://id", subject: subject, name: "eve|1", role: role, team: team)
    }

    @Test(arguments: DatabaseKind.allCases) func whomAnIssuerKnowsIsOneUserForEver(_ kind: DatabaseKind) async throws {
      try await kind.with { fixture in
        let store = try await fixture.open()
        let made = try await store.signIn(Self.eve(), cookie: "c-1", from: "10.0.0.1", now: Self.start)
        #expect(made.issuer == "https://id" && made.role == .operator)
        #expect(try await store.user(ofSession: "c-1", now: Self.start) == made)
        var renamed = Self.eve(.teamAdministrator, team: "mobile")
        renamed.name = "eva"
        let changed = try await store.signIn(renamed, cookie: "c-2", from: nil, now: Self.start)
        #expect(changed.name == "eve|1" && changed.team == "mobile")
        // Another role ends what was open.
        #expect(try await store.user(ofSession: "c-1", now: Self.start) == nil)
        #expect(try await store.user(ofSession: "c-2", now: Self.start) == changed)
        #expect(try await store.users() == [changed])
        let actions = try await store.auditRecords(AuditQuery(limit: 10)).map(\.entry.action)
        #expect(actions == ["session.create", "users.change", "session.create", "users.create"])
        #expect(try await store.password(of: "eve|1") == nil)
      }
    }

    @Test(arguments: DatabaseKind.allCases) func aNameOfAnotherIsNotTakenOver(_ kind: DatabaseKind) async throws {
      try await kind.with { fixture in
        let store = try await fixture.open()
        try await make("eve|1", in: store)
        await #expect(throws: LinkedRefusal.nameTaken) {
          _ = try await store.signIn(Self.eve(), cookie: "c-1", from: nil, now: Self.start)
        }
        #expect(try await store.user(ofSession: "c-1", now: Self.start) == nil)
      }
    }

    @Test(arguments: DatabaseKind.allCases) func whatTheIssuerSaysIsNotChangedHere(_ kind: DatabaseKind) async throws {
      try await kind.with { fixture in
        let store = try await fixture.open()
        _ = try await store.signIn(Self.eve(), cookie: "c-1", from: nil, now: Self.start)
        var change = AdministratorChange()
        change.password = try hash("correct horse")
        let password = change
        await #expect(throws: AdministratorRefusal.linked(name: "eve|1", issuer: "https://id")) {
          _ = try await store.changeUser("eve|1", password, by: Self.author, now: Self.start)
        }
        change = AdministratorChange()
        change.isDisabled = true
        _ = try await store.changeUser("eve|1", change, by: Self.author, now: Self.start)
        await #expect(throws: LinkedRefusal.disabled) {
          _ = try await store.signIn(Self.eve(), cookie: "c-2", from: nil, now: Self.start)
        }
        await #expect(throws: LinkedRefusal.nameTaken) {
          _ = try await store.signIn(Self.eve(subject: "u-2"), cookie: "c-3", from: nil, now: Self.start)
        }
      }
    }

    @Test(arguments: DatabaseKind.allCases) func aSessionByAnIssuerLastsHalfADay(_ kind: DatabaseKind) async throws {
      try await kind.with { fixture in
        let store = try await fixture.open()
        _ = try await store.signIn(Self.eve(), cookie: "c-1", from: nil, now: Self.start)
        for hours in [6, 11] {
          #expect(try await store.user(ofSession: "c-1", now: Self.later(.seconds(hours * 3600))) != nil)
        }
        #expect(try await store.user(ofSession: "c-1", now: Self.later(.seconds(12 * 3600 + 1))) == nil)
      }
    }

    @Test(arguments: DatabaseKind.allCases) func noSecretIsInTheDatabaseAsItIs(_ kind: DatabaseKind) async throws {
      try await kind.with { fixture in
        let store = try await fixture.open()
        try await make("eve", in: store)
        try await store.beginSession("cookie-of-eve", of: "eve", by: Self.author, now: Self.start)
        let secret = try await store.issueToken(
          AdminTokenDraft(label: "ci", role: .viewer), by: Self.author, now: Self.start
        ).secret.reveal { $0 }
        let stored = try await store.database.transaction { session in
          let rows =
            try session.all("SELECT password FROM admin_user") { Array(($0.text(0) ?? "").utf8) }
            + session.all("SELECT hash FROM admin_session") { $0.bytes(0) ?? [] }
            + session.all("SELECT hash FROM admin_token") { $0.bytes(0) ?? [] }
          return rows.map { String(decoding: $0, as: UTF8.self) }
        }
        #expect(stored.count == 3)
        #expect(stored[0].hasPrefix("$scrypt$ln=4,r=8,p=1$"))
        for text in stored {
          for clear in ["secret of eve", "cookie-of-eve", secret] { #expect(!text.contains(clear)) }
        }
      }
    }
  }

  @Suite struct AdminAuditContract {
    private func fill(_ store: DatabaseStore, _ count: Int = 5) async throws {
      for number in 1...count {
        try await store.audit(
          AuditEntry("models.put", "m\(number)", revision: number, detail: #"{"a":1}"#),
          by: AuditAuthor(name: number == 2 ? "bob" : "eve", address: "10.0.0.1"),
          now: WallTime(milliseconds: Int64(number) * 1000))
      }
    }

    @Test(arguments: DatabaseKind.allCases) func recordsAreReadNewestFirst(_ kind: DatabaseKind) async throws {
      try await kind.with { fixture in
        let store = try await fixture.open()
        try await fill(store)
        var query = AuditQuery(limit: 2)
        #expect(try await store.auditRecords(query).map(\.entry.object) == ["m5", "m4"])
        query.before = 4
        query.author = "eve"
        #expect(try await store.auditRecords(query).map(\.entry.object) == ["m3", "m1"])
        query = AuditQuery(limit: 9)
        query.from = WallTime(milliseconds: 2000)
        query.to = WallTime(milliseconds: 4000)
        let found = try await store.auditRecords(query)
        #expect(found.map(\.entry.revision) == [3, 2])
        #expect(found.last?.author == AuditAuthor(name: "bob", address: "10.0.0.1"))
      }
    }

    @Test(arguments: DatabaseKind.allCases) func anUntouchedTrailIsWhole(_ kind: DatabaseKind) async throws {
      try await kind.with { fixture in
        let store = try await fixture.open()
        #expect(try await store.verifyAudit() == AuditVerdict(records: 0, broken: nil, last: AuditRecord.start))
        try await fill(store)
        let verdict = try await store.verifyAudit()
        #expect(verdict.records == 5 && verdict.broken == nil)
        let last = try await store.auditRecords(AuditQuery(limit: 1)).first
        #expect(verdict.last == last?.digest)
      }
    }

    @Test(
      arguments: DatabaseKind.allCases,
      [
        ("UPDATE admin_audit SET author = 'ada' WHERE number = 2", 3), ("DELETE FROM admin_audit WHERE number = 2", 3),
        ("UPDATE admin_audit SET object = NULL WHERE number = 4", 5),
        ("UPDATE admin_audit SET action = 'models.putm', object = '4' WHERE number = 4", 5),
        ("DELETE FROM admin_audit WHERE number = 1", 2), ("UPDATE admin_audit SET revision = 7 WHERE number = 1", 2),
      ] as [(String, Int64)])
    func aChangedTrailIsNot(_ kind: DatabaseKind, _ change: (sql: String, broken: Int64)) async throws {
      try await kind.with { fixture in
        let store = try await fixture.open()
        try await fill(store)
        try await fixture.execute(change.sql)
        #expect(try await store.verifyAudit().broken == change.broken)
      }
    }

    @Test(arguments: DatabaseKind.allCases) func thoseWhoWriteAtOnceMakeOneChain(_ kind: DatabaseKind) async throws {
      try await kind.with { fixture in
        let store = try await fixture.open()
        let other = try await fixture.open(try fixture.location(of: "other"), serves: false)
        try await withThrowingTaskGroup(of: Void.self) { group in
          for store in [store, other] { group.addTask { try await fill(store, 20) } }
          try await group.waitForAll()
        }
        let verdict = try await store.verifyAudit()
        #expect(verdict.records == 40 && verdict.broken == nil)
      }
    }
  }
}

@Suite struct PasswordTests {
  @Test func aHashIsReadAsItWasWritten() throws {
    let hash = try PasswordHash(of: "correct horse", cost: .init(rounds: 4, blockSize: 8, parallelism: 1))
    #expect(PasswordHash(hash.text) == hash)
    #expect(try PasswordHash(hash.text)?.matches("correct horse") == true)
  }

  @Test(arguments: ["", "x", "$scrypt$ln=15,r=8,p=1$AA==", "$scrypt$ln=40,r=8,p=1$AA==$AA==", "$argon2$a$b$c"])
  func anotherTextIsNoHash(text: String) { #expect(PasswordHash(text) == nil) }

  @Test func theSameCharactersAreTheSamePassword() throws {
    let hash = try PasswordHash(of: "caf\u{E9} noir!", cost: .init(rounds: 4, blockSize: 8, parallelism: 1))
    #expect(try hash.matches("cafe\u{301} noir!"))
  }

  @Test func aPasswordOfNobodyIsWrong() async throws {
    #expect(try await PasswordHasher.cheap().matches("", nil) == false)
  }

  @Test func moreThanAFewDoNotWait() async throws {
    let hasher = PasswordHasher(cost: .init(rounds: 13, blockSize: 8, parallelism: 1))
    let busy = await withTaskGroup(of: Bool.self) { group in
      for _ in 1...40 {
        group.addTask {
          do { return try await hasher.matches("guess", nil) } catch { return error is PasswordHasher.Busy }
        }
      }
      return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
    }
    #expect(busy >= 1 && busy <= 24)
  }
}
