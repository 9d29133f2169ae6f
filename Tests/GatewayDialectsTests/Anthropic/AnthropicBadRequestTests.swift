import GatewayCore
import GatewayDialects
import Testing

@Suite("Bad input for the Messages API")
struct AnthropicBadRequestTests {
  private static func body(_ members: String) -> String {
    #"{"max_tokens":9,"messages":[{"role":"user","content":"Hi"}],\#(members)}"#
  }

  private static func user(_ content: String) -> String {
    #"{"max_tokens":9,"messages":[{"role":"user","content":\#(content)}]}"#
  }

  private static func block(_ block: String) -> String { user("[\(block)]") }

  private static func turns(_ assistant: String, _ user: String) -> String {
    #"{"max_tokens":9,"messages":[{"role":"assistant","content":[\#(assistant)]},{"role":"user","content":[\#(user)]}]}"#
  }

  private static let first = "messages[0].content[0]"
  private static let call = #"{"type":"tool_use","id":"a","name":"f","input":{}}"#

  static let bad: [(String, String?)] = [
    ("[]", nil),
    ("{}", "messages"),
    (#"{"messages":[{"role":"user","content":"Hi"}]}"#, "max_tokens"),
    (body(#""max_tokens2":1,"stream":1"#), "stream"),
    (#"{"max_tokens":"9","messages":[{"role":"user","content":"Hi"}]}"#, "max_tokens"),
    (#"{"max_tokens":-1,"messages":[{"role":"user","content":"Hi"}]}"#, "max_tokens"),
    (#"{"max_tokens":9,"messages":{}}"#, "messages"),
    (#"{"max_tokens":9,"messages":[]}"#, "messages"),
    (#"{"max_tokens":9,"messages":[7]}"#, "messages[0]"),
    (#"{"max_tokens":9,"messages":[{"content":"Hi"}]}"#, "messages[0].role"),
    (#"{"max_tokens":9,"messages":[{"role":"tool","content":"Hi"}]}"#, "messages[0].role"),
    (#"{"max_tokens":9,"messages":[{"role":"user"}]}"#, "messages[0].content"),
    (user("7"), "messages[0].content"),
    (user("[7]"), first),
    (block("{}"), first + ".type"),
    (block(#"{"type":"txt"}"#), first + ".type"),
    (block(#"{"type":"text"}"#), first + ".text"),
    (block(#"{"type":"text","text":7}"#), first + ".text"),
    (block(#"{"type":"text","text":"a","cache_control":true}"#), first + ".cache_control"),
    (block(#"{"type":"text","text":"a","cache_control":{"type":"long"}}"#), first + ".cache_control.type"),
    (
      block(#"{"type":"text","text":"a","cache_control":{"type":"ephemeral","ttl":"9m"}}"#),
      first + ".cache_control.ttl"
    ),
    (block(#"{"type":"image"}"#), first + ".source"),
    (block(#"{"type":"image","source":{"type":"base64","data":"AA=="}}"#), first + ".source.media_type"),
    (block(#"{"type":"image","source":{"type":"base64","media_type":"image/png"}}"#), first + ".source.data"),
    (block(#"{"type":"image","source":{"type":"url"}}"#), first + ".source.url"),
    (block(#"{"type":"image","source":{"type":"text","data":"a"}}"#), first + ".source.type"),
    (block(#"{"type":"document","source":{"type":"content"}}"#), first + ".source.content"),
    (block(#"{"type":"mid_conv_system"}"#), first + ".content"),
    (block(call), first + ".type"),
    (block(#"{"type":"tool_result","tool_use_id":"x"}"#), first + ".tool_use_id"),
    (turns(#"{"type":"tool_use","name":"f"}"#, ""), first + ".id"),
    (turns(#"{"type":"tool_use","id":"a"}"#, ""), first + ".name"),
    (turns(#"{"type":"tool_use","id":"a","name":"f","input":"x"}"#, ""), first + ".input"),
    (turns(#"{"type":"redacted_thinking"}"#, ""), first + ".data"),
    (turns(#"{"type":"tool_result","tool_use_id":"a"}"#, ""), first + ".type"),
    (turns(call, #"{"type":"tool_result","tool_use_id":"a","content":7}"#), "messages[1].content[0].content"),
    (
      turns(call, #"{"type":"tool_result","tool_use_id":"a","content":[\#(call)]}"#),
      "messages[1].content[0].content[0].type"
    ),
    (turns(call, #"{"type":"tool_result","tool_use_id":"a","is_error":1}"#), "messages[1].content[0].is_error"),
    (body(#""system":7"#), "system"),
    (body(#""system":[{"type":"image","source":{"type":"url","url":"https://x"}}]"#), "system[0]"),
    (body(#""temperature":"hot""#), "temperature"),
    (body(#""top_k":1.5"#), "top_k"),
    (body(#""stop_sequences":"END""#), "stop_sequences"),
    (body(#""stop_sequences":["a",1]"#), "stop_sequences[1]"),
    (body(#""tools":{}"#), "tools"),
    (body(#""tools":[{"name":"f"}]"#), "tools[0].input_schema"),
    (body(#""tools":[{"input_schema":{}}]"#), "tools[0].name"),
    (body(#""tools":[{"name":"f","input_schema":"x"}]"#), "tools[0].input_schema"),
    (body(#""tool_choice":"auto""#), "tool_choice"),
    (body(#""tool_choice":{"type":"every"}"#), "tool_choice.type"),
    (body(#""tool_choice":{"type":"any"}"#), "tool_choice"),
    (body(#""tools":[{"name":"f","input_schema":{}}],"tool_choice":{"type":"tool"}"#), "tool_choice.name"),
    (body(#""thinking":{"type":"on"}"#), "thinking.type"),
    (body(#""thinking":{"type":"enabled"}"#), "thinking.budget_tokens"),
    (body(#""thinking":{"type":"enabled","budget_tokens":0}"#), "thinking.budget_tokens"),
    (body(#""output_config":{"effort":"none"}"#), "output_config.effort"),
    (body(#""output_config":{"format":{"type":"json"}}"#), "output_config.format.type"),
    (body(#""output_config":{"format":{"type":"json_schema"}}"#), "output_config.format.schema"),
    (body(#""metadata":{"user_id":7}"#), "metadata.user_id"),
    (body(#""service_tier":1"#), "service_tier"),
  ]

  @Test("Each fault is refused with its path", arguments: bad)
  func refuses(body: String, path: String?) throws {
    let document = try JSONDocument(Array(body.utf8), refusesDuplicates: true)
    do throws(DialectFault) {
      _ = try AnthropicRequestReader.read(document.root)
      Issue.record("it was read")
    } catch {
      #expect((error.path ?? "").isEmpty ? path == nil : error.path == path)
      #expect(error.kind == .invalid)
    }
  }

  @Test("What the API has no word for goes to another target")
  func namesUnsupportedParts() {
    func part(_ change: (inout CanonicalRequest) -> Void) -> RequestPart? {
      DialectTesting.unsupported(.anthropic, DialectTesting.simple(change))
    }
    func content(_ content: CanonicalPart.Content) -> RequestPart? {
      part { $0.messages[0].parts.append(CanonicalPart(content)) }
    }
    #expect(part { $0.choices = 2 } == .severalChoices)
    #expect(part { $0.logprobs = true } == .logprobs)
    #expect(part { $0.modalities = ["audio"] } == .audioOutput)
    #expect(part { $0.modalities = ["image"] } == .imageOutput)
    #expect(part { $0.previousResponseID = "r" } == .storedState)
    #expect(part { $0.cachedContent = "c" } == .cachedContent)
    #expect(part { $0.stop = ["END", "\n"] } == .stopSequences)
    #expect(part { $0.tools = [CanonicalTool(name: "f", kind: .custom(format: nil))] } == .tools)
    #expect(content(.audio(MediaPart(.base64("AA==")))) == .audio)
    #expect(content(.video(MediaPart(.url("https://x")))) == .video)
    #expect(content(.image(MediaPart(.url("gs://bucket/a.png")))) == .images)
    #expect(content(.file(MediaPart(.base64("AA=="), mediaType: "application/zip"))) == .files)
    #expect(content(.opaque(.gemini, kind: "executableCode", .emptyObject)) == .opaqueContent)
    #expect(part { $0.stop = ["END"] } == nil)
  }
}
