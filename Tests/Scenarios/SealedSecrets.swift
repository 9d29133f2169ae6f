import Foundation
import GatewayTesting
import Testing

/// Provider keys that lie in the database, sealed.
@Suite struct SealedSecrets {
  /// A configuration whose only provider key is `secret:up`, and the commands on its secrets.
  private struct Place {
    let scenario: Scenario
    let upstream: ScriptedUpstream
    let directory: URL
    var file: String { directory.path + "/sluice.yaml" }

    func configuration(_ storage: String) -> String {
      """
      server: { gateway: { address: "127.0.0.1:0" }, admin: { address: "127.0.0.1:0" } }
      storage: { \(storage) }
      providers: { p0: { kind: openai-compatible, url: "\(upstream.url)/v1", keys: ["secret:team/up"] } }
      models: { m: { retry: { attempts: 0 }, targets: [p0/up] } }
      consumers: { app: { keys: [env:ONE] } }

      """
    }

    func save(_ storage: String) throws {
      try Data(configuration(storage).utf8).write(to: URL(filePath: file))
    }

    func secrets(
      _ arguments: String..., input: String? = nil
    ) async throws -> (code: Int32, output: String, errorOutput: String) {
      try await scenario.command(
        ["secrets", arguments[0], "--config", file] + arguments.dropFirst(), environment: Self.environment, input: input
      )
    }

    func makeKey(_ name: String) async throws {
      let made = try await scenario.command("secrets", "generate-key", "--output", directory.path + "/\(name)")
      #expect(made.code == 0, "\(made.errorOutput)")
    }

    func start() async throws -> GatewayProcess {
      try await scenario.gateway(
        try String(contentsOfFile: file, encoding: .utf8), environment: Self.environment, directory: directory)
    }

    static let environment = ["ONE": "key-one"]
  }

  private func place(_ body: (Place) async throws -> Void) async throws {
    try await scenario { scenario in
      let upstream = try await scenario.upstream([.chat()])
      let place = Place(scenario: scenario, upstream: upstream, directory: try scenario.directory())
      try await place.makeKey("master.key")
      try place.save("masterKey: \"file:master.key\"")
      try await body(place)
    }
  }

  private func call(_ gateway: GatewayProcess) async throws -> Answer {
    try await gateway.call(
      "POST", "/v1/chat/completions", #"{"model":"m","messages":[{"role":"user","content":"hi"}]}"#,
      headers: ["authorization": "Bearer key-one"])
  }

  @Test func `a stored secret is the key that a provider gets, and no file has it`() async throws {
    try await place { place in
      let stored = try await place.secrets("set", "team/up", input: "sk-stored-secret\n")
      #expect(stored.code == 0, "\(stored.errorOutput)")
      let gateway = try await place.start()
      #expect(try await call(gateway).status == 200)
      #expect(place.upstream.requests.last?.headers["authorization"] == "Bearer sk-stored-secret")
      for name in try FileManager.default.contentsOfDirectory(atPath: place.directory.path)
      where !name.hasPrefix("stdin") {
        let bytes = FileManager.default.contents(atPath: place.directory.path + "/" + name) ?? Data()
        #expect(bytes.range(of: Data("sk-stored-secret".utf8)) == nil, "\(name)")
      }
    }
  }

  @Test func `a running gateway follows a secret that is set anew`() async throws {
    try await place { place in
      _ = try await place.secrets("set", "team/up", input: "sk-first")
      let gateway = try await place.start()
      #expect(try await call(gateway).status == 200)
      _ = try await place.secrets("set", "team/up", input: "sk-second")
      try await eventually("the provider gets the second key") {
        _ = try await call(gateway)
        return place.upstream.requests.last?.headers["authorization"] == "Bearer sk-second"
      }
    }
  }

  @Test func `the master key is rotated while calls go on`() async throws {
    try await place { place in
      _ = try await place.secrets("set", "team/up", input: "sk-first")
      let gateway = try await place.start()
      try await place.makeKey("next.key")
      try place.save("masterKey: \"file:next.key\", previousMasterKeys: [\"file:master.key\"]")
      let rotated = try await place.secrets("rotate-key")
      #expect(rotated.code == 0 && rotated.output.contains("sealed 1 anew"), "\(rotated)")
      try place.save("masterKey: \"file:next.key\"")
      try await eventually("the configuration without the old key runs") {
        try await place.scenario.command(["check", "--config", place.file], environment: Place.environment).code == 0
      }
      _ = try await place.secrets("set", "team/up", input: "sk-second")
      try await eventually("the provider gets the second key") {
        let status = try await call(gateway).status
        #expect(status == 200)
        return place.upstream.requests.last?.headers["authorization"] == "Bearer sk-second"
      }
    }
  }

  @Test func `a command prints the master key`() async throws {
    try await place { place in
      try place.save("masterKey: \"command:cat '\(place.directory.path)/master.key'\"")
      _ = try await place.secrets("set", "team/up", input: "sk-by-command")
      let gateway = try await place.start()
      #expect(try await call(gateway).status == 200)
      #expect(place.upstream.requests.last?.headers["authorization"] == "Bearer sk-by-command")
    }
  }

  @Test func `a command that fails says what it said`() async throws {
    try await place { place in
      try place.save("masterKey: \"command:echo the vault is closed >&2; exit 3\"")
      let stored = try await place.secrets("set", "team/up", input: "sk")
      #expect(stored.code == 1)
      #expect(stored.errorOutput.contains("ended with 3: the vault is closed"), "\(stored.errorOutput)")
      #expect(
        stored.errorOutput.contains("sluice.yaml:2:23: error: ")
          && stored.errorOutput.contains("(storage.masterKey)"), "\(stored.errorOutput)")
    }
  }

  @Test func `a wrong master key, a missing secret and a missing key are told with their place`() async throws {
    try await place { place in
      func check() async throws -> (code: Int32, output: String, errorOutput: String) {
        try await place.scenario.command(["check", "--config", place.file], environment: Place.environment)
      }
      var checked = try await check()
      #expect(checked.code == 1 && checked.output.contains("sluice.yaml:3:"), "\(checked)")
      #expect(checked.output.contains("there is no stored secret 'team/up'"), "\(checked.output)")

      _ = try await place.secrets("set", "team/up", input: "sk-first")
      #expect(try await check().code == 0)

      try await place.makeKey("other.key")
      try place.save("masterKey: \"file:other.key\"")
      checked = try await check()
      #expect(checked.code == 1 && checked.output.contains("it is sealed with the master key"), "\(checked)")

      try Data("not a key".utf8).write(to: place.directory.appending(path: "other.key"))
      checked = try await check()
      #expect(checked.code == 1 && checked.errorOutput.contains("a master key is 32 bytes"), "\(checked)")

      try place.save("ledger: true")
      checked = try await check()
      #expect(checked.code == 1 && checked.output.contains("needs storage.masterKey"), "\(checked)")
    }
  }

  @Test func `secrets are listed without their texts, and removed`() async throws {
    try await place { place in
      _ = try await place.secrets("set", "team/up", input: "sk-first")
      _ = try await place.secrets("set", "b", input: "sk-b")
      let listed = try await place.secrets("list")
      let names = listed.output.split(separator: "\n").compactMap { $0.split(separator: " ").first }
      #expect(names == ["b", "team/up"])
      #expect(!listed.output.contains("sk-"))
      #expect(try await place.secrets("remove", "b").code == 0)
      let again = try await place.secrets("remove", "b")
      #expect(again.code == 1 && again.errorOutput.contains("no stored secret 'b'"))
    }
  }

  @Test func `a secret that the configuration needs is removed by force only`() async throws {
    try await place { place in
      _ = try await place.secrets("set", "team/up", input: "sk-first")
      let refused = try await place.secrets("remove", "team/up")
      #expect(refused.code == 1)
      #expect(refused.errorOutput.contains("sluice.yaml:3:"), "\(refused.errorOutput)")
      #expect(refused.errorOutput.contains("(providers.p0.keys[0])"), "\(refused.errorOutput)")
      #expect(try await place.secrets("list").output.contains("team/up"))
      #expect(try await place.secrets("remove", "team/up", "--force").code == 0)
      let gone = try await place.secrets("remove", "team/up")
      #expect(gone.errorOutput.contains("no stored secret 'team/up'"))
    }
  }

  @Test func `secrets under another master key are told of when one is set`() async throws {
    try await place { place in
      _ = try await place.secrets("set", "team/up", input: "sk-first")
      try await place.makeKey("other.key")
      try place.save("masterKey: \"file:other.key\"")
      let other = try await place.secrets("set", "b", input: "sk-b")
      #expect(other.code == 0)
      #expect(other.errorOutput.contains("does not open 'team/up', sealed with"), "\(other.errorOutput)")
      let anew = try await place.secrets("set", "team/up", input: "sk-second")
      #expect(anew.code == 0 && anew.errorOutput.isEmpty, "\(anew.errorOutput)")
    }
  }

  @Test(arguments: [
    (["set", "a b"], "x", "no name of a secret"), (["set", "a"], "", "standard input is empty"),
    (["set", "a"], String(repeating: "x", count: 1 << 20) + "y", "1 MiB at most"),
  ])
  func `what cannot be stored is refused`(_ arguments: [String], _ input: String, _ sentence: String) async throws {
    try await place { place in
      let refused = try await place.scenario.command(
        ["secrets", arguments[0], "--config", place.file] + arguments.dropFirst(), environment: Place.environment,
        input: input)
      #expect(refused.code != 0 && refused.errorOutput.contains(sentence), "\(refused)")
    }
  }
}
