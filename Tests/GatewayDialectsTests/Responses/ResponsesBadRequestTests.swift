import GatewayCore
import GatewayDialects
import Testing

@Suite struct ResponsesBadRequestTests {
  private static func item(_ item: String) -> String { #"{"input":[\#(item)]}"# }

  private static func part(_ part: String) -> String { item(#"{"role":"user","content":[\#(part)]}"#) }

  private static func with(_ members: String) -> String { #"{"input":"a",\#(members)}"# }

  private static let tool = #""tools":[{"type":"function","name":"f"}]"#

  static let bad: [(body: String, path: String)] = [
    ("[]", ""),
    ("{}", "input"),
    (#"{"input":null}"#, "input"),
    (#"{"input":7}"#, "input"),
    (#"{"input":[]}"#, "input"),
    (item("7"), "input[0]"),
    (item(#"{"type":7}"#), "input[0].type"),
    (item(#"{"content":"a"}"#), "input[0].role"),
    (item(#"{"role":"user"}"#), "input[0].content"),
    (item(#"{"role":"tool","content":"a"}"#), "input[0].role"),
    (item(#"{"role":"user","content":7}"#), "input[0].content"),
    (part("7"), "input[0].content[0]"),
    (part("{}"), "input[0].content[0].type"),
    (part(#"{"type":"input_video"}"#), "input[0].content[0].type"),
    (part(#"{"type":"input_text"}"#), "input[0].content[0].text"),
    (part(#"{"type":"input_image","detail":"auto"}"#), "input[0].content[0].image_url"),
    (part(#"{"type":"input_image","image_url":"data:a,b"}"#), "input[0].content[0].image_url"),
    (part(#"{"type":"input_image","image_url":{"url":"https://x"}}"#), "input[0].content[0].image_url"),
    (part(#"{"type":"input_file","filename":"a"}"#), "input[0].content[0].file_data"),
    (part(#"{"type":"input_audio","input_audio":{}}"#), "input[0].content[0].input_audio.data"),
    (item(#"{"type":"function_call","name":"f","arguments":"{}"}"#), "input[0].call_id"),
    (item(#"{"type":"function_call","call_id":"1","arguments":"{}"}"#), "input[0].name"),
    (item(#"{"type":"function_call","call_id":"1","name":"f","arguments":"{"}"#), "input[0].arguments"),
    (item(#"{"type":"function_call","call_id":"1","name":"f","arguments":{}}"#), "input[0].arguments"),
    (item(#"{"type":"function_call_output","output":"x"}"#), "input[0].call_id"),
    (item(#"{"type":"function_call_output","call_id":"1","output":"x"}"#), "input[0].call_id"),
    (
      #"{"input":[{"type":"function_call","call_id":"1","name":"f","arguments":"{}"},{"type":"function_call_output","call_id":"1"}]}"#,
      "input[1].output"
    ),
    (with(#""instructions":["a"]"#), "instructions"),
    (with(#""temperature":"hot""#), "temperature"),
    (with(#""max_output_tokens":-1"#), "max_output_tokens"),
    (with(#""top_logprobs":"x""#), "top_logprobs"),
    (with(#""stream":1"#), "stream"),
    (with(#""store":"yes""#), "store"),
    (with(#""include":"x""#), "include"),
    (with(#""include":[7]"#), "include[0]"),
    (with(#""metadata":"x""#), "metadata"),
    (with(#""user":"a","safety_identifier":7"#), "safety_identifier"),
    (with(#""background":"x""#), "background"),
    (with(#""previous_response_id":7"#), "previous_response_id"),
    (with(#""reasoning":"high""#), "reasoning"),
    (with(#""reasoning":{"effort":"much"}"#), "reasoning.effort"),
    (with(#""reasoning":{"summary":true}"#), "reasoning.summary"),
    (with(#""text":"x""#), "text"),
    (with(#""text":{"format":{}}"#), "text.format.type"),
    (with(#""text":{"format":{"type":"xml"}}"#), "text.format.type"),
    (with(#""text":{"format":{"type":"json_schema","name":"a"}}"#), "text.format.schema"),
    (with(#""tools":{}"#), "tools"),
    (with(#""tools":[{"name":"f"}]"#), "tools[0].type"),
    (with(#""tools":[{"type":"function"}]"#), "tools[0].name"),
    (with(#""tools":[{"type":"function","name":"f","parameters":[]}]"#), "tools[0].parameters"),
    (with(#""tool_choice":"required""#), "tool_choice"),
    (with(tool + #","tool_choice":"any""#), "tool_choice"),
    (with(tool + #","tool_choice":{"type":"function"}"#), "tool_choice.name"),
    (with(tool + #","tool_choice":{"type":"function","name":"g"}"#), "tool_choice"),
    (with(tool + #","tool_choice":{"type":"file_search"}"#), "tool_choice"),
    (with(tool + #","tool_choice":{"type":"allowed_tools","mode":"auto"}"#), "tool_choice.tools"),
    (with(tool + #","tool_choice":{"type":"allowed_tools","tools":[]}"#), "tool_choice.tools"),
    (
      with(tool + #","tool_choice":{"type":"allowed_tools","tools":[{"type":"function"}]}"#),
      "tool_choice.tools[0].name"
    ),
  ]

  @Test(arguments: bad)
  func aBadBodyIsRefusedWithItsPath(body: String, path: String) throws {
    let fault = try #require(try OpenAITesting.fault(.openAIResponses, body))
    #expect(fault.path == path)
    #expect(fault.kind == .invalid)
    #expect(!fault.message.isEmpty)
  }

  @Test(arguments: [
    (item(#"{"type":"item_reference","id":"msg_1"}"#), RequestPart.storedState, "input[0]"),
    (item(#"{"id":"msg_1"}"#), .storedState, "input[0]"),
    (with(#""conversation":"conv_1""#), .storedState, "conversation"),
    (#"{"conversation":{"id":"conv_1"}}"#, .storedState, "conversation"),
    (#"{"prompt":{"id":"pmpt_1"}}"#, .storedState, "prompt"),
    (with(#""background":true"#), .storedState, "background"),
    (
      with(#""tools":[{"type":"mcp","server_label":"s"}],"tool_choice":{"type":"mcp","server_label":"s","name":"f"}"#),
      .serverTools, "tool_choice"
    ),
  ])
  func whatLivesAtOpenAIGoesToAnotherTarget(body: String, part: RequestPart, path: String) throws {
    let fault = try #require(try OpenAITesting.fault(.openAIResponses, body))
    #expect(fault.kind == .unsupported(part))
    #expect(fault.path == path)
  }

  @Test func anOutputMayAnswerACallOfAnEarlierResponse() throws {
    let request = try OpenAITesting.request(
      .openAIResponses,
      #"{"previous_response_id":"resp_1","input":[{"type":"function_call_output","call_id":"1","output":"x"}]}"#)
    #expect(OpenAITesting.refusal(.openAIChat, request) == .storedState)
    #expect(OpenAITesting.refusal(.openAIResponses, request) == nil)
  }

  @Test(arguments: [
    "computer_call", "computer_call_output", "local_shell_call", "mcp_approval_request", "mcp_approval_response",
    "image_generation_call", "compaction", "apply_patch_call",
  ])
  func itemsThatOnlyOpenAIKnowsAreNotLost(type: String) throws {
    let request = try OpenAITesting.request(
      .openAIResponses, #"{"input":[{"role":"user","content":"a"},{"type":"\#(type)","id":"x"}]}"#)
    for dialect: Dialect in [.openAIChat, .anthropic, .gemini, .bedrockConverse, .cohere] {
      #expect(OpenAITesting.refusal(dialect, request) == .opaqueContent)
    }
    let body = try OpenAITesting.body(.openAIResponses, request)
    #expect(body["input"]?.elements.map { $0.raw.string }.last == #"{"type":"\#(type)","id":"x"}"#)
  }
}
