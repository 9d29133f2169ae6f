import GatewayCore
import GatewayDialects
import Testing

@Suite("Requests of Bedrock, written")
struct BedrockRequestWriterTests {
  @Test(
    arguments: [
      (
        "text",
        #"{"messages":[{"role":"user","content":[{"text":"Hello"}]}],"system":[{"text":"Be brief."}],"inferenceConfig":{"maxTokens":100,"temperature":0.1,"topP":1e-1,"stopSequences":["END"]},"additionalModelResponseFieldPaths":["/stop_sequence"]}"#
      ),
      (
        "tools",
        #"{"messages":[{"role":"user","content":[{"text":"What is the weather in Zürich, and what time is it?"}]},{"role":"assistant","content":[{"toolUse":{"toolUseId":"tooluse_kZJMlvQmRJ6eAyJE5GIl7Q","name":"get_weather","input":{"city":"Zürich","days":2}}},{"toolUse":{"toolUseId":"tooluse_9aB1cD2eF3gH4iJ5kL6mN7","name":"get_time","input":{"tz":"Europe/Zurich"}}}]},{"role":"user","content":[{"toolResult":{"toolUseId":"tooluse_kZJMlvQmRJ6eAyJE5GIl7Q","content":[{"text":"{\"temp\":21.50}"}]}},{"toolResult":{"toolUseId":"tooluse_9aB1cD2eF3gH4iJ5kL6mN7","content":[{"text":"12:00"}]}}]}],"toolConfig":{"tools":[{"toolSpec":{"name":"get_weather","description":"The weather of the next days","inputSchema":{"json":{"type":"object","properties":{"city":{"type":"string"},"days":{"type":"integer"}},"required":["city"]}}}},{"toolSpec":{"name":"get_time","description":"The time in a zone","inputSchema":{"json":{"type":"object","properties":{"tz":{"type":"string"}},"required":["tz"]}}}}],"toolChoice":{"auto":{}}}}"#
      ),
      (
        "image",
        #"{"messages":[{"role":"user","content":[{"text":"What is this?"},{"image":{"format":"png","source":{"bytes":"iVBORw0KGgo="}}}]}]}"#
      ),
      (
        "schema",
        #"{"messages":[{"role":"user","content":[{"text":"Where is the Eiffel tower?"}]}],"outputConfig":{"textFormat":{"type":"json_schema","structure":{"jsonSchema":{"schema":"{\"type\":\"object\",\"properties\":{\"city\":{\"type\":\"string\"}},\"required\":[\"city\"],\"additionalProperties\":false}","name":"answer"}}}}}"#
      ),
      (
        "reasoning",
        #"{"messages":[{"role":"user","content":[{"text":"Hello"}]},{"role":"assistant","content":[{"reasoningContent":{"reasoningText":{"text":"The user greets me.","signature":"c2lnbmF0dXJl"}}},{"text":"Hi!"}]},{"role":"user","content":[{"text":"What is 17 * 23?"}]}],"inferenceConfig":{"maxTokens":16384},"additionalModelRequestFields":{"thinking":{"type":"enabled","budget_tokens":8192}}}"#
      ),
    ])
  func writesTheFixtures(name: String, body: String) throws {
    let model = name == "reasoning" ? "us.anthropic.claude-sonnet-4-5-20250929-v1:0" : "m"
    let written = try writeBedrock(readBedrock(bedrockFixture("\(name).request.json")), model: model)
    #expect(String(decoding: written.body, as: UTF8.self) == body)
    #expect(written.dropped == [])
  }

  @Test func instructionsMoveToTheFrontInOrder() throws {
    var request = asking()
    request.messages.insert(CanonicalMessage(.system, parts: [.text("one")]), at: 0)
    request.messages.append(CanonicalMessage(.developer, parts: [.text("two")]))
    request.messages.append(CanonicalMessage(.assistant, parts: [.text("Hi")]))
    #expect(
      try bedrockBody(request)
        == #"{"messages":[{"role":"user","content":[{"text":"Hello"}]},{"role":"assistant","content":[{"text":"Hi"}]}],"system":[{"text":"one"},{"text":"two"}]}"#
    )
  }

  @Test func neighboursOfOneRoleBecomeOneMessage() throws {
    var request = asking()
    request.messages.append(CanonicalMessage(.user, parts: [.text("again")]))
    #expect(
      try bedrockBody(request) == #"{"messages":[{"role":"user","content":[{"text":"Hello"},{"text":"again"}]}]}"#)
  }

  @Test func blankTextIsLeftOut() throws {
    var request = asking()
    request.messages.append(CanonicalMessage(.assistant, parts: [.text(""), .text(" \n\t")]))
    request.messages.append(CanonicalMessage(.user, parts: [.text("again")]))
    #expect(
      try bedrockBody(request) == #"{"messages":[{"role":"user","content":[{"text":"Hello"},{"text":"again"}]}]}"#)
    #expect(
      fault { _ = try writeBedrock(asking(" ")) }
        == DialectFault("Bedrock needs a message with text or media; blank text does not count", path: "messages"))
  }

  @Test func anEmptyResultOfAToolIsAnEmptyObject() throws {
    var request = Self.calling()
    request.messages.append(
      CanonicalMessage(.tool, parts: [CanonicalPart(.toolResult(ToolResult(callID: "a", parts: [.text("")])))]))
    #expect(try bedrockBody(request).contains(#"{"toolResult":{"toolUseId":"a","content":[{"json":{}}]}}"#))
  }

  @Test func errorsAndImagesOfToolsAreKept() throws {
    var request = Self.calling()
    let image = CanonicalPart(.image(MediaPart(.base64("/9j/4AAQ"))))
    request.messages.append(
      CanonicalMessage(
        .tool,
        parts: [CanonicalPart(.toolResult(ToolResult(callID: "a", parts: [.text("no"), image], isError: true)))]))
    #expect(
      try bedrockBody(request).contains(
        #"{"toolResult":{"toolUseId":"a","content":[{"text":"no"},{"image":{"format":"jpeg","source":{"bytes":"/9j/4AAQ"}}}],"status":"error"}}"#
      ))
  }

  @Test func toolsAreDeclaredFromTheHistory() throws {
    let body = try bedrockBody(Self.calling())
    #expect(
      body.hasSuffix(
        #""toolConfig":{"tools":[{"toolSpec":{"name":"f","inputSchema":{"json":{"type":"object","properties":{}}}}}]}}"#
      ))
  }

  @Test func argumentsAreAnObject() throws {
    func arguments(_ text: RawText) throws -> String { try bedrockBody(Self.calling(arguments: .string(text))) }
    #expect(try arguments(#"{"a":1e-9}"#).contains(#""input":{"a":1e-9}"#))
    #expect(try arguments("").contains(#""input":{}"#))
    #expect(
      fault { _ = try arguments("{") }
        == DialectFault("the arguments of the call 'a' of 'f' are not JSON; send an object"))
    #expect(
      fault { _ = try arguments("[1]") }
        == DialectFault("the arguments of the call 'a' of 'f' are not an object; send an object"))
  }

  @Test func idsChangeOnlyWhenTheyMust() throws {
    func id(_ id: RawText) throws -> String {
      var request = Self.calling(id: id)
      request.messages.append(
        CanonicalMessage(
          .tool, parts: [CanonicalPart(.toolResult(ToolResult(callID: id, name: "f", parts: [.text("x")])))]))
      let ids = try bedrockBody(request).split(separator: #""toolUseId":""#).dropFirst().map {
        $0.prefix { $0 != "\"" }
      }
      #expect(ids.count == 2 && ids[0] == ids[1])
      return String(ids[0])
    }
    #expect(try id("functions.get_weather:0") == "functions.get_weather:0")
    #expect(try id("call_1") == "call_1")
    let long = RawText(String(repeating: "x", count: 65))
    for odd: RawText in ["a b", "é", long, "x/y"] {
      let plain = try id(odd)
      #expect(plain.hasPrefix("call_") && plain.utf8.count <= 64)
      #expect(try plain != id("other id"))
    }
    #expect(try id("") == "unnamed_1")
  }

  @Test func choicesOfTools() throws {
    func config(_ choice: ToolChoice?, model: String = "m") throws -> String {
      var request = asking()
      request.tools = ["f", "g"].map { CanonicalTool(name: $0, kind: .function(parameters: nil, isStrict: nil)) }
      request.toolChoice = choice
      return try bedrockBody(request, model: model)
    }
    #expect(try config(.required).hasSuffix(#","toolChoice":{"any":{}}}}"#))
    #expect(try config(.named("g")).hasSuffix(#","toolChoice":{"tool":{"name":"g"}}}}"#))
    #expect(try !config(nil).contains("toolChoice"))
    #expect(try !config(.allowed(["g"], isRequired: false)).contains(#""name":"f""#))
    #expect(try config(.allowed(["g"], isRequired: true)).hasSuffix(#","toolChoice":{"any":{}}}}"#))
    // Without a history the tools can simply be withheld.
    #expect(try !config(.forbidden).contains("toolConfig"))
    #expect(try !config(.forbidden, model: "anthropic.claude-opus-4-6-v1").contains("tool"))
  }

  @Test func noneIsNeverTurnedIntoAuto() throws {
    var request = Self.calling()
    request.tools = [CanonicalTool(name: "f", kind: .function(parameters: nil, isStrict: nil))]
    request.toolChoice = .forbidden
    let claude = try bedrockBody(request, model: "anthropic.claude-opus-4-6-v1")
    #expect(claude.hasSuffix(#""additionalModelRequestFields":{"tool_choice":{"type":"none"}}}"#))
    #expect(claude.contains(#""name":"f""#) && !claude.contains("toolChoice"))
    let other = try bedrockBody(request, model: "meta.llama3-3-70b-instruct-v1:0")
    #expect(other.contains(#""tools":[{"toolSpec":{"name":"no_tools","#) && !other.contains("toolChoice"))
  }

  @Test func oneCallAtATimeIsClaudesOnly() throws {
    var request = asking()
    request.tools = [CanonicalTool(name: "f", kind: .function(parameters: nil, isStrict: nil))]
    request.parallelToolCalls = false
    request.toolChoice = .named("f")
    let body = try bedrockBody(request, model: "us.anthropic.claude-sonnet-4-5-20250929-v1:0")
    #expect(
      body.hasSuffix(
        #""additionalModelRequestFields":{"tool_choice":{"type":"tool","name":"f","disable_parallel_tool_use":true}}}"#)
    )
    #expect(!body.contains("toolChoice"))
    #expect(
      fault { _ = try writeBedrock(request, model: "amazon.nova-pro-v1:0") }
        == DialectFault(
          unsupported: .singleToolCalls, "'amazon.nova-pro-v1:0' cannot be held to one tool call at a time"))
    request.parallelToolCalls = true
    #expect(try writeBedrock(request).dropped == [.parallelToolCalls])
  }

  @Test func toolsThatBedrockDoesNotKnow() {
    func write(_ kind: CanonicalTool.Kind, name: RawText = "t") -> DialectFault.Kind? {
      var request = asking()
      request.tools = [CanonicalTool(name: name, kind: kind)]
      return fault { _ = try writeBedrock(request) }?.kind
    }
    #expect(write(.webSearch(.anthropic, options: .emptyObject)) == .unsupported(.webSearch))
    #expect(write(.server(.anthropic, type: "bash", definition: .emptyObject)) == .unsupported(.serverTools))
    #expect(write(.custom(format: nil)) == .unsupported(.tools))
    #expect(write(.function(parameters: nil, isStrict: nil), name: "a.b") == .unsupported(.tools))
    #expect(write(.server(.bedrockConverse, type: "systemTool", definition: RawJSON(#"{"name":"x"}"#))) == nil)
  }

  static func calling(id: RawText = "a", arguments: ToolArguments = .json(.emptyObject)) -> CanonicalRequest {
    var request = asking()
    request.messages.append(
      CanonicalMessage(
        .assistant, parts: [CanonicalPart(.toolCall(ToolCall(id: id, name: "f", arguments: arguments)))]))
    return request
  }
}
