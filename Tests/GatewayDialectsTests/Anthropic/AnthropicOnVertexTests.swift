import GatewayDialects
import Testing

@Suite("Messages on Vertex AI")
struct AnthropicOnVertexTests {
  private static func edited(_ body: String, requiresModel: Bool = true, counted: String? = nil) throws -> String {
    try Array(body.utf8).withUnsafeBytes { bytes in
      let lens = try RequestLens.scan(bytes, requiresModel: requiresModel)
      return String(
        decoding: BodyEdit.apply(AnthropicOnVertex.edits(lens: lens, body: bytes, counted: counted), to: bytes),
        as: UTF8.self)
    }
  }

  @Test(arguments: [
    (
      #"{"model":"claude","max_tokens":9,"messages":[]}"#,
      #"{"anthropic_version":"vertex-2023-10-16","max_tokens":9,"messages":[]}"#
    ),
    (
      #"{ "messages": [], "model" : "claude" }"#, #"{ "messages": [], "anthropic_version":"vertex-2023-10-16" }"#
    ),
    (
      #"{"mod\u0065l":"claude","zap":1.50}"#, #"{"anthropic_version":"vertex-2023-10-16","zap":1.50}"#
    ),
    (
      #"{"anthropic_version":"vertex-2099","model":"claude","x":1}"#,
      #"{"anthropic_version":"vertex-2023-10-16","x":1}"#
    ),
    (
      #"{"model":"claude", "anthropic_version":null}"#, #"{"anthropic_version":"vertex-2023-10-16"}"#
    ),
    (
      #"{"a":1,"anthropic_version":"x","model":"claude"}"#, #"{"a":1,"anthropic_version":"vertex-2023-10-16"}"#
    ),
  ])
  func theVersionTakesTheModelsPlace(_ body: String, _ expected: String) throws {
    #expect(try Self.edited(body) == expected)
  }

  @Test func aBodyWithoutAModelGetsTheVersion() throws {
    #expect(try Self.edited("{}", requiresModel: false) == #"{"anthropic_version":"vertex-2023-10-16"}"#)
    #expect(
      try Self.edited(#"{"a":1}"#, requiresModel: false) == #"{"anthropic_version":"vertex-2023-10-16","a":1}"#)
  }

  @Test func theBodyNamesAModelWhoseTokensAreCounted() throws {
    #expect(
      try Self.edited(#"{"model":"m","messages":[]}"#, counted: "claude-x")
        == #"{"anthropic_version":"vertex-2023-10-16","model":"claude-x","messages":[]}"#)
  }
}
