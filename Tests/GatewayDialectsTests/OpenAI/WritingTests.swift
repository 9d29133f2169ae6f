import GatewayCore
import GatewayDialects
import Testing

@Suite struct WritingTests {
  @Test func writesAnErrorWithAllFourMembers() {
    let error = GatewayError(.invalidParameter, "bad \"x\"\n\u{1}", parameter: "x")
    #expect(
      String(decoding: ErrorEnvelope.body(error), as: UTF8.self)
        == #"{"error":{"message":"bad \"x\"\n\u0001","type":"invalid_request_error","#
        + #""param":"x","code":"invalid_parameter"}}"#
    )
    #expect(
      String(decoding: ErrorEnvelope.body(message: "m", type: nil, param: nil, code: nil), as: UTF8.self)
        == #"{"error":{"message":"m","type":null,"param":null,"code":null}}"#)
  }

  @Test func writesAnErrorAsTheLastEventOfAStream() {
    let event = String(decoding: ErrorEnvelope.event(GatewayError(.providerTimeout, "slow\n\nanswer")), as: UTF8.self)
    #expect(
      event
        == #"data: {"error":{"message":"slow\n\nanswer","type":"api_error","param":null,"code":"provider_timeout"}}"#
        + "\n\n")
  }

  @Test(arguments: GatewayError.Kind.allCases)
  func writesValidJSONForEachKind(_ kind: GatewayError.Kind) {
    #expect(fault(ErrorEnvelope.body(GatewayError(kind, "\u{0}\u{1F}\"\\/é中😀\u{2028}"))) == nil)
  }

  @Test func readsBackItsOwnErrors() {
    let body = ErrorEnvelope.body(GatewayError(.rateLimited, "wait", parameter: "p"))
    #expect(
      reading(body) { ProviderError.parse(errorBody: $0) }
        == ProviderError(message: "wait", type: "rate_limit_error", code: "provider_rate_limited", param: "p"))
  }

  @Test func listsModels() {
    let entries = [
      ModelList.Entry(id: "a\"b", created: 1_700_000_000, ownedBy: "sluice"),
      ModelList.Entry(id: "c", created: 0, ownedBy: "openai"),
    ]
    #expect(String(decoding: ModelList.list([]), as: UTF8.self) == #"{"object":"list","data":[]}"#)
    #expect(
      String(decoding: ModelList.list(entries), as: UTF8.self)
        == #"{"object":"list","data":[{"id":"a\"b","object":"model","created":1700000000,"owned_by":"sluice"},"#
        + #"{"id":"c","object":"model","created":0,"owned_by":"openai"}]}"#)
    #expect(
      String(decoding: ModelList.single(entries[1]), as: UTF8.self)
        == #"{"id":"c","object":"model","created":0,"owned_by":"openai"}"#)
  }

  @Test(arguments: [(0, 0, 0), (1, 0, 1), (4, 0, 1), (5, 0, 2), (400, 0, 100), (0, 3, 1), (0, 30, 9), (40, 30, 19)])
  func estimatesTokensFromSizes(_ ascii: Int, _ other: Int, _ tokens: Int) {
    #expect(TokenEstimator.tokens(TextCount(ascii: ascii, other: other)) == tokens)
  }
}
