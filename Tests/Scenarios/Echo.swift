import Foundation
import GatewayTesting
import Testing

/// The built-in model, and the program without any configuration.
@Suite struct Echo {
  private static let file = "providers: { sluice: { kind: echo } }\nmodels: { m: { targets: [sluice/echo] } }\n"

  @Test func answersAPlainCallWithUsage() async throws {
    try await scenario { scenario in
      let answer = try await scenario.gateway(Self.file).chat()
      #expect(answer.status == 200)
      #expect(try answer.content()?.contains("hi") == true)
      let json = try answer.json()
      #expect(json["object"]?.string == "chat.completion")
      #expect(json["choices"]?[0]?["finish_reason"]?.string == "stop")
      #expect(try #require(json["usage"]?["total_tokens"]?.number) > 0)
    }
  }

  @Test func answersAStreamedCall() async throws {
    try await scenario { scenario in
      let gateway = try await scenario.gateway(Self.file)
      let (client, head) = try await gateway.stream(ChatBody.streamed(#""stream_options":{"include_usage":true}"#))
      #expect(head.status == 200)
      let rest = try await client.remainingEvents()
      #expect(rest.isWhole)
      #expect(rest.events.content.contains("hi"))
      #expect(rest.events.last?.isDone == true)
      #expect(rest.events.contains { $0.data?.contains("prompt_tokens") == true })
    }
  }

  @Test func withoutAFileThePrintedKeyWorksAndStillDoesAfterARestart() async throws {
    try await scenario { scenario in
      let gateway = try await scenario.gateway(nil)
      let said = gateway.child.output + gateway.programLog
      let words = said.split { !($0.isLetter || $0.isNumber || "-_.".contains($0)) }.map(String.init)
      #expect(said.contains("curl"))
      var key: String?
      for word in Set(words) where word.count >= 16 && key == nil {
        let answer = try await gateway.chat(
          ChatBody.plain(model: "sluice/echo"), headers: ["authorization": "Bearer \(word)"])
        if answer.status == 200 { key = word }
      }
      let found = try #require(key, "no word of what it printed is a key that works:\n\(said)")
      #expect(try await gateway.chat(ChatBody.plain(model: "sluice/echo")).status == 401)
      let models = try await gateway.call("GET", "/v1/models", headers: ["x-api-key": found])
      #expect(try models.json()["data"]?.elements.contains { $0["id"]?.string == "sluice/echo" } == true)
      gateway.terminate()
      #expect(try await gateway.child.exited() == 0)
      let again = try await GatewayProcess.start(nil, directory: gateway.directory)
      let answer = try await again.chat(ChatBody.plain(model: "sluice/echo"), headers: ["x-api-key": found])
      await again.stop()
      #expect(answer.status == 200)
    }
  }

  @Test func theKeyFileIsForItsOwnerOnly() async throws {
    try await scenario { scenario in
      let gateway = try await scenario.gateway(nil)
      let manager = FileManager.default
      let names = try manager.subpathsOfDirectory(atPath: gateway.directory.path)
      let keyFiles = names.filter { $0.lowercased().contains("key") }
      #expect(!keyFiles.isEmpty, "among \(names)")
      for name in keyFiles {
        let attributes = try manager.attributesOfItem(atPath: gateway.directory.appending(path: name).path)
        #expect((attributes[.posixPermissions] as? NSNumber)?.intValue == 0o600, "\(name)")
      }
    }
  }

  @Test func providersOfTheEnvironmentAreFound() async throws {
    try await scenario { scenario in
      let gateway = try await scenario.gateway(nil, environment: ["DEEPSEEK_API_KEY": "sk-nothing"])
      let said = try await gateway.admin("GET", "/config").text
      #expect(said.contains("deepseek"))
      #expect(!(said + gateway.child.output + gateway.programLog).contains("sk-nothing"))
    }
  }
}
