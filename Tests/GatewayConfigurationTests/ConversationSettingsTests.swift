import GatewayCore
import Testing

@testable import GatewayConfiguration

/// `conversations`, and where it is switched on.
struct ConversationSettingsTests {
  private static let base = """
    providers: { e: { kind: echo } }
    storage: { masterKey: "file:master.key" }

    """

  @Test func withoutAWordNothingIsKept() throws {
    let snapshot = try #require(Loading.load(Self.base + "consumers: { a: { keys: [env:MY_APP_KEY] } }").snapshot)
    #expect(!snapshot.conversations.isOn)
    #expect(snapshot.conversations == ConversationSettings())
    #expect(snapshot.conversations.mask == [.email, .phone, .idCard, .bankCard])
    #expect(snapshot.consumers.allSatisfy { !Caller(consumer: $0).keepsConversations })
  }

  @Test func theInnermostThatSaysAnythingDecides() throws {
    let result = Loading.load(
      Self.base + """
        organisations: { o: { conversations: true } }
        teams: { t: { organisation: o }, u: { organisation: o, conversations: false } }
        consumers:
          a: { keys: [env:MY_APP_KEY], team: t }
          b: { keys: [env:MOBILE_APP_KEY], team: t, conversations: false }
          c: { keys: [env:SIGNING_SECRET], team: u }
          d: { keys: [env:INTROSPECTION_SECRET], team: u, conversations: true }
        """)
    let snapshot = try #require(result.snapshot, "\(result.problems)")
    #expect(snapshot.conversations.isOn)
    let kept = snapshot.consumers.filter { Caller(consumer: $0).keepsConversations }.map(\.name).sorted()
    #expect(kept == ["a", "d"])
  }

  @Test func allOfItCanBeSaid() throws {
    let result = Loading.load(
      Self.base + """
        consumers: { a: { keys: [env:MY_APP_KEY], conversations: true } }
        conversations:
          retention: 7d
          maximum: 1MiB
          mask: [email, { pattern: "ORD-[0-9]+", replace: "[order]" }, { pattern: "x+" }]
        """)
    let settings = try #require(result.snapshot?.conversations)
    #expect(settings.retention == .seconds(7 * 86_400) && settings.maximum == 1 << 20)
    #expect(
      settings.mask == [
        .email, .pattern("ORD-[0-9]+", replacement: "[order]"), .pattern("x+", replacement: "[masked]"),
      ])
  }

  @Test func theKeyBesideTheDatabaseIsForWhatStandsInIt() throws {
    let own = MasterKeySettings(Secret("0f"), of: "sluice.db.masterkey")
    let file = "providers: { e: { kind: echo } }\nconsumers: { a: { keys: [env:MY_APP_KEY] } }"
    let stored = try StoredObjects(document: #"{"consumers":{"b":{"conversations":true}}}"#)
    func errors(_ text: String, _ key: MasterKeySettings?) -> [Problem] {
      let result = Loading.load(text) { context in
        context.storedObjects = .objects(stored)
        context.ownMasterKey = key
      }
      return result.problems.filter { $0.severity == .error }
    }
    #expect(errors(file, own).isEmpty)
    #expect(errors(file, nil).map(\.pointer) == ["/consumers/b/conversations"])
    let inFile = errors(file.replacing("[env:MY_APP_KEY]", with: "[env:MY_APP_KEY], conversations: true"), own)
    #expect(inFile.map(\.path) == ["consumers.a.conversations"])
  }

  @Test func aKeyThatCannotBeOpenedIsAMistake() {
    let text = Self.base + "consumers: { a: { keys: [env:MY_APP_KEY], conversations: true } }"
    let problems = Loading.problems(text) { context in
      context.openSecret = { name, _ in
        name == ConversationSettings.keyName ? .unreadable("it is sealed with another") : .missing(names: [])
      }
    }
    #expect(
      problems == [
        "sluice.yaml:3:58: error: the key that conversations are sealed with cannot be opened: it is sealed with another (consumers.a.conversations)"
      ])
    #expect(Loading.problems(text) { $0.openSecret = { _, _ in .missing(names: []) } }.isEmpty)
  }
}
