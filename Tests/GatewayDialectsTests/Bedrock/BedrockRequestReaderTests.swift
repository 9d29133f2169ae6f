import GatewayCore
import GatewayDialects
import Testing

@Suite("Requests of Bedrock, read")
struct BedrockRequestReaderTests {
  @Test func readsText() throws {
    let request = try readBedrock(bedrockFixture("text.request.json"))
    #expect(request.messages.map(\.role) == [.system, .user])
    #expect(request.messages.map(\.text) == ["Be brief.", "Hello"])
    #expect(request.maxOutputTokens?.string == "100")
    #expect(request.sampling.temperature?.string == "0.1")
    #expect(request.sampling.topP?.string == "1e-1")
    #expect(request.stop == ["END"])
    #expect(request.unknown.isEmpty)
  }

  @Test func readsToolsAndTheirResults() throws {
    let request = try readBedrock(bedrockFixture("tools.request.json"))
    #expect(request.messages.map(\.role) == [.user, .assistant, .tool])
    #expect(
      request.messages[1].parts.map(summary) == [
        #"call tooluse_kZJMlvQmRJ6eAyJE5GIl7Q get_weather {"city":"Zürich","days":2}"#,
        #"call tooluse_9aB1cD2eF3gH4iJ5kL6mN7 get_time {"tz":"Europe/Zurich"}"#,
      ])
    #expect(
      request.messages[2].parts.map(summary) == [
        #"result tooluse_kZJMlvQmRJ6eAyJE5GIl7Q false ["text {\"temp\":21.50} []"]"#,
        #"result tooluse_9aB1cD2eF3gH4iJ5kL6mN7 false ["text 12:00 []"]"#,
      ])
    #expect(request.tools.map(\.name) == ["get_weather", "get_time"])
    #expect(request.toolChoice == .auto)
  }

  @Test func readsASchema() throws {
    let request = try readBedrock(bedrockFixture("schema.request.json"))
    let schema =
      #"{"type":"object","properties":{"city":{"type":"string"}},"required":["city"],"additionalProperties":false}"#
    #expect(
      request.output
        == .jsonSchema(
          name: "answer", description: nil, schema: try RawJSON(validating: Array(schema.utf8)), isStrict: true))
  }

  @Test func readsThoughtsAndTheBudget() throws {
    let request = try readBedrock(bedrockFixture("reasoning.request.json"))
    #expect(request.reasoning.budget == 8192)
    #expect(
      request.messages[1].parts.map(summary) == ["thought The user greets me. c2lnbmF0dXJl -", "text Hi! []"])
    #expect(request.unknown.isEmpty)
  }

  @Test func resultsAndWordsOfOneMessageAreTwoMessages() throws {
    let request = try readBedrock(
      #"""
      {"messages":[{"role":"assistant","content":[{"toolUse":{"toolUseId":"a","name":"f","input":{}}}]},
       {"role":"user","content":[{"toolResult":{"toolUseId":"a","content":[],"status":"error"}},{"text":"So?"}]}]}
      """#)
    #expect(request.messages.map(\.role) == [.assistant, .tool, .user])
    #expect(request.messages[1].parts.map(summary) == ["result a true []"])
  }

  @Test func cachePointsMarkWhatIsBeforeThem() throws {
    let request = try readBedrock(
      #"""
      {"system":[{"text":"a"},{"cachePoint":{"type":"default","ttl":"1h"}}],
       "messages":[{"role":"user","content":[{"text":"b"},{"cachePoint":{"type":"default"}},{"text":"c"}]},
        {"role":"assistant","content":[{"cachePoint":{"type":"default"}},{"text":"d"}]}],
       "toolConfig":{"tools":[{"toolSpec":{"name":"f","inputSchema":{"json":{}}}},{"cachePoint":{"type":"default"}}]}}
      """#)
    #expect(request.messages[0].parts[0].cacheControl == CacheControl(ttl: "1h"))
    #expect(request.messages[1].parts.map(\.cacheControl) == [CacheControl(), CacheControl()])
    #expect(request.messages[2].parts[0].cacheControl == nil)
    #expect(request.tools[0].cacheControl == CacheControl())
  }

  @Test func readsMedia() throws {
    let request = try readBedrock(
      #"""
      {"messages":[{"role":"user","content":[
        {"image":{"format":"jpeg","source":{"bytes":"\/9j/"}}},
        {"image":{"format":"png","source":{"s3Location":{"uri":"s3://b/a.png"}}}},
        {"image":{"format":"png","source":{"s3Location":{"uri":"s3://b/a.png","bucketOwner":"123456789012"}}}},
        {"document":{"format":"pdf","name":"report","source":{"bytes":"JVBERi0="},"citations":{"enabled":true}}},
        {"document":{"name":"notes","source":{"text":"hi"},"context":"c"}},
        {"document":{"format":"txt","name":"list","source":{"content":[{"text":"1"}]}}},
        {"video":{"format":"three_gp","source":{"bytes":"AAAA"}}},
        {"audio":{"format":"mp3","source":{"bytes":"SUQz"}}},
        {"searchResult":{"source":"s","title":"t","content":[{"text":"x"}]}},
        {"guardContent":{"text":{"text":"g"}}}]}]}
      """#)
    #expect(
      request.messages[0].parts.map(summary) == [
        "image image/jpeg base64(/9j/)", "image image/png url(s3://b/a.png)",
        #"opaque bedrock-converse image {"format":"png","source":{"s3Location":{"uri":"s3://b/a.png","bucketOwner":"123456789012"}}}"#,
        "file application/pdf report base64(JVBERi0=)", "file text/plain notes text(hi)",
        #"opaque bedrock-converse document {"format":"txt","name":"list","source":{"content":[{"text":"1"}]}}"#,
        "video video/3gpp base64(AAAA)", "audio audio/mp3 base64(SUQz)",
        #"opaque bedrock-converse searchResult {"source":"s","title":"t","content":[{"text":"x"}]}"#,
        #"opaque bedrock-converse guardContent {"text":{"text":"g"}}"#,
      ])
    guard case .file(let file) = request.messages[0].parts[3].content else { return }
    #expect(file.citesSource == true)
  }

  @Test func readsTheFieldsOfModels() throws {
    func fields(_ json: String) throws -> CanonicalRequest {
      try readBedrock(
        #"{"messages":[{"role":"user","content":[{"text":"x"}]}],"additionalModelRequestFields":\#(json)}"#)
    }
    #expect(try fields(#"{"reasoning_config":{"type":"enabled","budget_tokens":2000}}"#).reasoning.budget == 2000)
    #expect(try fields(#"{"thinking":{"type":"adaptive"}}"#).reasoning.isAdaptive)
    #expect(try fields(#"{"thinking":{"type":"disabled"}}"#).reasoning.effort == .off)
    #expect(
      try fields(#"{"reasoningConfig":{"type":"enabled","maxReasoningEffort":"high"}}"#).reasoning.effort == .high)
    #expect(try fields(#"{"reasoning_effort":"low"}"#).reasoning.effort == .low)
    #expect(try fields(#"{"top_k":40}"#).sampling.topK?.string == "40")
    let request = try fields(#"{"tool_choice":{"type":"auto","disable_parallel_tool_use":true},"beta":[1e0]}"#)
    #expect(request.parallelToolCalls == false)
    #expect(request.unknown.map(\.name) == ["additionalModelRequestFields"])
    #expect(request.unknown.first?.value.string == #"{"beta":[1e0]}"#)
  }

  @Test func readsTheRest() throws {
    let request = try readBedrock(
      #"""
      {"modelId":"x","messages":[{"role":"user","content":[{"text":"x"}]}],"serviceTier":{"type":"flex"},
       "requestMetadata":{"team":"a"},"outputConfig":{"effort":"max"},"guardrailConfig":{"guardrailIdentifier":"g"},
       "performanceConfig":{"latency":"optimized"},"promptVariables":null}
      """#)
    #expect(request.serviceTier == "flex")
    #expect(request.metadata?.string == #"{"team":"a"}"#)
    #expect(request.reasoning.effort == .xhigh)
    #expect(request.unknown.map(\.name) == ["guardrailConfig", "performanceConfig"])
  }

  @Test func aPromptResourceNeedsNoMessages() throws {
    #expect(try readBedrock(#"{"promptVariables":{"topic":{"text":"x"}}}"#).messages.isEmpty)
  }

  @Test func systemMessagesAmongTheOthersStayThere() throws {
    let request = try readBedrock(
      #"""
      {"messages":[{"role":"user","content":[{"text":"a"}]},{"role":"system","content":[{"text":"b"}]},
       {"role":"assistant","content":[{"text":"c"}]}]}
      """#)
    #expect(request.messages.map(\.role) == [.user, .system, .assistant])
  }

  @Test func keepsEscapesNumbersAndOrder() throws {
    let request = try readBedrock(
      #"""
      {"messages":[{"role":"user","content":[{"text":"\ud83d half \u00e9"}]},{"role":"assistant","content":[
       {"toolUse":{"toolUseId":"a","name":"f","input":{"z":1e-9,"a":12345678901234567890,"m":0.10}}}]}]}
      """#)
    #expect(String(decoding: request.messages[0].text.bytes, as: UTF8.self) == #"\ud83d half \u00e9"#)
    let body = try bedrockBody(request)
    #expect(body.contains(#"{"text":"\ud83d half \u00e9"}"#))
    #expect(body.contains(#""input":{"z":1e-9,"a":12345678901234567890,"m":0.10}"#))
  }
}
