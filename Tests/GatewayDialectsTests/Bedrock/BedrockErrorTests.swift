import GatewayCore
import GatewayDialects
import Testing

@Suite("Errors of Bedrock")
struct BedrockErrorTests {
  @Test(
    arguments: [
      (GatewayError.Kind.invalidKey, "AccessDeniedException"), (.modelNotAllowed, "AccessDeniedException"),
      (.modelNotFound, "ResourceNotFoundException"), (.invalidParameter, "ValidationException"),
      (.bodyTooLarge, "ValidationException"), (.rateLimited, "ThrottlingException"),
      (.providerTimeout, "ModelTimeoutException"), (.overloaded, "ServiceUnavailableException"),
      (.providerUnreachable, "InternalServerException"), (.internalError, "InternalServerException"),
    ])
  func namesTheException(kind: GatewayError.Kind, type: String) {
    let error = GatewayError(kind, "No \"luck\".")
    #expect(BedrockErrorWriter.header(error).name == "x-amzn-errortype")
    #expect(BedrockErrorWriter.header(error).value == type)
    #expect(String(decoding: BedrockErrorWriter.body(error), as: UTF8.self) == #"{"message":"No \"luck\"."}"#)
  }

  @Test func aBrokenStreamEndsWithAnException() throws {
    let frames = try frames(BedrockErrorWriter.event(GatewayError(.rateLimited, "Slow down.")))
    #expect(frames.map(\.name) == ["throttlingException"])
    #expect(frames.map(\.payload) == [#"{"message":"Slow down."}"#])
  }

  @Test func readsTheNamesOfExceptions() {
    #expect(BedrockErrorType(named: "ThrottlingException:http://internal.amazon.com/coral/x/") == .throttling)
    #expect(BedrockErrorType(named: "com.amazon.coral.service#AccessDeniedException") == .accessDenied)
    #expect(BedrockErrorType(named: "modelStreamErrorException") == .modelStreamError)
    #expect(BedrockErrorType(named: "MODELStreamErrorException") == nil)
    #expect(BedrockErrorType(named: "") == nil)
    #expect(BedrockErrorType.throttling.status == 429)
  }

  @Test(
    arguments: [
      (
        #"{"message":"Too many requests, please wait before trying again."}"#,
        "Too many requests, please wait before trying again."
      ),
      (
        #"{"message":"The model returned the following errors: prompt is too long: 204698 tokens > 200000 maximum"}"#,
        "The model returned the following errors: prompt is too long: 204698 tokens > 200000 maximum"
      ),
      (#"{"originalStatusCode":529,"resourceName":"m","message":"Overloaded"}"#, "Overloaded"),
    ])
  func readsBodiesOfErrors(body: String, message: String) {
    #expect(reading(body) { ProviderError.parse(errorBody: $0) }.message == message)
  }
}
