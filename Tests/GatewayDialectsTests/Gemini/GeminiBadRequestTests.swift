import GatewayCore
import GatewayDialects
import Testing

@Suite("Bad input for Gemini")
struct GeminiBadRequestTests {
  private static func part(_ part: String, role: String = "user") -> String {
    #"{"contents":[{"role":"\#(role)","parts":[\#(part)]}]}"#
  }

  private static func config(_ members: String) -> String {
    #"{"contents":[{"parts":[{"text":"Hi"}]}],"generationConfig":{\#(members)}}"#
  }

  private static func with(_ members: String) -> String { #"{"contents":[{"parts":[{"text":"Hi"}]}],\#(members)}"# }

  private static let first = "contents[0].parts[0]"
  private static let function = #""tools":[{"functionDeclarations":[{"name":"f"}]}]"#

  static let bad: [(String, String?)] = [
    ("[]", nil),
    ("{}", "contents"),
    (#"{"contents":7}"#, "contents"),
    (#"{"contents":[]}"#, "contents"),
    (#"{"contents":[7]}"#, "contents[0]"),
    (#"{"contents":[{}]}"#, "contents[0].parts"),
    (#"{"contents":[{"parts":7}]}"#, "contents[0].parts"),
    (#"{"contents":[{"parts":[7]}]}"#, first),
    (part("{}", role: "assistant"), "contents[0].role"),
    (part("{}"), first),
    (part(#"{"text":7}"#), first + ".text"),
    (part(#"{"text":"a","thought":"yes"}"#), first + ".thought"),
    (part(#"{"text":"a","thoughtSignature":7}"#), first + ".thoughtSignature"),
    (part(#"{"inlineData":7}"#), first + ".inlineData"),
    (part(#"{"inlineData":{"mimeType":"image/png"}}"#), first + ".inlineData.data"),
    (part(#"{"inline_data":{"mime_type":7,"data":"AA=="}}"#), first + ".inline_data.mime_type"),
    (part(#"{"fileData":{}}"#), first + ".fileData.fileUri"),
    (part(#"{"functionCall":{}}"#, role: "model"), first + ".functionCall.name"),
    (part(#"{"functionCall":{"name":"f","args":"x"}}"#, role: "model"), first + ".functionCall.args"),
    (part(#"{"functionCall":{"name":"f"}}"#), first),
    (part(#"{"functionResponse":{"name":"f"}}"#), first + ".functionResponse"),
    (part(#"{"functionResponse":{"response":{}}}"#), first + ".functionResponse.name"),
    (
      #"{"contents":[{"role":"model","parts":[{"functionCall":{"name":"f"}}]},{"parts":[{"functionResponse":{"name":"f","response":7}}]}]}"#,
      "contents[1].parts[0].functionResponse.response"
    ),
    (
      #"{"contents":[{"role":"model","parts":[{"functionCall":{"name":"f"}}]},{"parts":[{"functionResponse":{"name":"f","parts":[{}]}}]}]}"#,
      "contents[1].parts[0].functionResponse.parts[0]"
    ),
    (
      #"{"contents":[{"role":"model","parts":[{"functionCall":{"name":"f"}},{"functionResponse":{"name":"f"}}]}]}"#,
      "contents[0].parts[1]"
    ),
    (with(#""systemInstruction":7"#), "systemInstruction"),
    (with(#""systemInstruction":{"parts":[{"inlineData":{}}]}"#), "systemInstruction.parts[0]"),
    (with(#""tools":7"#), "tools"),
    (with(#""tools":[7]"#), "tools[0]"),
    (with(#""tools":[{"functionDeclarations":[{}]}]"#), "tools[0].functionDeclarations[0].name"),
    (
      with(#""tools":[{"functionDeclarations":[{"name":"f","parameters":7}]}]"#),
      "tools[0].functionDeclarations[0].parameters"
    ),
    (with(#""toolConfig":{"functionCallingConfig":{"mode":"ANY"}}"#), "toolConfig"),
    (
      with(function + #","toolConfig":{"functionCallingConfig":{"mode":"SOME"}}"#),
      "toolConfig.functionCallingConfig.mode"
    ),
    (
      with(function + #","toolConfig":{"functionCallingConfig":{"allowedFunctionNames":["f",1]}}"#),
      "toolConfig.functionCallingConfig.allowedFunctionNames[1]"
    ),
    (with(#""safetySettings":{}"#), "safetySettings"),
    (with(#""cachedContent":7"#), "cachedContent"),
    (with(#""generationConfig":7"#), "generationConfig"),
    (config(#""temperature":"hot""#), "generationConfig.temperature"),
    (config(#""maxOutputTokens":-1"#), "generationConfig.maxOutputTokens"),
    (config(#""seed":1.5"#), "generationConfig.seed"),
    (config(#""stopSequences":"END""#), "generationConfig.stopSequences"),
    (config(#""candidateCount":0"#), "generationConfig.candidateCount"),
    (config(#""responseLogprobs":1"#), "generationConfig.responseLogprobs"),
    (config(#""responseSchema":"x""#), "generationConfig.responseSchema"),
    (config(#""response_json_schema":[]"#), "generationConfig.response_json_schema"),
    (config(#""responseMimeType":7"#), "generationConfig.responseMimeType"),
    (config(#""responseModalities":"TEXT""#), "generationConfig.responseModalities"),
    (config(#""thinkingConfig":7"#), "generationConfig.thinkingConfig"),
    (config(#""thinkingConfig":{"thinkingBudget":-2}"#), "generationConfig.thinkingConfig.thinkingBudget"),
    (config(#""thinkingConfig":{"thinkingLevel":"huge"}"#), "generationConfig.thinkingConfig.thinkingLevel"),
  ]

  @Test("Each fault is refused with its path", arguments: bad)
  func refuses(body: String, path: String?) throws {
    let document = try JSONDocument(Array(body.utf8), refusesDuplicates: true)
    do throws(DialectFault) {
      _ = try GeminiRequestReader.read(document.root)
      Issue.record("it was read")
    } catch {
      #expect((error.path ?? "").isEmpty ? path == nil : error.path == path)
      #expect(error.kind == .invalid)
    }
  }

  @Test("What Gemini has no word for goes to another target")
  func namesUnsupportedParts() {
    func part(_ change: (inout CanonicalRequest) -> Void) -> RequestPart? {
      DialectTesting.unsupported(.gemini, DialectTesting.simple(change))
    }
    let tool = CanonicalTool(name: "f", kind: .function(parameters: nil, isStrict: nil))
    func content(_ content: CanonicalPart.Content) -> RequestPart? {
      part { $0.messages[0].parts.append(CanonicalPart(content)) }
    }
    #expect(part { $0.previousResponseID = "r" } == .storedState)
    #expect(part { $0.audioOutput = .emptyObject } == .audioOutput)
    #expect(part { $0.stop = ["a", "b", "c", "d", "e", "f"] } == .stopSequences)
    #expect(
      part {
        $0.tools = [tool]
        $0.parallelToolCalls = false
      } == .singleToolCalls)
    #expect(part { $0.tools = [CanonicalTool(name: "f", kind: .custom(format: nil))] } == .tools)
    #expect(
      part { $0.tools = [CanonicalTool(name: "f", kind: .server(.anthropic, type: "bash", definition: .emptyObject))] }
        == .serverTools)
    #expect(content(.image(MediaPart(.fileID("f")))) == .files)
    #expect(content(.opaque(.anthropic, kind: "search_result", .emptyObject)) == .opaqueContent)
    let result = ToolResult(
      callID: "a", parts: [CanonicalPart(.opaque(.anthropic, kind: "search_result", .emptyObject))])
    #expect(content(.toolResult(result)) == .opaqueContent)
    #expect(part { $0.choices = 2 } == nil)
  }
}
