import GatewayConfiguration
import GatewayCore
import Testing

/// Every mistake is said with its exact place and what to write instead.
struct MistakeTests {
  @Test(arguments: Mistake.table("text"))
  func textThatIsNotYAMLIsRefused(_ mistake: Mistake) { check(mistake) }

  @Test(arguments: Mistake.table("values"))
  func valuesOfTheWrongFormAreRefused(_ mistake: Mistake) { check(mistake) }

  @Test(arguments: Mistake.table("server"))
  func wrongServerSettingsAreRefused(_ mistake: Mistake) { check(mistake) }

  @Test(arguments: Mistake.table("providers"))
  func wrongProvidersAreRefused(_ mistake: Mistake) { check(mistake) }

  @Test(arguments: Mistake.table("models"))
  func wrongModelsAreRefused(_ mistake: Mistake) { check(mistake) }

  @Test(arguments: Mistake.table("consumers"))
  func wrongConsumersAreRefused(_ mistake: Mistake) { check(mistake) }

  @Test(arguments: Mistake.table("tenants"))
  func wrongTenantsAreRefused(_ mistake: Mistake) { check(mistake) }

  @Test(arguments: Mistake.table("authentication"))
  func wrongWaysInAreRefused(_ mistake: Mistake) { check(mistake) }

  @Test(arguments: Mistake.table("sign-in"))
  func wrongSettingsOfASignInAreRefused(_ mistake: Mistake) { check(mistake) }

  @Test(arguments: Mistake.table("limits"))
  func wrongLimitsAreRefused(_ mistake: Mistake) { check(mistake) }

  @Test(arguments: Mistake.table("telemetry"))
  func wrongTelemetryIsRefused(_ mistake: Mistake) { check(mistake) }

  @Test(arguments: Mistake.table("secrets"))
  func wrongReferencesToSecretsAreRefused(_ mistake: Mistake) { check(mistake) }

  @Test(arguments: Mistake.table("audit"))
  func wrongAuditsAreRefused(_ mistake: Mistake) { check(mistake) }

  @Test(arguments: Mistake.table("cache"))
  func wrongCachesAreRefused(_ mistake: Mistake) { check(mistake) }

  @Test(arguments: Mistake.table("conversations"))
  func wrongConversationsAreRefused(_ mistake: Mistake) { check(mistake) }

  @Test(arguments: Mistake.table("warnings"))
  func doubtfulSettingsAreWarnedOf(_ mistake: Mistake) {
    let result = Loading.load(mistake.yaml)
    #expect(result.problems.map(\.description) == mistake.problems)
    #expect(result.snapshot != nil)
  }

  @Test func theTablesHoldMoreThanAHundredMistakes() {
    let names = ["text", "values", "server", "providers", "models", "consumers", "tenants", "limits", "secrets"]
    #expect(names.map { Mistake.table($0).count }.reduce(0, +) > 100)
  }

  private func check(_ mistake: Mistake) {
    let result = Loading.load(mistake.yaml)
    #expect(result.problems.map(\.description) == mistake.problems)
    #expect(result.snapshot == nil)
    #expect(result.start == nil)
  }
}

/// Mistakes that no table can hold.
struct FileMistakeTests {
  @Test func anEmptyFileIsRefused() {
    #expect(Loading.problems("") == ["sluice.yaml:1:1: error: the file is empty; name at least one provider"])
  }

  @Test func aFileThatIsMissingIsSaidSo() {
    let result = ConfigurationLoader.load("gone.yaml", context: Loading.context())
    #expect(result.problems.map(\.description) == ["gone.yaml: error: the file does not exist; check --config"])
  }

  @Test func aFileOfMoreThan64MebibytesIsRefused() {
    let result = ConfigurationLoader.load(
      bytes: [UInt8](repeating: 0x20, count: 64 << 20 | 1), file: "sluice.yaml", context: Loading.context())
    #expect(result.problems.map(\.description) == ["sluice.yaml: error: the file is larger than 64MiB"])
  }

  @Test func bytesThatAreNotUTF8AreRefusedWhereTheyStand() {
    let bytes = Array("providers:\n  é: ".utf8) + [0xFF, 0x0A]
    let result = ConfigurationLoader.load(bytes: bytes, file: "sluice.yaml", context: Loading.context())
    #expect(
      result.problems.map(\.description) == ["sluice.yaml:2:6: error: the file is not UTF-8; save it as UTF-8 text"])
  }

  @Test func aControlCharacterIsRefusedWhereItStands() {
    #expect(
      Loading.problems("providers:\n  e: { kind: echo } # \u{1}\n") == [
        "sluice.yaml:2:23: error: control characters are not allowed; save the file as plain UTF-8 text"
      ])
  }

  @Test func aSecretIsNeverPartOfAMessage() {
    let text = """
      providers:
        p: { kind: openai, keys: ["sk-very secret\\n"], proxy: "http://user:very-secret@:3128" }
        q: { kind: openai-compatible, url: "http://user:very-secret@host/v1" }
      consumers:
        a: { keys: ["very secret key"] }
      """
    let problems = Loading.problems(text)
    #expect(problems.count { $0.contains("error") } >= 4)
    #expect(!problems.contains { $0.contains("very") })
  }

  @Test func aFileOfAnotherKindDoesNotFillTheScreen() {
    let text = (0..<2000).map { "key\($0): value" }.joined(separator: "\n")
    let problems = Loading.problems(text)
    #expect(problems.count == 501)
    #expect(problems.last == "sluice.yaml: error: 1501 more problems are not shown; correct these first")
  }

  @Test func flagsAreNamedAsTheSource() {
    let problems = Loading.problems("providers: { e: { kind: echo } }") {
      $0.overrides.gateway = "8080"
      $0.overrides.admin = "0.0.0.0:9000"
    }
    #expect(
      problems == [
        "--gateway: error: '8080' is not host:port; write host:port, such as 0.0.0.0:8080",
        "--admin: warning: the admin API listens on 0.0.0.0:9000 without TLS: whoever is in between reads passwords and "
          + "tokens; set server.admin.tls; or let a proxy end TLS, and name its https:// URL in server.admin.url "
          + "(server.admin.address)",
        "--admin: warning: the admin API listens on 0.0.0.0:9000, where others can reach it, and has no token: it starts only "
          + "when there is an administrator; make one with `sluice admin create`, set server.admin.token, or listen on "
          + "127.0.0.1 (server.admin.address)",
      ])
  }
}
