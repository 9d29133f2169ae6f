import GatewayCore
import GatewayDialects
import Testing

@Suite("Cohere requests that are refused")
struct CohereBadRequestTests {
  private static func user(_ content: String) -> String { #"{"messages":[{"role":"user","content":\#(content)}]}"# }

  private static func with(_ members: String) -> String {
    #"{"messages":[{"role":"user","content":"a"}],\#(members)}"#
  }

  static let bad: [(body: String, path: String?, message: String)] = [
    ("[]", "", "The body must be an object."),
    ("{}", "messages", "You must provide 'messages'."),
    (#"{"messages":null}"#, "messages", "You must provide 'messages'."),
    (#"{"messages":[]}"#, "messages", "'messages' must be an array with at least one message."),
    (#"{"messages":["a"]}"#, "messages[0]", "'messages[0]' must be a message, an object."),
    (#"{"messages":[{"content":"a"}]}"#, "messages[0].role", "You must provide 'messages[0].role'."),
    (
      #"{"messages":[{"role":"USER","content":"a"}]}"#, "messages[0].role",
      "'messages[0].role' must be \"system\", \"user\", \"assistant\" or \"tool\"."
    ),
    (#"{"messages":[{"role":"user"}]}"#, "messages[0].content", "You must provide 'messages[0].content'."),
    (user("7"), "messages[0].content", "'messages[0].content' must be a string or an array of content blocks."),
    (user("[7]"), "messages[0].content[0]", "'messages[0].content[0]' must be a content block, an object."),
    (
      user(#"[{"type":"audio"}]"#), "messages[0].content[0].type",
      "'messages[0].content[0].type' must be \"text\", \"image_url\" or \"document\" in a message of the role user."
    ),
    (
      user(#"[{"type":"text"}]"#), "messages[0].content[0].text", "You must provide 'messages[0].content[0].text'."
    ),
    (
      user(#"[{"type":"image_url","image_url":{"url":"data:text,abc"}}]"#), "messages[0].content[0].image_url",
      "'messages[0].content[0].image_url' must be an https URL or a data URL with base64."
    ),
    (
      #"{"messages":[{"role":"assistant"}]}"#, "messages[0]",
      "'messages[0]' has none of 'content', 'tool_plan' and 'tool_calls'."
    ),
    (
      #"{"messages":[{"role":"assistant","tool_calls":[{"function":{"name":"f"}}]}]}"#,
      "messages[0].tool_calls[0].id", "You must provide 'messages[0].tool_calls[0].id'."
    ),
    (
      #"{"messages":[{"role":"tool","tool_call_id":"x","content":"a"}]}"#, "messages[0].tool_call_id",
      "'messages[0].tool_call_id' is \"x\", but no call with that id comes before it."
    ),
    (
      #"{"messages":[{"role":"system","content":[{"type":"image_url"}]}]}"#, "messages[0].content[0].type",
      "'messages[0].content[0].type' must be \"text\" in a message of the role system."
    ),
    (with(#""temperature":"hot""#), "temperature", "'temperature' must be a number."),
    (with(#""max_tokens":1.5"#), "max_tokens", "'max_tokens' must be a whole number, at least 0."),
    (with(#""stream":"yes""#), "stream", "'stream' must be true or false."),
    (with(#""stop_sequences":"END""#), "stop_sequences", "'stop_sequences' must be an array of strings."),
    (with(#""stop_sequences":[1]"#), "stop_sequences[0]", "'stop_sequences[0]' must be a string."),
    (with(#""tools":{}"#), "tools", "'tools' must be an array."),
    (with(#""tools":[{"type":"web"}]"#), "tools[0].type", "'tools[0].type' must be \"function\"."),
    (with(#""tools":[{"type":"function"}]"#), "tools[0].function", "You must provide 'tools[0].function'."),
    (
      with(#""tools":[{"function":{"name":"f","parameters":"x"}}]"#), "tools[0].function.parameters",
      "'tools[0].function.parameters' must be an object."
    ),
    (
      with(#""tool_choice":"auto""#), "tool_choice",
      "'tool_choice' must be \"REQUIRED\" or \"NONE\"; leave it out to let the model decide."
    ),
    (
      with(#""tool_choice":"REQUIRED""#), "tool_choice",
      "'tool_choice' is REQUIRED, but there are no 'tools' to call."
    ),
    (
      with(#""response_format":{"type":"json_schema"}"#), "response_format.type",
      "'response_format.type' must be \"text\" or \"json_object\"."
    ),
    (
      with(#""response_format":{"type":"text","json_schema":{}}"#), "response_format.json_schema",
      "A schema needs \"type\": \"json_object\" in 'response_format'."
    ),
    (
      with(#""thinking":{"type":"disabled","token_budget":5}"#), "thinking.token_budget",
      "'thinking.token_budget' contradicts \"type\": \"disabled\"."
    ),
    (with(#""thinking":{"type":"on"}"#), "thinking.type", "'thinking.type' must be \"enabled\" or \"disabled\"."),
    (
      with(#""thinking":{"token_budget":0}"#), "thinking.token_budget",
      "'thinking.token_budget' must be a whole number, at least 1."
    ),
    (with(#""documents":["a",7]"#), "documents[1]", "'documents[1]' must be a string or a document, an object."),
    (with(#""documents":[{"id":"a"}]"#), "documents[0].data", "You must provide 'documents[0].data'."),
    (
      #"{"messages":[{"role":"system","content":"a"}],"documents":["a"]}"#, "documents",
      "'documents' need a message of the user that they are for."
    ),
  ]

  @Test("Bad input is refused with its path", arguments: bad)
  func refuses(body: String, path: String?, message: String) throws {
    let document = try JSONDocument(Array(body.utf8))
    do throws(DialectFault) {
      _ = try CohereRequestReader.read(document.root)
      Issue.record("it was read")
    } catch {
      #expect(error.path == path)
      #expect(error.message == message)
      #expect(error.kind == .invalid)
    }
  }

  @Test("What Cohere has no word for goes to another target")
  func namesUnsupportedParts() {
    func part(_ change: (inout CanonicalRequest) -> Void) -> RequestPart? {
      do {
        _ = try CohereTesting.written(CohereTesting.simple(change))
        return nil
      } catch {
        guard let fault = error as? DialectFault, case .unsupported(let part) = fault.kind else { return nil }
        return part
      }
    }
    func content(_ content: CanonicalPart.Content) -> RequestPart? {
      part { $0.messages[0].parts.append(CanonicalPart(content)) }
    }
    let tool = CanonicalTool(name: "f", kind: .function(parameters: nil, isStrict: nil))
    #expect(part { $0.choices = 2 } == .severalChoices)
    #expect(
      part {
        $0.logprobs = true; $0.topLogprobs = 3
      } == .logprobs)
    #expect(part { $0.modalities = ["text", "audio"] } == .audioOutput)
    #expect(part { $0.modalities = ["image"] } == .imageOutput)
    #expect(part { $0.previousResponseID = "r" } == .storedState)
    #expect(part { $0.cachedContent = "c" } == .cachedContent)
    #expect(part { $0.stop = ["a", "b", "c", "d", "e", "f"] } == .stopSequences)
    #expect(
      part {
        $0.tools = [tool]; $0.parallelToolCalls = false
      } == .singleToolCalls)
    #expect(
      part {
        $0.tools = [tool]; $0.output = .jsonObject
      } == .structuredOutput)
    #expect(part { $0.tools = [CanonicalTool(name: "f", kind: .custom(format: nil))] } == .tools)
    #expect(
      part { $0.tools = [CanonicalTool(name: "w", kind: .webSearch(.anthropic, options: .emptyObject))] } == .webSearch)
    #expect(content(.audio(MediaPart(.base64("AA==")))) == .audio)
    #expect(content(.video(MediaPart(.url("https://x")))) == .video)
    #expect(content(.file(MediaPart(.base64("AA==")))) == .files)
    #expect(content(.image(MediaPart(.fileID("f")))) == .images)
    #expect(content(.opaque(.anthropic, kind: "container", .emptyObject)) == .opaqueContent)
    #expect(
      part {
        $0.tools = [tool]; $0.parallelToolCalls = true
      } == nil)
  }
}
