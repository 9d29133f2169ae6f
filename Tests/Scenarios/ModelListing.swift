import GatewayTesting
import Testing

@Suite struct ModelListing {
  private static let consumers = """
      fast: { targets: [p0/small] }
      "qwen-*": { targets: [p0/*] }
      hidden: { targets: [p0/hidden] }
    consumers:
      all: { keys: [env:ALL_KEY] }
      some: { keys: [env:SOME_KEY], models: [fast, "h*"] }
    """
  private static let environment = ["ALL_KEY": "sk-all", "SOME_KEY": "sk-some"]

  private func withGateway(_ body: (GatewayProcess) async throws -> Void) async throws {
    try await scenario { scenario in
      let upstream = try await scenario.upstream([.chat()])
      let gateway = try await scenario.gateway(to: upstream, top: Self.consumers, environment: Self.environment)
      try await body(gateway)
    }
  }

  @Test func listsWhatTheKeyMayUse() async throws {
    try await withGateway { gateway in
      for (key, names) in [("sk-all", ["fast", "hidden", "m"]), ("sk-some", ["fast", "hidden"])] {
        let answer = try await gateway.call("GET", "/v1/models", headers: ["authorization": "Bearer \(key)"])
        #expect(answer.status == 200)
        let list = try answer.json()
        #expect(list["object"]?.string == "list")
        let found = list["data"]?.elements.compactMap { $0["id"]?.string }.sorted()
        #expect(found == names)
        for model in list["data"]?.elements ?? [] {
          #expect(model["object"]?.string == "model")
          #expect(model["created"]?.number != nil)
          #expect(model["owned_by"]?.string != nil)
        }
      }
    }
  }

  @Test func tellsOfOneModel() async throws {
    try await withGateway { gateway in
      let answer = try await gateway.call("GET", "/v1/models/fast", headers: ["x-api-key": "sk-some"])
      #expect(answer.status == 200)
      #expect(try answer.json()["id"]?.string == "fast")
    }
  }

  @Test func aModelThatTheKeyMayNotUseIsNotShown() async throws {
    try await withGateway { gateway in
      let answer = try await gateway.call("GET", "/v1/models/m", headers: ["x-api-key": "sk-some"])
      #expect(answer.status == 403 || answer.status == 404)
      #expect(try answer.error()["code"]?.string != nil)
    }
  }

  @Test func anUnknownModelIs404() async throws {
    try await withGateway { gateway in
      let answer = try await gateway.call("GET", "/v1/models/nothing", headers: ["x-api-key": "sk-all"])
      #expect(answer.status == 404)
      #expect(try answer.error()["code"]?.string == "model_not_found")
    }
  }

  @Test func needsAKey() async throws {
    try await withGateway { gateway in
      for path in ["/v1/models", "/v1/models/fast"] {
        let answer = try await gateway.call("GET", path)
        #expect(answer.status == 401)
      }
    }
  }

  @Test func aNameWithASlashIsFound() async throws {
    try await scenario { scenario in
      let upstream = try await scenario.upstream([.chat()])
      let gateway = try await scenario.gateway(to: upstream, top: #"  "org/model": { targets: [p0/x] }"#)
      for path in ["/v1/models/org/model", "/v1/models/org%2Fmodel"] {
        #expect(try await gateway.call("GET", path).json()["id"]?.string == "org/model")
      }
      #expect(try await gateway.chat(ChatBody.plain(model: "org/model")).status == 200)
    }
  }
}
