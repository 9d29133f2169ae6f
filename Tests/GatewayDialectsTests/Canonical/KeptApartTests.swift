import GatewayCore
import GatewayDialects
import Testing

/// Small things that are easily lost between two dialects.
@Suite struct KeptApartTests {
  private func request(_ body: String) throws -> CanonicalRequest {
    try Dialect.anthropic.readRequest(JSONDocument(Array(body.utf8)).root)
  }

  @Test func aFailedToolIsNamedWhereNoWordIsLeftForIt() throws {
    let request = try request(
      #"{"model":"m","max_tokens":9,"messages":[{"role":"user","content":"x"},{"role":"assistant","content":[{"type":"tool_use","#
        + #""id":"t1","name":"f","input":{}}]},{"role":"user","content":[{"type":"tool_result","tool_use_id":"t1","#
        + #""is_error":true,"content":"no"}]}],"tools":[{"name":"f","input_schema":{"type":"object"}}]}"#)
    for dialect in [Dialect.openAIChat, .openAIResponses, .cohere] {
      let written = try dialect.writeRequest(request, traits: TargetTraits(model: "m"))
      #expect(written.dropped == [.toolError], "\(dialect)")
      #expect(written.dropped.first?.name(in: .anthropic) == "is_error")
    }
    for dialect in [Dialect.anthropic, .gemini, .bedrockConverse] {
      #expect(try dialect.writeRequest(request, traits: TargetTraits(model: "m")).dropped.isEmpty, "\(dialect)")
    }
  }

  @Test func blocksOfInstructionsStayApart() throws {
    let request = try request(
      #"{"model":"m","max_tokens":9,"system":[{"type":"text","text":"A"},{"type":"text","text":"B"}],"#
        + #""messages":[{"role":"user","content":"x"}]}"#)
    let written = try Dialect.openAIResponses.writeRequest(request, traits: TargetTraits(model: "m"))
    let body = String(decoding: written.body, as: UTF8.self)
    #expect(body.contains(#"{"type":"input_text","text":"A"},{"type":"input_text","text":"B"}"#))
    #expect(!body.contains("AB"))
  }
}
