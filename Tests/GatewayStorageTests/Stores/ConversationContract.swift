import GatewayCore
import GatewayTesting
import Testing

@testable import GatewayStorage

/// A conversation of a test: the n-th ended n seconds after the first.
enum Conversation {
  static func one(
    _ number: UInt32, of consumer: String = "app", team: String? = nil, model: String = "m",
    sealed: [UInt8] = [1, 2, 3]
  ) -> StoredConversation {
    let id = ExchangeID(origin: 7, second: 1_800_000_000, number: number)
    return StoredConversation(
      ConversationSummary(
        id: id, endedAt: moment(number), consumer: consumer, team: team, key: nil, model: model,
        surface: "chat_completions", outcome: "success", isTruncated: number % 2 == 0, bytes: sealed.count),
      sealed: sealed)
  }

  static func moment(_ number: UInt32) -> WallTime { WallTime(milliseconds: 1_800_000_000_000 + Int64(number) * 1000) }
}

extension PostgresTests {
  @Suite struct ConversationContract {
    private static let eve = AuditAuthor(name: "eve", address: "127.0.0.1")

    private func with(
      _ kind: DatabaseKind, _ conversations: [StoredConversation], _ body: (DatabaseStore) async throws -> Void
    ) async throws {
      try await kind.with { fixture in
        let store = try await fixture.open()
        try await store.keepConversations(conversations)
        try await body(store)
      }
    }

    private func numbers(
      _ store: DatabaseStore, limit: Int = 100, _ change: (inout ConversationQuery) -> Void = { _ in }
    ) async throws -> [Int64] {
      var query = ConversationQuery(limit: limit)
      change(&query)
      return try await store.conversations(query).map {
        ($0.endedAt.milliseconds - Conversation.moment(0).milliseconds) / 1000
      }
    }

    private func trail(_ store: DatabaseStore) async throws -> [String] {
      try await store.auditRecords(AuditQuery(limit: 50)).reversed()
        .map { "\($0.author.name) \($0.entry.action) \($0.entry.object ?? "-")" }
    }

    @Test(arguments: DatabaseKind.allCases) func whatIsKeptIsListedTheNewestFirst(_ kind: DatabaseKind) async throws {
      let all = (1...5).map { Conversation.one($0) }
      try await with(kind, all) { (store) async throws in
        #expect(try await store.conversations(ConversationQuery(limit: 9)) == all.reversed().map(\.summary))
        #expect(try await numbers(store) { $0.isNewestFirst = false } == [1, 2, 3, 4, 5])
      }
    }

    @Test(arguments: DatabaseKind.allCases) func twiceIsOnce(_ kind: DatabaseKind) async throws {
      let one = Conversation.one(1)
      try await with(kind, [one]) { (store) async throws in
        try await store.keepConversations([Conversation.one(1, of: "other", sealed: [9]), Conversation.one(2)])
        #expect(try await numbers(store) == [2, 1])
        #expect(try await store.conversation(one.summary.id, by: Self.eve) == one)
      }
    }

    @Test(arguments: DatabaseKind.allCases) func pagesFollowEachOther(_ kind: DatabaseKind) async throws {
      try await with(kind, (1...5).map { Conversation.one($0) }) { (store) async throws in
        for (isNewestFirst, expected) in [(true, [3, 2]), (false, [3, 4])] as [(Bool, [Int64])] {
          var query = ConversationQuery(limit: 2)
          query.isNewestFirst = isNewestFirst
          let last = try #require(try await store.conversations(query).last)
          let place = try #require(ConversationPlace(text: ConversationPlace(last).text))
          let next = try await numbers(store, limit: 2) {
            $0.isNewestFirst = isNewestFirst
            $0.after = place
          }
          #expect(next == expected)
        }
      }
    }

    @Test(arguments: DatabaseKind.allCases) func filtersNarrowTheList(_ kind: DatabaseKind) async throws {
      let all = [
        Conversation.one(1), Conversation.one(2, of: "b", team: "blue"), Conversation.one(3, model: "x\0y"),
        Conversation.one(4, of: "b"),
      ]
      try await with(kind, all) { (store) async throws in
        #expect(try await numbers(store) { $0.consumer = "b" } == [4, 2])
        #expect(try await numbers(store) { $0.team = "blue" } == [2])
        #expect(try await numbers(store) { $0.model = "m" } == [4, 2, 1])
        #expect(
          try await numbers(store) { ($0.from, $0.to) = (Conversation.moment(2), Conversation.moment(4)) } == [3, 2])
      }
    }

    @Test(arguments: DatabaseKind.allCases) func whoReadsOneStandsInTheTrail(_ kind: DatabaseKind) async throws {
      let one = Conversation.one(1, team: "blue")
      try await with(kind, [one]) { (store) async throws in
        let id = one.summary.id
        #expect(try await store.conversation(id, of: "red", by: Self.eve) == nil)
        #expect(try await store.conversation(Conversation.one(2).summary.id, by: Self.eve) == nil)
        #expect(try await trail(store).isEmpty)
        #expect(try await store.conversation(id, of: "blue", by: Self.eve) == one)
        #expect(try await trail(store) == ["eve conversations.read \(id)"])
      }
    }

    @Test(arguments: DatabaseKind.allCases) func anExportNamesAllThatItHasRead(_ kind: DatabaseKind) async throws {
      let all = [Conversation.one(1), Conversation.one(2)]
      try await with(kind, all) { (store) async throws in
        #expect(try await store.exportConversations(ConversationQuery(limit: 9), by: Self.eve) == all.reversed())
        let record = try #require(try await store.auditRecords(AuditQuery(limit: 1)).first)
        #expect(record.entry.action == "conversations.export")
        for one in all { #expect(record.entry.detail?.contains("\(one.summary.id)") == true) }
        var none = ConversationQuery(limit: 9)
        none.consumer = "nobody"
        #expect(try await store.exportConversations(none, by: Self.eve).isEmpty)
        #expect(try await trail(store).count == 1)
      }
    }

    @Test(arguments: DatabaseKind.allCases) func oneIsDeletedOnce(_ kind: DatabaseKind) async throws {
      let one = Conversation.one(1, team: "blue")
      try await with(kind, [one, Conversation.one(2)]) { (store) async throws in
        let id = one.summary.id
        #expect(try await store.removeConversation(id, of: "red", by: Self.eve) == false)
        #expect(try await store.removeConversation(id, of: "blue", by: Self.eve))
        #expect(try await store.removeConversation(id, of: "blue", by: Self.eve) == false)
        #expect(try await numbers(store) == [2])
        #expect(try await trail(store) == ["eve conversations.delete \(id)"])
      }
    }

    @Test(arguments: DatabaseKind.allCases) func allOfAConsumerAreDeleted(_ kind: DatabaseKind) async throws {
      let all = (1...450).map { Conversation.one($0, of: $0 % 9 == 0 ? "b" : "app", team: $0 % 2 == 0 ? "blue" : nil) }
      try await with(kind, all) { (store) async throws in
        var removed = [try await store.removeConversations(of: "app", in: "blue", by: Self.eve)]
        for _ in 1...2 { removed.append(try await store.removeConversations(of: "app", by: Self.eve)) }
        #expect(removed == [200, 200, 0])
        #expect(try await store.conversations(ConversationQuery(limit: 1000)).count == 50)
        #expect(
          try await trail(store) == ["eve conversations.delete-all app", "eve conversations.delete-all app"])
      }
    }

    @Test(arguments: DatabaseKind.allCases) func theTrailSaysHowManyWereDeleted(_ kind: DatabaseKind) async throws {
      // More than are deleted in one transaction, fewer, and none.
      let all = (1...260).map { Conversation.one($0, of: $0 <= 250 ? "app" : "b", team: $0 % 2 == 0 ? "blue" : nil) }
      try await with(kind, all) { (store) async throws in
        #expect(try await store.removeConversations(of: "app", by: Self.eve) == 250)
        #expect(try await store.removeConversations(of: "b", in: "blue", by: Self.eve) == 5)
        #expect(try await store.removeConversations(of: "c", by: Self.eve) == 0)
        let details = try await store.auditRecords(AuditQuery(limit: 9)).reversed().map(\.entry.detail)
        #expect(
          details == [
            #"{"consumer":"app","conversations":250}"#, #"{"consumer":"b","team":"blue","conversations":5}"#,
          ])
      }
    }

    @Test(arguments: DatabaseKind.allCases) func whatIsTooOldGoes(_ kind: DatabaseKind) async throws {
      try await with(kind, (1...250).map { Conversation.one($0) }) { (store) async throws in
        #expect(try await store.expireConversations(before: Conversation.moment(249)))
        #expect(try await store.expireConversations(before: Conversation.moment(249)) == false)
        #expect(try await numbers(store) == [250, 249])
      }
    }

    @Test(arguments: DatabaseKind.allCases)
    func anInstallationHasOneKeyThatANewMasterKeySealsAnew(_ kind: DatabaseKind) async throws {
      try await kind.with { fixture in
        let store = try await fixture.open()
        let old = try MasterKey(MasterKey.generate())
        let new = try MasterKey(MasterKey.generate())
        let ring = MasterKeyRing(current: old)
        #expect(try await store.conversationKey(ring, making: false) == nil)
        let key = try #require(try await store.conversationKey(ring, making: true))
        let again = try #require(try await store.conversationKey(ring, making: true))
        #expect(again.text == key.text)
        await #expect(throws: SecretFault.self) {
          try await store.conversationKey(MasterKeyRing(current: new), making: true)
        }
        let both = MasterKeyRing(current: new, previous: [old])
        let count = try await store.reseal(by: .gateway) {
          try both.seal(try both.open($0.sealed, named: $0.name), named: $0.name)
        }
        #expect(count == 1)
        #expect(try await store.conversationKey(MasterKeyRing(current: new), making: false)?.text == key.text)
      }
    }
  }
}
