import Foundation
import GatewayCore
import GatewayDialects
import Testing

@Suite("Cohere requests")
struct CohereRequestTests {
  private static func lines(_ request: CanonicalRequest) -> [String] {
    request.messages.map { message in
      "\(message.role.rawValue): " + message.parts.map(CohereTesting.line).joined(separator: " | ")
    }
  }

  // MARK: Reading

  @Test("The text request is read, digits as they stand")
  func readsText() throws {
    let request = try CohereTesting.request(CohereTesting.file("text.request.json"))
    #expect(Self.lines(request) == ["system: text Be brief.", "user: text Hello"])
    #expect(request.maxOutputTokens?.string == "100")
    #expect(request.sampling.temperature?.string == "0.1")
    #expect(request.sampling.topP?.string == "1e-1")
    #expect(request.stop == ["END"])
    #expect(!request.isStream)
    #expect(request.unknown.isEmpty)
  }

  @Test("Plan, calls and results are read")
  func readsTools() throws {
    let request = try CohereTesting.request(CohereTesting.file("tools.request.json"))
    #expect(
      Self.lines(request) == [
        "user: text Weather and time in Zürich?",
        #"assistant: text Let me look. | call get_weather_p1t92w7gfgq7 get_weather {"city":"Zürich","days":2}"#
          + #" | call get_time_ay6nmvjgp9vn get_time {"tz":"Europe/Zurich","precise":1e-9}"#,
        #"tool: result get_weather_p1t92w7gfgq7: text {"temp":21.50}"#,
        "tool: result get_time_ay6nmvjgp9vn: text 12:00",
      ])
    #expect(request.tools.map(\.name.string) == ["get_weather", "get_time"])
    #expect(request.toolChoice == nil)
  }

  @Test("Images are read from data URLs, also with escaped slashes, and from addresses")
  func readsImages() throws {
    let body = try CohereTesting.file("image.request.json")
    for body in [body, body.replacingOccurrences(of: "image/png", with: #"image\/png"#)] {
      #expect(
        Self.lines(try CohereTesting.request(body)) == [
          "user: text What is this? | image base64(iVBORw0KGgo=) image/png - | image url(https://example.com/a.png) - -"
        ])
    }
  }

  @Test("A response format is read, under both names of its schema")
  func readsFormat() throws {
    let body = try CohereTesting.file("schema.request.json")
    for body in [body, body.replacingOccurrences(of: "json_schema", with: "schema")] {
      let request = try CohereTesting.request(body)
      guard case .jsonSchema(nil, nil, let schema, nil) = request.output else {
        Issue.record("no schema")
        return
      }
      #expect(schema.string.hasPrefix(#"{"type": "object", "properties": {"city""#))
    }
  }

  @Test("Thoughts of the history and the budget are read")
  func readsReasoning() throws {
    let request = try CohereTesting.request(CohereTesting.file("reasoning.request.json"))
    #expect(
      Self.lines(request) == [
        "user: text Hello", "assistant: thought The user greets me. | text Hi!", "user: text And now?",
      ])
    #expect(request.reasoning.budget == 8192)
    #expect(!request.reasoning.isAdaptive)
  }

  @Test("Documents become documents of the last user message; what only Cohere has is a hint")
  func readsDocuments() throws {
    let request = try CohereTesting.request(CohereTesting.file("documents.request.json"))
    #expect(
      Self.lines(request) == [
        "user: document -: Penguins swim. cites true"
          + " | document Tall penguins: Emperor penguins are the tallest. cites true"
          + #" | document -: {"text": "Gentoo", "height": 0.80} cites true | text Which penguins are tall?"#
      ])
    #expect(request.unknown.map(\.name.string) == ["citation_options", "safety_mode"])
    #expect(request.isStream)
  }

  @Test("Null is absent, and a single block needs no list")
  func readsNulls() throws {
    let request = try CohereTesting.request(
      #"{"messages":[{"role":"user","content":{"type":"text","text":"hello"}}],"tools":null,"p":null,"seed":null}"#)
    #expect(Self.lines(request) == ["user: text hello"])
    #expect(request.hints.isEmpty)
  }

  @Test("Switches are read")
  func readsSwitches() throws {
    let tools = #""tools":[{"type":"function","function":{"name":"f","parameters":{}}}]"#
    let request = try CohereTesting.request(
      #"{"messages":[{"role":"user","content":"a"}],\#(tools),"strict_tools":true,"tool_choice":"REQUIRED","#
        + #""thinking":{"type":"disabled"},"logprobs":true,"k":40,"seed":12345678901234567890}"#)
    #expect(request.toolChoice == .required)
    #expect(request.reasoning.effort == .off)
    #expect(request.logprobs == true)
    #expect(request.sampling.topK?.string == "40")
    #expect(request.sampling.seed?.string == "12345678901234567890")
    guard case .function(_, isStrict: true) = request.tools[0].kind else {
      Issue.record("not strict")
      return
    }
  }

  // MARK: Writing

  @Test(
    "What is read is written again with the same meaning",
    arguments: ["text", "tools", "image", "schema", "reasoning", "documents"])
  func roundTrips(name: String) throws {
    let request = try CohereTesting.request(CohereTesting.file("\(name).request.json"))
    let again = try CohereTesting.request(CohereTesting.written(request))
    #expect(Self.lines(again) == Self.lines(request))
    #expect(again.unknown.map(\.name.string) == request.unknown.map(\.name.string))
    #expect(again.maxOutputTokens == request.maxOutputTokens)
    #expect(again.sampling == request.sampling)
    #expect(again.reasoning == request.reasoning)
    #expect(again.isStream == request.isStream)
  }

  @Test("The text request is written")
  func writesText() throws {
    let request = try CohereTesting.request(CohereTesting.file("text.request.json"))
    #expect(
      try CohereTesting.written(request)
        == #"{"model":"m","messages":[{"role":"system","content":"Be brief."},{"role":"user","content":"Hello"}],"#
        + #""max_tokens":100,"stop_sequences":["END"],"temperature":0.1,"p":1e-1,"stream":false}"#)
  }

  @Test("Plan, calls and results are written")
  func writesTools() throws {
    let written = try CohereTesting.written(
      CohereTesting.request(CohereTesting.file("tools.request.json")))
    #expect(
      written.contains(
        #"{"role":"assistant","tool_plan":"Let me look.","tool_calls":[{"id":"get_weather_p1t92w7gfgq7","#
          + #""type":"function","function":{"name":"get_weather","arguments":"{\"city\":\"Zürich\",\"days\":2}"}},"#))
    #expect(
      written.contains(
        #"{"role":"tool","tool_call_id":"get_weather_p1t92w7gfgq7","content":"{\"temp\":21.50}"},"#
          + #"{"role":"tool","tool_call_id":"get_time_ay6nmvjgp9vn","content":"12:00"}]"#))
  }

  @Test("Instructions move to the front and are one message")
  func movesInstructions() throws {
    let request = CohereTesting.simple { request in
      request.messages.append(CanonicalMessage(.developer, parts: [.text("Late.")]))
      request.messages.insert(CanonicalMessage(.system, parts: [.text("Early.")]), at: 0)
    }
    #expect(
      try CohereTesting.written(request).contains(
        #""messages":[{"role":"system","content":[{"type":"text","text":"Early."},{"type":"text","text":"Late."}]},"#
          + #"{"role":"user","content":"Hi"}]"#))
  }

  @Test("Effort becomes a budget, and the limit grows to hold it")
  func writesThinking() throws {
    let request = CohereTesting.simple { request in
      request.reasoning.effort = .medium
      request.maxOutputTokens = RawJSON(100)
    }
    let written = try CohereTesting.written(request)
    #expect(written.contains(#""thinking":{"type":"enabled","token_budget":8192}"#))
    #expect(written.contains(#""max_tokens":8292"#))
    #expect(try CohereTesting.written(request) { $0.maximumOutput = 8200 }.contains(#""max_tokens":8200"#))
    let refused = try CohereTesting.written(request) { $0.refused = ["thinking"] }
    #expect(!refused.contains("thinking") && refused.contains(#""max_tokens":100"#))
  }

  @Test("No thoughts, and as many as the model likes")
  func writesThinkingSwitch() throws {
    #expect(
      try CohereTesting.written(CohereTesting.simple { $0.reasoning.effort = .off })
        .contains(#""thinking":{"type":"disabled"}"#))
    #expect(
      try CohereTesting.written(CohereTesting.simple { $0.reasoning.isAdaptive = true })
        .contains(#""thinking":{"type":"enabled"}"#))
    #expect(!(try CohereTesting.written(CohereTesting.simple()).contains("thinking")))
  }

  @Test("A named tool is the only one that is sent, and required")
  func writesNamedTool() throws {
    let request = CohereTesting.simple { request in
      request.tools = ["f", "g"].map {
        CanonicalTool(name: RawText($0), kind: .function(parameters: nil, isStrict: true))
      }
      request.toolChoice = .named("g")
    }
    #expect(
      try CohereTesting.written(request).contains(
        #""tools":[{"type":"function","function":{"name":"g","parameters":{"type":"object","properties":{}}}}],"#
          + #""strict_tools":true,"tool_choice":"REQUIRED""#))
  }

  @Test("Hints without a word are named, and those that the model refuses")
  func namesDropped() throws {
    let request = CohereTesting.simple { request in
      request.user = "u"
      request.sampling.seed = RawJSON(1)
      request.sampling.logitBias = .emptyObject
      request.sampling.topK = RawJSON(5)
      request.messages[0].name = "bob"
      request.messages[0].parts[0].cacheControl = CacheControl()
      request.unknown = [("x_y", RawJSON(1)), ("safety_mode", RawJSON("\"OFF\""))]
    }
    var traits = TargetTraits(model: "m")
    traits.refused = ["k"]
    let written = try CohereRequestWriter.write(request, traits: traits)
    #expect(
      written.dropped == [.cacheControl, .logitBias, .participantName, .topK, .unknown("x_y"), .user])
    #expect(String(decoding: written.body, as: UTF8.self).contains(#""seed":1,"safety_mode":"OFF","stream":false}"#))
  }

  @Test(
    "Numbers outside Cohere's range are brought to its nearest",
    arguments: [("1", "0.99"), ("1.0", "0.99"), ("0", "0.01"), ("0.95", "0.95"), ("1e-1", "1e-1")])
  func limitsP(given: String, written: String) throws {
    let request = CohereTesting.simple { $0.sampling.topP = RawJSON(written: Array(given.utf8)) }
    #expect(try CohereTesting.written(request).contains(#""p":\#(written),"#))
  }

  @Test("A penalty of zero is the default, and one that Cohere does not have is a dropped hint")
  func limitsPenalties() throws {
    let request = CohereTesting.simple { request in
      request.sampling.frequencyPenalty = RawJSON("0.0")
      request.sampling.presencePenalty = RawJSON("-0.5")
    }
    let written = try CohereRequestWriter.write(request, traits: TargetTraits(model: "m"))
    #expect(written.dropped == [.presencePenalty])
    #expect(!String(decoding: written.body, as: UTF8.self).contains("penalty"))
  }

  @Test("Calls and results without ids get the same ids")
  func makesIDs() throws {
    let request = CohereTesting.simple { request in
      let calls = ["f", "g"].map {
        CanonicalPart(.toolCall(ToolCall(id: .empty, name: RawText($0), arguments: .json(.emptyObject))))
      }
      let results = ["g", "f"].map {
        CanonicalPart(.toolResult(ToolResult(callID: .empty, name: RawText($0), parts: [.text("r")])))
      }
      request.messages += [
        CanonicalMessage(.assistant, parts: calls), CanonicalMessage(.tool, parts: results),
      ]
    }
    let written = try CohereTesting.written(request)
    #expect(written.contains(#"{"id":"call_0","type":"function","function":{"name":"f","arguments":"{}"}}"#))
    #expect(
      written.contains(
        #"{"role":"tool","tool_call_id":"call_1","content":"r"},{"role":"tool","tool_call_id":"call_0","content":"r"}"#)
    )
  }

  @Test("An escape, a number and the order of a schema stay as they are")
  func keepsText() throws {
    let schema = #"{"z":1e-9,"a":12345678901234567890,"m":"\u00e9"}"#
    let body =
      #"{"messages":[{"role":"user","content":"a\/\u00e9\ud83d\ude00"}],"response_format":{"type":"json_object","#
      + #""json_schema":\#(schema)}}"#
    let written = try CohereTesting.written(CohereTesting.request(body))
    #expect(written.contains(#""content":"a\/\u00e9\ud83d\ude00""#))
    #expect(written.contains(schema))
  }

  @Test("Every message goes out, in order, and the number of answers is no other number")
  func sendsAllMessages() throws {
    let request = CohereTesting.simple { request in
      request.messages = ["a", "b", "c", "d", "e"].enumerated().map { index, text in
        CanonicalMessage(index.isMultiple(of: 2) ? .user : .assistant, parts: [.text(RawText(text))])
      }
      request.choices = 1
    }
    #expect(
      try CohereTesting.written(request)
        == #"{"model":"m","messages":[{"role":"user","content":"a"},{"role":"assistant","content":"b"},"#
        + #"{"role":"user","content":"c"},{"role":"assistant","content":"d"},{"role":"user","content":"e"}],"stream":false}"#
    )
  }
}
