import GatewayTesting
import Testing

@Suite struct Parameters {
  private static let policy = """
    parameters:
      default: { temperature: 0.6, stop: ["END"] }
      clamp: { max_tokens: [1, 8192], top_p: [0.1, 0.9] }
      rename: { max_completion_tokens: max_tokens }
    """

  private func sent(_ members: String, policy: String = policy) async throws -> JSONValue {
    var result = JSONValue.null
    try await scenario { scenario in
      let upstream = try await scenario.upstream([.chat()])
      let gateway = try await scenario.gateway(to: upstream, model: policy)
      #expect(try await gateway.chat(ChatBody.plain(members)).status == 200)
      result = try await upstream.request().json()
    }
    return result
  }

  @Test func aMissingParameterGetsItsDefault() async throws {
    let sent = try await sent("")
    #expect(sent["temperature"]?.number == 0.6)
    #expect(sent["stop"] == .array([.string("END")]))
    #expect(sent["model"]?.string == "up")
  }

  @Test func aGivenParameterKeepsItsValue() async throws {
    #expect(try await sent(#""temperature":1.5"#)["temperature"]?.number == 1.5)
  }

  @Test func aValueOutOfBoundsIsMovedToTheNearestBound() async throws {
    let sent = try await sent(#""max_tokens":100000,"top_p":0.01"#)
    #expect(sent["max_tokens"]?.number == 8192)
    #expect(sent["top_p"]?.number == 0.1)
  }

  @Test func aValueWithinBoundsIsLeftAlone() async throws {
    #expect(try await sent(#""max_tokens":77"#)["max_tokens"]?.number == 77)
  }

  @Test func aParameterIsRenamedForTheProvider() async throws {
    let policy = "parameters: { rename: { max_completion_tokens: max_tokens } }"
    let sent = try await sent(#""max_completion_tokens":5"#, policy: policy)
    #expect(sent["max_tokens"]?.number == 5)
    #expect(sent["max_completion_tokens"] == nil)
  }

  @Test func nestedMembersOfTheSameNameAreNotTouched() async throws {
    let sent = try await sent(#""x_vendor":{"max_tokens":100000}"#)
    #expect(sent["x_vendor"]?["max_tokens"]?.number == 100_000)
  }
}
