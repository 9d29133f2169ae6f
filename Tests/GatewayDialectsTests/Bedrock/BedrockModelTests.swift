import GatewayCore
import GatewayDialects
import Testing

@Suite("Bedrock's models")
struct BedrockModelTests {
  private static let schema = RawJSON(#"{"type":"object","properties":{"city":{"type":"string"}}}"#)

  private func thinking(_ model: String, _ change: (inout CanonicalRequest) -> Void = { _ in }) throws -> String {
    var request = asking()
    request.reasoning.effort = .medium
    change(&request)
    let written = try writeBedrock(request, model: model)
    let text = String(decoding: written.body, as: UTF8.self)
    let hints = written.dropped.map { "\($0)" }.joined(separator: " ")
    return String(text.dropFirst(#"{"messages":[{"role":"user","content":[{"text":"Hello"}]}]"#.count)) + hints
  }

  @Test(
    arguments: [
      "us.anthropic.claude-3-7-sonnet-20250219-v1:0", "anthropic.claude-opus-4-20250514-v1:0",
      "global.anthropic.claude-sonnet-4-5-20250929-v1:0", "anthropic.claude-opus-4-6-v1",
      "arn:aws:bedrock:us-east-1:123456789012:inference-profile/us.anthropic.claude-opus-4-1-20250805-v1:0",
    ])
  func olderClaudesThinkWithinABudget(model: String) throws {
    #expect(
      try thinking(model)
        == #","inferenceConfig":{"maxTokens":12288},"additionalModelRequestFields":{"thinking":{"type":"enabled","budget_tokens":8192}}}"#
    )
  }

  @Test(arguments: ["anthropic.claude-opus-4-7", "us.anthropic.claude-sonnet-5", "anthropic.claude-mythos-preview"])
  func newerClaudesDecideThemselves(model: String) throws {
    #expect(
      try thinking(model)
        == #","outputConfig":{"effort":"medium"},"additionalModelRequestFields":{"thinking":{"type":"adaptive"}}}"#)
    #expect(
      try thinking(model) { request in
        request.reasoning = ReasoningRequest()
        request.reasoning.budget = 40_000
        request.reasoning.includesThoughts = true
        request.sampling.temperature = RawJSON("0.3")
      }
        == #","outputConfig":{"effort":"xhigh"},"additionalModelRequestFields":{"thinking":{"type":"adaptive","display":"summarized"}}}temperature"#
    )
  }

  @Test func othersThinkInTheirOwnWords() throws {
    #expect(
      try thinking("us.amazon.nova-2-lite-v1:0")
        == #","additionalModelRequestFields":{"reasoningConfig":{"type":"enabled","maxReasoningEffort":"medium"}}}"#)
    #expect(
      try thinking("openai.gpt-oss-120b-1:0") == #","additionalModelRequestFields":{"reasoning_effort":"medium"}}"#)
    for model in [
      "anthropic.claude-3-5-sonnet-20240620-v1:0", "amazon.nova-pro-v1:0", "meta.llama3-1-8b-instruct-v1:0",
    ] {
      #expect(try thinking(model) == "}reasoningEffort")
    }
  }

  @Test func noThinkingIsWhatHappensAnyway() throws {
    #expect(try thinking("anthropic.claude-opus-4-6-v1") { $0.reasoning.effort = .off } == "}")
    #expect(try thinking("anthropic.claude-sonnet-5") { $0.reasoning.effort = .off } == "}reasoningEffort")
  }

  @Test func theLimitGrowsToHoldTheBudget() throws {
    let claude = "anthropic.claude-sonnet-4-5-20250929-v1:0"
    #expect(try thinking(claude) { $0.maxOutputTokens = RawJSON(100) }.contains(#""maxTokens":8292"#))
    #expect(try thinking(claude) { $0.maxOutputTokens = RawJSON(9000) }.contains(#""maxTokens":9000"#))
    #expect(try thinking(claude) { $0.reasoning.budget = 10 }.contains(#""budget_tokens":1024"#))
    var traits = TargetTraits(model: claude)
    traits.maximumOutput = 8000
    var request = asking()
    request.reasoning.effort = .high
    let body = String(decoding: try BedrockRequestWriter.write(request, traits: traits).body, as: UTF8.self)
    #expect(body.contains(#""maxTokens":8000"#) && body.contains(#""budget_tokens":4000"#))
  }

  @Test func thinkingYieldsToWhatChangesTheMeaning() throws {
    let claude = "anthropic.claude-sonnet-4-5-20250929-v1:0"
    let forced = try thinking(claude) {
      $0.tools = [CanonicalTool(name: "f", kind: .function(parameters: nil, isStrict: nil))]
      $0.toolChoice = .required
    }
    #expect(forced.hasSuffix("reasoningEffort") && !forced.contains("thinking"))
    // A turn of calls that began without a thought cannot be taken up with one.
    var request = BedrockRequestWriterTests.calling()
    request.messages.append(
      CanonicalMessage(.tool, parts: [CanonicalPart(.toolResult(ToolResult(callID: "a", parts: [.text("x")])))]))
    request.reasoning.effort = .low
    #expect(try writeBedrock(request, model: claude).dropped == [.reasoningEffort])
    request.messages.append(CanonicalMessage(.user, parts: [.text("and?")]))
    #expect(try writeBedrock(request, model: claude).dropped == [.reasoningEffort])
    request.messages[1].parts.insert(CanonicalPart(.reasoning(ReasoningPart(text: "t", signature: "s"))), at: 0)
    #expect(try writeBedrock(request, model: claude).dropped == [])
  }

  @Test func samplingThatAModelRefusesIsLeftOut() throws {
    func dropped(_ model: String, thinks: Bool = false) throws -> [Hint] {
      var request = asking()
      request.sampling.temperature = RawJSON("0.5")
      request.sampling.topP = RawJSON("0.9")
      request.sampling.topK = RawJSON(5)
      if thinks { request.reasoning.effort = .low }
      return try writeBedrock(request, model: model).dropped
    }
    #expect(try dropped("anthropic.claude-3-5-haiku-20241022-v1:0") == [])
    #expect(try dropped("anthropic.claude-haiku-4-5-20251001-v1:0") == [.topP])
    #expect(try dropped("anthropic.claude-opus-4-8") == [.temperature, .topK, .topP])
    #expect(try dropped("anthropic.claude-3-7-sonnet-20250219-v1:0", thinks: true) == [.temperature, .topK, .topP])
    #expect(try dropped("amazon.nova-lite-v1:0") == [])
    #expect(try dropped("meta.llama3-1-8b-instruct-v1:0") == [.topK])
  }

  @Test func topKHasItsPlace() throws {
    func body(_ model: String) throws -> String {
      var request = asking()
      request.sampling.topK = RawJSON("5e0")
      return try bedrockBody(request, model: model)
    }
    #expect(try body("anthropic.claude-3-haiku-20240307-v1:0").contains(#"Fields":{"top_k":5e0}"#))
    #expect(try body("amazon.nova-lite-v1:0").contains(#"Fields":{"inferenceConfig":{"topK":5e0}}"#))
  }

  @Test func fieldsOfTheClientStandBesideOurs() throws {
    let request = try readBedrock(
      #"""
      {"messages":[{"role":"user","content":[{"text":"x"}]}],"additionalModelRequestFields":{"top_k":7,"anthropic_beta":["b"]}}
      """#)
    #expect(
      try bedrockBody(request, model: "anthropic.claude-3-haiku-20240307-v1:0").hasSuffix(
        #""additionalModelRequestFields":{"top_k":7,"anthropic_beta":["b"]}}"#))
  }

  @Test(
    arguments: ["amazon.nova-pro-v1:0", "anthropic.claude-3-5-sonnet-20241022-v2:0", "meta.llama3-3-70b-instruct-v1:0"])
  func structuredOutputIsAForcedToolWhereThereIsNone(model: String) throws {
    var request = asking()
    request.output = .jsonSchema(name: "answer", description: nil, schema: Self.schema, isStrict: true)
    let written = try writeBedrock(request, model: model)
    let choice = model.hasPrefix("meta") ? #"{"any":{}}"# : #"{"tool":{"name":"json_response"}}"#
    #expect(written.emulated == [.responseFormat])
    #expect(
      String(decoding: written.body, as: UTF8.self).hasSuffix(
        #""inputSchema":{"json":{"type":"object","properties":{"city":{"type":"string"}}}}}}],"toolChoice":\#(choice)}}"#
      ))
  }

  @Test func whatTheModelCannotHoldToASchemaIsRefused() throws {
    var request = asking()
    request.output = .jsonSchema(name: nil, description: nil, schema: RawJSON(#"{"type":"array"}"#), isStrict: nil)
    #expect(fault { _ = try writeBedrock(request, refused: ["outputConfig"]) }?.kind == .unsupported(.structuredOutput))
    #expect(try writeBedrock(request).emulated == [])
    request.output = .jsonObject
    #expect(try writeBedrock(request).emulated == [.responseFormat])
    request.tools = [CanonicalTool(name: "f", kind: .function(parameters: nil, isStrict: nil))]
    #expect(fault { _ = try writeBedrock(request) }?.kind == .unsupported(.structuredOutput))
  }

  @Test func strictToolsAreKeptWhereTheModelHasThem() throws {
    var request = asking()
    request.tools = [CanonicalTool(name: "f", kind: .function(parameters: Self.schema, isStrict: true))]
    #expect(try bedrockBody(request, model: "anthropic.claude-opus-4-6-v1").contains(#""strict":true"#))
    #expect(try writeBedrock(request, model: "amazon.nova-pro-v1:0").dropped == [.strict])
  }
}
