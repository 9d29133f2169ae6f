import GatewayDialects
import Testing

/// The words are those of the providers' own answers.
struct ProviderErrorMeaningTests {
  private func meaning(_ body: String) -> ProviderError.Meaning? {
    Array(body.utf8).withUnsafeBytes { ProviderError.parse(errorBody: $0).meaning }
  }

  @Test(arguments: [
    #"{"error":{"message":"Too long","type":"invalid_request_error","param":"messages","code":"context_length_exceeded"}}"#,
    #"{"error":{"message":"This model's maximum context length is 8192 tokens.","type":"BadRequestError","code":400}}"#,
    #"{"type":"error","error":{"type":"invalid_request_error","message":"prompt is too long: 208310 tokens > 200000 maximum"}}"#,
    #"{"type":"error","error":{"type":"invalid_request_error","message":"input length and `max_tokens` exceed context limit: 1 + 2 > 2"}}"#,
    #"{"error":{"code":400,"message":"The input token count (1048577) exceeds the maximum number of tokens allowed (1048576).","status":"INVALID_ARGUMENT"}}"#,
    #"{"message":"Input is too long for requested model."}"#,
    #"{"message":"too many tokens: total number of tokens in the prompt cannot exceed 4081"}"#,
    #"{"code":"InvalidParameter","message":"Range of input length should be [1, 30720]"}"#,
    #"{"error":{"code":"1261","message":"Prompt 超长"}}"#,
    #"{"error":{"message":"Invalid request: Your request exceeded model token limit: 8192","type":"invalid_request_error"}}"#,
    #"{"error":"`inputs` must have less than 1000 tokens. Given: 1500","error_type":"validation"}"#,
  ])
  func aTextThatIsTooLongIsRecognised(_ body: String) { #expect(meaning(body) == .contextLength) }

  @Test(arguments: [
    #"{"error":{"message":"Your request was rejected as a result of our safety system.","code":"content_policy_violation"}}"#,
    #"{"error":{"message":"The response was filtered","code":"content_filter","innererror":{"code":"ResponsibleAIPolicyViolation"}}}"#,
    #"{"code":"DataInspectionFailed","message":"Input data may contain inappropriate content."}"#,
    #"{"error":{"code":"1301","message":"系统检测到输入或生成内容可能包含不安全或敏感内容"}}"#,
    #"{"base_resp":{"status_code":1026,"status_msg":"input new_sensitive"}}"#,
    #"{"header":{"code":10013,"message":"input sensitive","sid":"x"}}"#,
    #"{"type":"error","error":{"type":"invalid_request_error","message":"Output blocked by content filtering policy"}}"#,
    #"{"error":{"message":"Content Exists Risk","type":"invalid_request_error"}}"#,
  ])
  func aRefusalOfTheContentIsRecognised(_ body: String) { #expect(meaning(body) == .contentPolicy) }

  @Test(arguments: [
    #"{"error":{"message":"The model `x` does not exist","code":"model_not_found"}}"#,
    #"{"error":{"message":"Rate limit reached for tokens per minute","code":"rate_limit_exceeded"}}"#,
    #"{"error":{"message":"max_tokens must be at least 1","code":null}}"#, "Bad Gateway",
  ])
  func otherErrorsMeanNeither(_ body: String) { #expect(meaning(body) == nil) }

  @Test(arguments: [
    (#"{"Message":"no","__type":"ValidationException"}"#, "no", "ValidationException"),
    (
      #"{"Response":{"Error":{"Code":"AuthFailure","Message":"bad signature"},"RequestId":"x"}}"#, "bad signature",
      "AuthFailure"
    ),
  ])
  func theShapesOfCloudsAreRead(_ body: String, _ message: String, _ code: String) {
    let error = Array(body.utf8).withUnsafeBytes { ProviderError.parse(errorBody: $0) }
    #expect(error.message == message)
    #expect(error.code == code)
  }
}
