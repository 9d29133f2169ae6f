import GatewayDialects
import Testing

@Suite struct ProviderErrorTests {
  @Test(arguments: [
    (
      "error-openai.json",
      ProviderError(message: "Incorrect model.", type: "invalid_request_error", code: "model_not_found", param: "model")
    ),
    (
      "error-fastapi.json",
      ProviderError(message: "messages.0.role: Field required", type: "missing", param: "messages.0.role")
    ),
    ("error-google.json", ProviderError(message: "API key not valid.", type: "INVALID_ARGUMENT", code: "400")),
    (
      "error-proxy.html",
      ProviderError(message: "The provider answered with a page of HTML or XML instead of an error.")
    ),
  ])
  func readsTheBodiesOfFailedCalls(_ name: String, _ error: ProviderError) throws {
    #expect(parse(try fixture("openai/\(name)")) == error)
  }

  @Test(arguments: [
    ("{\"error\":\"text\"}", ProviderError(message: "text")),
    ("{\"message\":\"text\"}", ProviderError(message: "text")),
    ("{\"msg\":\"text\",\"code\":7}", ProviderError(message: "text", code: "7")),
    ("{\"detail\":\"text\"}", ProviderError(message: "text")),
    ("{\"detail\":{\"error\":{\"message\":\"text\"}}}", ProviderError(message: "text")),
    ("{\"error_code\":17,\"error_msg\":\"text\"}", ProviderError(message: "text", code: "17")),
    ("{\"code\":\"C\",\"message\":\"text\"}", ProviderError(message: "text", code: "C")),
    (
      "{\"code\":\"outer\",\"error\":{\"message\":\"text\",\"code\":\"inner\"}}",
      ProviderError(message: "text", code: "inner")
    ),
    ("{\"error\":{\"message\":{\"a\":[1]}}}", ProviderError(message: "{\"a\":[1]}")),
    ("{\"errors\":[{\"message\":\"first\"},{\"message\":\"second\"}]}", ProviderError(message: "first")),
    ("\"text\"", ProviderError(message: "text")),
    ("{\"a\":1}", ProviderError(message: "The provider answered with an error without a message.")),
    (
      "{\"error\":{\"message\":\"\"}}", ProviderError(message: "The provider answered with an error without a message.")
    ),
    (" \n", ProviderError(message: "The provider answered with an error and an empty body.")),
    ("", ProviderError(message: "The provider answered with an error and an empty body.")),
    ("upstream\nconnect error\u{7}", ProviderError(message: "upstream connect error ")),
    ("{\"error\":", ProviderError(message: "{\"error\":")),
    ("404", ProviderError(message: "404")),
  ])
  func readsAnyShape(_ body: String, _ error: ProviderError) { #expect(parse(body) == error) }

  @Test func survivesBytesThatAreNoText() {
    #expect(!reading([0xFF, 0xFE, 0x00, 0x80]) { ProviderError.parse(errorBody: $0) }.message.isEmpty)
  }

  @Test func survivesDeepNesting() {
    let body = String(repeating: "{\"error\":", count: 200) + "\"x\"" + String(repeating: "}", count: 200)
    #expect(!parse(body).message.isEmpty)
  }

  @Test func cutsAMessageBetweenCharacters() {
    #expect(ProviderError(message: String(repeating: "a", count: 501)).message.count == 500)
    // 166 characters of 3 bytes are 498.
    #expect(ProviderError(message: String(repeating: "中", count: 400)).message.count == 166)
    let family = "👨‍👩‍👧‍👦"
    #expect(ProviderError(message: String(repeating: family, count: 60)).message.allSatisfy { $0 == Character(family) })
    // One character of a thousand scalars is cut between two of them.
    let monster = ProviderError(message: "e" + String(repeating: "\u{301}", count: 1000)).message
    #expect(!monster.isEmpty && monster.utf8.count <= ProviderError.maximumMessageLength)
    let label = ProviderError(message: "m", type: String(repeating: "t", count: 1000)).type
    #expect(label?.utf8.count == ProviderError.maximumLabelLength)
  }

  private func parse(_ body: String) -> ProviderError { reading(body) { ProviderError.parse(errorBody: $0) } }
}
