import GatewayCore
import GatewayDialects
import Testing

@Suite struct OpenAIChatBadRequestTests {
  private static func user(_ content: String) -> String { #"{"messages":[{"role":"user","content":\#(content)}]}"# }

  private static func with(_ members: String) -> String {
    #"{"messages":[{"role":"user","content":"a"}],\#(members)}"#
  }

  private static func assistant(_ members: String) -> String {
    #"{"messages":[{"role":"assistant",\#(members)}]}"#
  }

  private static let tool = #""tools":[{"type":"function","function":{"name":"f"}}]"#

  static let bad: [(body: String, path: String)] = [
    ("[]", ""),
    ("{}", "messages"),
    (#"{"messages":null}"#, "messages"),
    (#"{"messages":{}}"#, "messages"),
    (#"{"messages":[]}"#, "messages"),
    (#"{"messages":["a"]}"#, "messages[0]"),
    (#"{"messages":[{"content":"a"}]}"#, "messages[0].role"),
    (#"{"messages":[{"role":"human","content":"a"}]}"#, "messages[0].role"),
    (#"{"messages":[{"role":7,"content":"a"}]}"#, "messages[0].role"),
    (#"{"messages":[{"role":"user"}]}"#, "messages[0].content"),
    (user("7"), "messages[0].content"),
    (user("[7]"), "messages[0].content[0]"),
    (user(#"[{"text":"a"}]"#), "messages[0].content[0].type"),
    (user(#"[{"type":"picture"}]"#), "messages[0].content[0].type"),
    (user(#"[{"type":"text"}]"#), "messages[0].content[0].text"),
    (user(#"[{"type":"text","text":7}]"#), "messages[0].content[0].text"),
    (user(#"[{"type":"image_url"}]"#), "messages[0].content[0].image_url"),
    (user(#"[{"type":"image_url","image_url":{}}]"#), "messages[0].content[0].image_url.url"),
    (user(#"[{"type":"image_url","image_url":{"url":"data:a,b"}}]"#), "messages[0].content[0].image_url.url"),
    (user(#"[{"type":"image_url","image_url":"data:a,b"}]"#), "messages[0].content[0].image_url"),
    (user(#"[{"type":"image_url","image_url":{"url":""}}]"#), "messages[0].content[0].image_url.url"),
    (user(#"[{"type":"input_audio","input_audio":{"format":"wav"}}]"#), "messages[0].content[0].input_audio.data"),
    (user(#"[{"type":"file","file":{"filename":"a"}}]"#), "messages[0].content[0].file.file_data"),
    (user(#"[{"type":"text","text":"a","cache_control":7}]"#), "messages[0].content[0].cache_control"),
    (assistant(#""tool_calls":{}"#), "messages[0].tool_calls"),
    (assistant(#""tool_calls":[{"function":{"name":"f"}}]"#), "messages[0].tool_calls[0].id"),
    (assistant(#""tool_calls":[{"id":"a"}]"#), "messages[0].tool_calls[0].function"),
    (assistant(#""tool_calls":[{"id":"a","function":{}}]"#), "messages[0].tool_calls[0].function.name"),
    (
      assistant(#""tool_calls":[{"id":"a","function":{"name":"f","arguments":"{"}}]"#),
      "messages[0].tool_calls[0].function.arguments"
    ),
    (assistant(#""tool_calls":[{"id":"a","custom":{"input":"x"}}]"#), "messages[0].tool_calls[0].custom.name"),
    (assistant(#""function_call":{"arguments":"{}"}"#), "messages[0].function_call.name"),
    (#"{"messages":[{"role":"tool","content":"a"}]}"#, "messages[0].tool_call_id"),
    (#"{"messages":[{"role":"tool","tool_call_id":"x","content":"a"}]}"#, "messages[0].tool_call_id"),
    (#"{"messages":[{"role":"function","name":"f","content":"a"}]}"#, "messages[0]"),
    (with(#""temperature":"hot""#), "temperature"),
    (with(#""max_tokens":1.5"#), "max_tokens"),
    (with(#""max_completion_tokens":5,"max_tokens":"x""#), "max_tokens"),
    (with(#""stream":"yes""#), "stream"),
    (with(#""stream_options":7"#), "stream_options"),
    (with(#""stop":7"#), "stop"),
    (with(#""stop":["a",7]"#), "stop[1]"),
    (with(#""n":0"#), "n"),
    (with(#""logprobs":1"#), "logprobs"),
    (with(#""top_logprobs":2"#), "top_logprobs"),
    (with(#""logprobs":false,"top_logprobs":2"#), "top_logprobs"),
    (with(#""logit_bias":[]"#), "logit_bias"),
    (with(#""modalities":"audio""#), "modalities"),
    (with(#""audio":"alloy""#), "audio"),
    (with(#""prediction":"x""#), "prediction"),
    (with(#""user":"a","safety_identifier":7"#), "safety_identifier"),
    (with(#""metadata":[]"#), "metadata"),
    (with(#""tools":{}"#), "tools"),
    (with(#""tools":[{"function":{"name":"f"}}]"#), "tools[0].type"),
    (with(#""tools":[{"type":"function"}]"#), "tools[0].function"),
    (with(#""tools":[{"type":"function","function":{}}]"#), "tools[0].function.name"),
    (with(#""tools":[{"type":"function","function":{"name":"f","parameters":"x"}}]"#), "tools[0].function.parameters"),
    (with(#""tools":[{"type":"custom"}]"#), "tools[0].custom"),
    (with(#""functions":[{}]"#), "functions[0].name"),
    (with(#""tool_choice":"required""#), "tool_choice"),
    (with(#""function_call":{"name":"f"}"#), "function_call"),
    (with(tool + #","tool_choice":"any""#), "tool_choice"),
    (with(tool + #","tool_choice":{"type":"function"}"#), "tool_choice"),
    (with(tool + #","tool_choice":{"type":"function","function":{}}"#), "tool_choice.function.name"),
    (with(tool + #","tool_choice":{"type":"function","function":{"name":"g"}}"#), "tool_choice"),
    (with(tool + #","tool_choice":{"type":"allowed_tools"}"#), "tool_choice.allowed_tools"),
    (
      with(tool + #","tool_choice":{"type":"allowed_tools","allowed_tools":{"mode":"auto","tools":[]}}"#),
      "tool_choice.allowed_tools"
    ),
    (
      with(
        tool + #","tool_choice":{"type":"allowed_tools","allowed_tools":{"tools":[{"function":{"name":"g"}}]}}"#),
      "tool_choice"
    ),
    (with(#""response_format":"json""#), "response_format"),
    (with(#""response_format":{"type":"xml"}"#), "response_format.type"),
    (with(#""response_format":{"type":"json_schema"}"#), "response_format.json_schema"),
    (
      with(#""response_format":{"type":"json_schema","json_schema":{"name":"a"}}"#),
      "response_format.json_schema.schema"
    ),
    (with(#""reasoning_effort":"much""#), "reasoning_effort"),
    (with(#""reasoning":{"effort":"much"}"#), "reasoning.effort"),
    (with(#""thinking":{"type":"maybe"}"#), "thinking.type"),
    (with(#""thinking":{"type":"enabled","budget_tokens":0}"#), "thinking.budget_tokens"),
  ]

  @Test(arguments: bad)
  func aBadBodyIsRefusedWithItsPath(body: String, path: String) throws {
    let fault = try #require(try OpenAITesting.fault(.openAIChat, body))
    #expect(fault.path == path)
    #expect(fault.kind == .invalid)
    #expect(!fault.message.isEmpty)
  }

  @Test func aSoundThatTheProviderKeepsIsNoOtherProviders() throws {
    let body = Self.assistant(#""audio":{"id":"audio_1"}"#)
    let fault = try #require(try OpenAITesting.fault(.openAIChat, body))
    #expect(fault.kind == .unsupported(.audio))
    #expect(fault.path == "messages[0].audio")
  }

  @Test(arguments: [
    with(#""top_logprobs":0"#), with(tool + #","tool_choice":"none""#), with(#""tool_choice":"none""#),
    with(#""reasoning_effort":"max""#), with(#""reasoning":{"enabled":true}"#), with(#""stop":null,"n":1"#),
    assistant(#""content":"a","refusal":null,"audio":null,"function_call":null"#),
  ])
  func whatOpenAITakesIsTaken(body: String) throws {
    #expect(try OpenAITesting.fault(.openAIChat, body) == nil)
  }
}
