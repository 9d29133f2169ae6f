import Foundation
import GatewayCore
import GatewayDialects
import Testing

@Suite("Hunyuan requests")
struct HunyuanRequestTests {
  private static func written(_ request: CanonicalRequest) throws -> WrittenRequest {
    try Dialect.hunyuan.writeRequest(request, traits: TargetTraits(model: "hunyuan-turbos-latest"))
  }

  private static func body(_ request: CanonicalRequest) throws -> String {
    String(decoding: try written(request).body, as: UTF8.self)
  }

  private static func read(_ name: String) throws -> CanonicalRequest {
    try DialectTesting.request(.openAIChat, fixture("Dialects/openai-chat/\(name).request.json"))
  }

  @Test("Turns are written by turns, instructions in one message at the front")
  func writesTurns() throws {
    let request = DialectTesting.simple {
      $0.messages.append(CanonicalMessage(.user, parts: [.text("Are \"you\" there?")]))
      $0.messages.append(CanonicalMessage(.developer, parts: [.text("Rhyme.")]))
      $0.messages.append(
        CanonicalMessage(
          .assistant, parts: [CanonicalPart(.reasoning(ReasoningPart(text: "Hm."))), .text("I am.")]))
      $0.messages.append(CanonicalMessage(.assistant, parts: [.text("Here.")]))
      $0.messages.append(CanonicalMessage(.system, parts: [.text("Be brief.")]))
      $0.messages.append(CanonicalMessage(.user, name: "ann", parts: [.text("Good.")]))
      $0.isStream = true
      $0.sampling.temperature = RawJSON("1e-1")
      $0.sampling.topP = RawJSON("0.90")
      $0.sampling.seed = RawJSON(7)
      $0.stop = ["END"]
    }
    let written = try Self.written(request)
    #expect(written.isStream)
    #expect(written.dropped == [.participantName])
    #expect(
      String(decoding: written.body, as: UTF8.self)
        == #"{"Model":"hunyuan-turbos-latest","Messages":[{"Role":"system","Content":"Rhyme.\n\nBe brief."},"#
        + #"{"Role":"user","Content":"Hi\n\nAre \"you\" there?"},{"Role":"assistant","Content":"I am.\n\nHere."},"#
        + #"{"Role":"user","Content":"Good."}],"Stream":true,"Temperature":1e-1,"TopP":0.90,"Seed":7,"Stop":["END"]}"#)
  }

  @Test("Calls and results go with their ids, schemas as JSON within a string")
  func writesTools() throws {
    let body = try Self.body(Self.read("tools"))
    #expect(
      body.contains(
        #"{"Role":"assistant","Content":"","ToolCalls":[{"Id":"call_Jlkwe1","Type":"function","Function":"#
          + #"{"Name":"get_weather","Arguments":"{\"city\":\"Zürich\",\"days\":2}"},"Index":0},"#))
    #expect(body.contains(#"{"Role":"tool","ToolCallId":"call_Jlkwe2","Content":"12:00"}"#))
    let root = try JSONDocument(Array(body.utf8)).root
    let parameters = try #require(root["Tools"]?.elements.first { _ in true }?["Function"]?["Parameters"]?.string)
    #expect(try JSONDocument(Array(parameters.utf8)).root["type"]?.string == "object")
    #expect(root["ToolChoice"]?.string == "auto")
  }

  @Test("A named tool is a custom choice, any tool is one where there is one, and refused where there are several")
  func writesChoice() throws {
    var request = try Self.read("tools")
    request.toolChoice = .named("get_time")
    #expect(
      try Self.body(request).contains(
        #""ToolChoice":"custom","CustomTool":{"Type":"function","Function":{"Name":"get_time","Parameters":"{"#))
    request.toolChoice = .required
    #expect(DialectTesting.unsupported(.hunyuan, request) == .toolChoice)
    request.toolChoice = .allowed(["get_time"], isRequired: true)
    let body = try Self.body(request)
    #expect(body.contains(#""CustomTool":{"Type":"function","Function":{"Name":"get_time""#))
    #expect(!body.contains(#""Description":"The weather.""#))
    request.toolChoice = .forbidden
    #expect(try Self.body(request).contains(#""ToolChoice":"none""#))
  }

  @Test("A tool without parameters gets an empty schema")
  func writesEmptySchema() throws {
    let request = DialectTesting.simple {
      $0.tools = [CanonicalTool(name: "now", kind: .function(parameters: nil, isStrict: true))]
      $0.parallelToolCalls = true
    }
    let written = try Self.written(request)
    #expect(written.dropped == [.parallelToolCalls, .strict])
    #expect(
      String(decoding: written.body, as: UTF8.self).contains(
        #""Parameters":"{\"type\":\"object\",\"properties\":{}}""#))
  }

  @Test("Images and videos are parts of the user's, what tools have shown as well")
  func writesMedia() throws {
    let body = try Self.body(Self.read("image"))
    #expect(
      body.contains(
        #"{"Role":"user","Contents":[{"Type":"text","Text":"What is this?"},"#
          + #"{"Type":"image_url","ImageUrl":{"Url":"data:image/png;base64,iVBORw0KGgo="}},"#))
    let shown = DialectTesting.simple {
      let call = ToolCall(id: "1", name: "look", arguments: .string("{}"))
      $0.messages.append(CanonicalMessage(.assistant, parts: [CanonicalPart(.toolCall(call))]))
      let image = CanonicalPart(.image(MediaPart(.url("https://example.com/a.png"))))
      let result = ToolResult(callID: "1", parts: [.text("see"), image])
      $0.messages.append(CanonicalMessage(.tool, parts: [CanonicalPart(.toolResult(result))]))
    }
    #expect(
      try Self.body(shown).contains(
        #"{"Role":"tool","ToolCallId":"1","Content":"see"},{"Role":"user","Contents":[{"Type":"image_url","#
          + #""ImageUrl":{"Url":"https://example.com/a.png"}}]}]"#))
    let video = DialectTesting.simple {
      $0.messages[0].parts.append(CanonicalPart(.video(MediaPart(.url("https://example.com/v.mp4")))))
    }
    #expect(
      try Self.body(video).contains(#"{"Type":"video_url","VideoUrl":{"Url":"https://example.com/v.mp4"}}"#))
  }

  @Test("A search is a switch, and asks for its sources")
  func writesSearch() throws {
    let request = DialectTesting.simple {
      $0.tools = [CanonicalTool(name: "web_search", kind: .webSearch(.anthropic, options: .emptyObject))]
    }
    #expect(try Self.body(request).hasSuffix(#""EnableEnhancement":true,"SearchInfo":true}"#))
  }

  @Test("Switches of its own go on as they are, and win over those of the search")
  func writesSwitches() throws {
    let request = DialectTesting.simple {
      $0.tools = [CanonicalTool(name: "web_search", kind: .webSearch(.openAIChat, options: .emptyObject))]
      $0.unknown = [
        ("SearchInfo", RawJSON("false")), ("StreamModeration", RawJSON("false")), ("Other", RawJSON("1")),
      ]
    }
    let written = try Self.written(request)
    #expect(written.dropped == [.unknown("Other")])
    #expect(
      String(decoding: written.body, as: UTF8.self).hasSuffix(
        #""EnableEnhancement":true,"SearchInfo":false,"StreamModeration":false}"#))
  }

  @Test("Thoughts are switched, not measured", arguments: [("off", "false"), ("high", "true")])
  func writesThinking(effort: String, value: String) throws {
    let request = DialectTesting.simple { $0.reasoning.effort = effort == "off" ? .off : .high }
    let written = try Self.written(request)
    #expect(written.dropped.isEmpty)
    #expect(String(decoding: written.body, as: UTF8.self).hasSuffix(#""EnableThinking":\#(value)}"#))
  }

  @Test("What has no word is told", arguments: ["0", "10001", "-1", "1.5"])
  func drops(seed: String) throws {
    let written = try Self.written(
      DialectTesting.simple {
        $0.sampling.seed = RawJSON(written: Array(seed.utf8))
        $0.sampling.topK = RawJSON(4)
        $0.maxOutputTokens = RawJSON(100)
        $0.user = "u"
      })
    #expect(Set(written.dropped) == [.seed, .topK, .user, .unknown("max_tokens")])
  }

  @Test("What changes the meaning is refused")
  func refuses() {
    func unsupported(_ change: (inout CanonicalRequest) -> Void) -> RequestPart? {
      DialectTesting.unsupported(.hunyuan, DialectTesting.simple(change))
    }
    let function = CanonicalTool(name: "f", kind: .function(parameters: nil, isStrict: nil))
    #expect(unsupported { $0.output = .jsonObject } == .structuredOutput)
    #expect(unsupported { $0.choices = 2 } == .severalChoices)
    #expect(unsupported { $0.logprobs = true } == .logprobs)
    #expect(unsupported { $0.modalities = ["text", "audio"] } == .audioOutput)
    #expect(unsupported { $0.modalities = ["image"] } == .imageOutput)
    #expect(unsupported { $0.previousResponseID = "r" } == .storedState)
    #expect(unsupported { $0.cachedContent = "c" } == .cachedContent)
    #expect(unsupported { $0.tools = [CanonicalTool(name: "c", kind: .custom(format: nil))] } == .tools)
    #expect(
      unsupported {
        $0.tools = [CanonicalTool(name: "c", kind: .server(.anthropic, type: "bash", definition: .emptyObject))]
      } == .serverTools)
    #expect(
      unsupported {
        $0.tools = [function]
        $0.parallelToolCalls = false
      } == .singleToolCalls)
    #expect(
      unsupported {
        $0.tools = [function]
        $0.toolChoice = .named("g")
      } == .toolChoice)
    #expect(unsupported { $0.messages[0].parts = [CanonicalPart(.audio(MediaPart(.base64("AA=="))))] } == .audio)
    #expect(unsupported { $0.messages[0].parts = [CanonicalPart(.file(MediaPart(.base64("AA=="))))] } == .files)
    #expect(unsupported { $0.messages[0].parts = [CanonicalPart(.video(MediaPart(.base64("AA=="))))] } == .video)
    #expect(unsupported { $0.messages[0].parts = [CanonicalPart(.image(MediaPart(.fileID("1"))))] } == .images)
  }

  @Test("The path of what is refused is the caller's")
  func namesPaths() throws {
    let choice = try Self.read("tools")
    #expect {
      var request = choice
      request.toolChoice = .required
      _ = try Self.written(request)
    } throws: {
      ($0 as? DialectFault)?.path == "tool_choice"
    }
    #expect(RequestPart.structuredOutput.path(in: .openAIChat) == "response_format")
  }
}
