import GatewayCore
import GatewayDialects
import Testing

@Suite("Requests of Gemini")
struct GeminiRequestTests {
  private func read(_ body: String) throws -> CanonicalRequest { try DialectTesting.request(.gemini, body) }

  private func written(_ request: CanonicalRequest, model: String = "m") throws -> String {
    try DialectTesting.written(.gemini, request) { $0.model = model }
  }

  // MARK: Reading

  @Test(
    "Media become the base64 that every provider takes",
    arguments: [
      ("-_8=", "+/8="), ("-_8", "+/8="), ("+/8", "+/8="), ("AAAA", "AAAA"), (#"\u002f_8="#, "//8="),
    ])
  func readsEitherAlphabet(written: String, expected: String) throws {
    let request = try read(
      #"{"contents":[{"parts":[{"inlineData":{"mimeType":"image/png","data":"\#(written)"}}]}]}"#)
    let sent = try DialectTesting.written(.openAIChat, request).replacing(#"\u002f"#, with: "/")
    #expect(sent.contains("data:image/png;base64,\(expected)\""))
  }

  @Test("Every kind of part is read, in either spelling")
  func readsParts() throws {
    let request = try read(
      #"""
      {"system_instruction":{"parts":[{"text":"be brief"}]},"contents":[
        {"role":"user","parts":[{"text":"a"},{"inline_data":{"mime_type":"image/png","data":"AA==","display_name":"n"}},
          {"fileData":{"mimeType":"video/mp4","fileUri":"https://x/v"},"videoMetadata":{"fps":1}},
          {"fileData":{"mimeType":"application/pdf","fileUri":"gs://x/p"}}]},
        {"role":"model","parts":[{"text":"hm ","thought":true},{"text":"yes","thought":true,"thoughtSignature":"c2ln"},
          {"text":"b","thought_signature":"dGV4dA=="},{"executable_code":{"code":"1"}},
          {"function_call":{"name":"f","args":{"x":1e-9}},"thoughtSignature":"Y2FsbA=="},
          {"functionCall":{"id":"own","name":"f"}},{"functionCall":{"name":"g"}}]},
        {"role":"function","parts":[
          {"functionResponse":{"id":"own","name":"f","response":{"output":"r"}}},
          {"functionResponse":{"name":"g","response":{"error":"no"}}},
          {"function_response":{"name":"f","response":{"x":1},"parts":[{"inlineData":{"mimeType":"image/png","data":"AA=="}}]}}]}]}
      """#)
    #expect(
      DialectTesting.lines(request) == [
        "system: text be brief", "user: text a", "user: image base64 AA== image/png n",
        "user: video url https://x/v video/mp4 -", "user: file url gs://x/p application/pdf -",
        "assistant: thought hm yes signed c2ln redacted -", "assistant: thought  signed dGV4dA== redacted -",
        "assistant: text b", #"assistant: opaque gemini executable_code {"executable_code":{"code":"1"}}"#,
        #"assistant: call call_1 f {"x":1e-9} signed Y2FsbA=="#, "assistant: call own f {} signed -",
        "assistant: call call_3 g {} signed -", "tool: result own: text r", "tool: error call_3: text no",
        #"tool: result call_1: text {"x":1}, image base64 AA== image/png -"#,
      ])
    #expect(request.unknown.map(\.name.string) == ["videoMetadata"])
  }

  @Test("The configuration is read in either spelling")
  func readsConfiguration() throws {
    let request = try read(
      #"""
      {"contents":{"parts":{"text":"Hi"}},"serviceTier":"flex","generation_config":{"temperature":0.10,"top_p":1e-1,
        "topK":3,"seed":7,"max_output_tokens":9,"stop_sequences":["END"],"candidateCount":2,"response_logprobs":true,
        "logprobs":3,"responseModalities":["TEXT","IMAGE"],"presencePenalty":1,"frequency_penalty":2,"imageConfig":{},
        "thinking_config":{"include_thoughts":false,"thinking_level":"LOW"}}}
      """#)
    #expect(request.sampling.temperature?.string == "0.10")
    #expect(request.sampling.topP?.string == "1e-1")
    #expect(request.sampling.topK?.string == "3")
    #expect(request.sampling.seed?.string == "7")
    #expect(request.sampling.presencePenalty?.string == "1")
    #expect(request.sampling.frequencyPenalty?.string == "2")
    #expect(request.maxOutputTokens?.string == "9")
    #expect(request.stop == ["END"])
    #expect(request.choices == 2)
    #expect(request.logprobs == true)
    #expect(request.topLogprobs == 3)
    #expect(request.modalities == ["text", "image"])
    #expect(request.reasoning.effort == .low)
    #expect(request.reasoning.includesThoughts == false)
    #expect(request.serviceTier == "flex")
    #expect(request.unknown.map(\.name.string) == ["imageConfig"])
  }

  @Test(
    "A budget is read",
    arguments: [
      (0, ReasoningRequest.Effort?.some(.off), nil, false), (-1, nil, nil, true), (512, nil, Int?.some(512), false),
    ])
  func readsBudget(tokens: Int, effort: ReasoningRequest.Effort?, budget: Int?, isAdaptive: Bool) throws {
    let request = try read(
      #"{"contents":[{"parts":[]}],"generationConfig":{"thinkingConfig":{"thinkingBudget":\#(tokens)}}}"#)
    #expect(request.reasoning.effort == effort)
    #expect(request.reasoning.budget == budget)
    #expect(request.reasoning.isAdaptive == isAdaptive)
  }

  @Test("Google's schemas become JSON Schema; JSON Schema stays as it is")
  func readsSchemas() throws {
    func schema(_ member: String) throws -> String? {
      let request = try read(#"{"contents":[{"parts":[]}],"generationConfig":{\#(member)}}"#)
      guard case .jsonSchema(_, _, let schema, _) = request.output else { return nil }
      return schema.string
    }
    #expect(
      try schema(
        #""responseSchema":{"type":"OBJECT","properties":{"type":{"type":"STRING","nullable":true,"format":"enum","enum":["a"]},"#
          + #""list":{"type":"ARRAY","items":{"type":"INTEGER"},"max_items":"5"},"#
          + #""any":{"any_of":[{"type":"STRING"}],"nullable":true},"x":{"type":"TYPE_UNSPECIFIED"}},"#
          + #""propertyOrdering":["type"],"required":["type"]}"#)
        == #"{"type":"object","properties":{"type":{"type":["string","null"],"enum":["a",null]},"#
        + #""list":{"type":"array","items":{"type":"integer"},"maxItems":5},"#
        + #""any":{"anyOf":[{"type":"string"},{"type":"null"}]},"x":{}},"required":["type"]}"#)
    #expect(
      try schema(#""responseJsonSchema":{"type":"OBJECT","nullable":true}"#) == #"{"type":"OBJECT","nullable":true}"#)
    #expect(
      try read(#"{"contents":[{"parts":[]}],"generationConfig":{"responseMimeType":"application/json"}}"#).output
        == .jsonObject)
  }

  @Test(
    "A choice of tools is read",
    arguments: [
      (#""mode":"AUTO""#, ToolChoice.auto), (#""mode":"NONE""#, .forbidden), (#""mode":"any""#, .required),
      (#""mode":"ANY","allowedFunctionNames":["f"]"#, .named("f")),
      (#""mode":"ANY","allowed_function_names":["f","g"]"#, .allowed(["f", "g"], isRequired: true)),
      (#""mode":"VALIDATED","allowedFunctionNames":["f"]"#, .allowed(["f"], isRequired: false)),
    ])
  func readsChoice(config: String, choice: ToolChoice) throws {
    let request = try read(
      #"{"contents":[{"parts":[]}],"tools":[{"functionDeclarations":[{"name":"f"},{"name":"g"}],"googleSearch":{}},{"codeExecution":{}}],"#
        + #""tool_config":{"function_calling_config":{\#(config)}}}"#)
    #expect(request.toolChoice == choice)
    #expect(request.tools.map(\.name.string) == ["f", "g", "googleSearch", "codeExecution"])
    #expect(request.parts.isSuperset(of: [.tools, .webSearch, .serverTools]))
  }

  // MARK: Writing

  @Test("Results are in the order of their calls, with their names, also when ids are used again")
  func writesResults() throws {
    func call(_ id: RawText, _ name: RawText) -> CanonicalPart {
      CanonicalPart(.toolCall(ToolCall(id: id, name: name, arguments: .json(.emptyObject))))
    }
    func result(_ id: RawText, _ text: RawText, isError: Bool = false) -> CanonicalMessage {
      CanonicalMessage(
        .tool, parts: [CanonicalPart(.toolResult(ToolResult(callID: id, parts: [.text(text)], isError: isError)))])
    }
    let request = DialectTesting.simple {
      $0.messages += [
        CanonicalMessage(.assistant, parts: [call("1", "f"), call("2", "f")]), result("2", "two"),
        result("1", RawText(#"{"x":1}"#)), CanonicalMessage(.assistant, parts: [call("1", "g")]),
        result("1", "no", isError: true),
      ]
    }
    #expect(
      try written(request) == #"{"contents":[{"role":"user","parts":[{"text":"Hi"}]},"#
        + #"{"role":"model","parts":[{"functionCall":{"id":"1","name":"f","args":{}}},{"functionCall":{"id":"2","name":"f","args":{}}}]},"#
        + #"{"role":"user","parts":[{"functionResponse":{"id":"1","name":"f","response":{"x":1}}},"#
        + #"{"functionResponse":{"id":"2","name":"f","response":{"output":"two"}}}]},"#
        + #"{"role":"model","parts":[{"functionCall":{"id":"1","name":"g","args":{}}}]},"#
        + #"{"role":"user","parts":[{"functionResponse":{"id":"1","name":"g","response":{"error":"no"}}}]}]}"#)
  }

  @Test("Signatures return to the parts that they came with")
  func keepsSignatures() throws {
    let contents =
      #"{"contents":[{"role":"user","parts":[{"text":"q"}]},{"role":"model","parts":["#
      + #"{"text":"hm","thought":true,"thoughtSignature":"c2ln"},{"text":"a","thoughtSignature":"dGV4dA=="},"#
      + #"{"functionCall":{"id":"1","name":"f","args":{}},"thoughtSignature":"Y2FsbA=="},"#
      + #"{"text":"","thoughtSignature":"ZW5k"}]}]}"#
    #expect(try written(read(contents)) == contents)
  }

  @Test("Instructions alone are a content")
  func writesInstructionsAlone() throws {
    var request = CanonicalRequest()
    request.messages = [CanonicalMessage(.system, parts: [.text("Say hello.")])]
    #expect(try written(request) == #"{"contents":[{"role":"user","parts":[{"text":"Say hello."}]}]}"#)
  }

  @Test("Tools and their choice are written; without functions there is no choice")
  func writesTools() throws {
    var request = DialectTesting.simple {
      $0.tools = [
        CanonicalTool(name: "f", description: "d", kind: .function(parameters: .emptyObject, isStrict: true)),
        CanonicalTool(name: "w", kind: .webSearch(.anthropic, options: .emptyObject)),
      ]
      $0.toolChoice = .allowed(["f"], isRequired: false)
    }
    #expect(
      try written(request).hasSuffix(
        #""tools":[{"functionDeclarations":[{"name":"f","description":"d","parametersJsonSchema":{}}]},{"googleSearch":{}}],"#
          + #""toolConfig":{"functionCallingConfig":{"mode":"VALIDATED","allowedFunctionNames":["f"]}}}"#))
    request.tools.removeFirst()
    #expect(try written(request).hasSuffix(#""tools":[{"googleSearch":{}}]}"#))
  }

  @Test("Hints that Gemini would refuse are left out and named")
  func dropsHints() throws {
    let request = DialectTesting.simple {
      $0.sampling.seed = RawJSON("12345678901234567890")
      $0.serviceTier = "auto"
      $0.user = "u"
    }
    let written = try Dialect.gemini.writeRequest(request, traits: TargetTraits(model: "m"))
    #expect(Set(written.dropped) == [.seed, .serviceTier, .user])
    #expect(String(decoding: written.body, as: UTF8.self) == #"{"contents":[{"role":"user","parts":[{"text":"Hi"}]}]}"#)
  }

  @Test("The answer must fit behind the thoughts, which count as output")
  func growsWithTheThoughts() throws {
    func body(_ maximum: String, _ model: String) throws -> String {
      let request = DialectTesting.simple {
        $0.maxOutputTokens = RawJSON(written: Array(maximum.utf8))
        $0.reasoning.effort = .high
      }
      return String(
        decoding: try Dialect.gemini.writeRequest(request, traits: TargetTraits(model: model)).body, as: UTF8.self)
    }
    #expect(try body("100", "gemini-2.5-flash").contains(#""maxOutputTokens":16484"#))
    #expect(try body("20000", "gemini-2.5-flash").contains(#""maxOutputTokens":20000"#))
    #expect(try body("100", "gemini-3-pro-preview").contains(#""maxOutputTokens":100"#))
  }

  @Test(
    "Each model is told to think as it can be",
    arguments: [
      ("gemini-2.5-flash", ReasoningRequest.Effort.off, #"{"thinkingBudget":0}"#),
      ("gemini-2.5-pro", .off, #"{"thinkingBudget":128}"#),
      ("gemini-2.5-flash", .xhigh, #"{"thinkingBudget":24576,"includeThoughts":true}"#),
      ("gemini-2.5-pro", .xhigh, #"{"thinkingBudget":32768,"includeThoughts":true}"#),
      ("gemini-3-pro-preview", .medium, #"{"thinkingLevel":"high","includeThoughts":true}"#),
      ("gemini-3-flash-preview", .medium, #"{"thinkingLevel":"medium","includeThoughts":true}"#),
      ("google/gemini-3-flash", .off, #"{"thinkingLevel":"minimal"}"#),
    ])
  func writesThinking(model: String, effort: ReasoningRequest.Effort, config: String) throws {
    let request = DialectTesting.simple { $0.reasoning.effort = effort }
    #expect(try written(request, model: model).hasSuffix(#""generationConfig":{"thinkingConfig":\#(config)}}"#))
  }

  @Test("A model that does not think is not told to")
  func leavesThinkingOut() throws {
    let request = DialectTesting.simple { $0.reasoning.effort = .low }
    #expect(try !written(request, model: "gemini-2.0-flash").contains("thinkingConfig"))
  }
}
