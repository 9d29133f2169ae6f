import Foundation
import GatewayTesting
import Testing

/// A gateway that others can reach never runs without consumers, whatever is saved while it runs.
@Suite struct OpenAddresses {
  private static let consumers = "consumers: { app: { keys: [env:ONE] } }"

  /// How the process came to listen on every address.
  enum Start: CaseIterable { case byFlag, byFile }

  @Test(arguments: Start.allCases)
  func aReloadCannotOpenTheGatewayToOthers(_ start: Start) async throws {
    try await scenario { scenario in
      let upstream = try await scenario.upstream([.chat("fine")])
      let place = try scenario.directory()
      let address = start == .byFile ? "server: { gateway: { address: \"0.0.0.0:0\" } }\n" : ""
      let file = place.appending(path: "sluice.yaml")
      func save(_ top: String) throws {
        try Data(Configuration.text(to: [upstream.url], top: top).utf8).write(to: file, options: .atomic)
      }
      try save(address + Self.consumers)
      let flags = start == .byFlag ? ["--gateway", "0.0.0.0:0"] : []
      let child = try ChildProcess(
        try binary(), ["serve", "--admin", "127.0.0.1:0", "--config", file.path] + flags,
        environment: ["ONE": "sk-one"], directory: place)
      defer { child.signal(SIGKILL) }
      let port = try await self.port(of: "gateway", child)
      let admin = try await self.port(of: "admin", child)
      #expect(try await chat(port, key: nil).status == 401)

      try save("server: { gateway: { address: \"127.0.0.1:0\" } }")
      let refused = try await call(admin, "POST", "/config/reload")
      #expect(refused.status == 422)
      #expect(refused.text.contains("consumer"), "\(refused.text)")
      #expect(try await chat(port, key: nil).status == 401)
      #expect(try await chat(port, key: "sk-one").status == 200)
      #expect(upstream.requests.count == 1)

      // With a consumer the same address is only noted.
      try save("server: { gateway: { address: \"127.0.0.1:0\" } }\n" + Self.consumers)
      #expect(try await call(admin, "POST", "/config/reload").status == 200)
      #expect(try await chat(port, key: nil).status == 401)
      #expect(try await chat(port, key: "sk-one").status == 200)
    }
  }

  private func chat(_ port: Int, key: String?) async throws -> Answer {
    try await call(
      port, "POST", "/v1/chat/completions", ChatBody.plain(), headers: key.map { ["x-api-key": $0] } ?? [:])
  }

  private func call(
    _ port: Int, _ method: String, _ path: String, _ body: String? = nil, headers: HeaderList = [:]
  ) async throws -> Answer {
    let client = try await RawClient.connect(port: port)
    let host = HeaderList.Field(name: "host", value: "127.0.0.1:\(port)")
    client.request(method, path, body: body, headers: HeaderList([host] + headers.fields))
    let answer = try await client.answer()
    await client.close()
    return answer
  }

  private func port(of plane: String, _ child: ChildProcess) async throws -> Int {
    try await eventually("the \(plane) plane listens; log:\n\(child.errorOutput)") {
      if let code = child.exitCode { throw ScenarioError("it ended with \(code):\n\(child.errorOutput)") }
      return child.errorOutput.split(separator: "\n")
        .first { $0.contains("listening") && $0.contains("plane=\(plane)") }?
        .split(separator: " ").first { $0.hasPrefix("address=") }?
        .split(separator: ":").last.flatMap { Int($0) }
    }
  }

  /// The program, beside the running tests unless `SLUICE` names it.
  private func binary() throws -> String {
    let environment = ProcessInfo.processInfo.environment
    if let named = environment["SLUICE"] ?? environment["SLUICE_BINARY"], !named.isEmpty { return named }
    let beside = URL(filePath: CommandLine.arguments[0]).deletingLastPathComponent().appending(path: "sluice").path
    let candidates = [beside, "\(FileManager.default.currentDirectoryPath)/.build/debug/sluice"]
    return try #require(candidates.first(where: FileManager.default.isExecutableFile(atPath:)))
  }
}
