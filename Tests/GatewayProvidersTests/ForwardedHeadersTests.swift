import GatewayCore
import GatewayProviders
import Testing

struct ForwardedHeadersTests {
  private func upstream(_ name: String, also further: [String] = []) -> Bool {
    Array(name.utf8).withUnsafeBytes { ForwardedHeaders.goesUpstream($0, dialect: .openAIChat, also: further) }
  }

  private func downstream(_ name: String, isError: Bool = false) -> Bool {
    Array(name.utf8).withUnsafeBytes { ForwardedHeaders.goesDownstream($0, isError: isError) }
  }

  @Test(arguments: [
    "accept", "content-type", "content-language", "idempotency-key", "traceparent", "tracestate", "openai-beta",
    "openai-organization", "openai-project", "openai-x", "openai-abcdefghi",
  ])
  func goesToTheProvider(name: String) {
    #expect(upstream(name))
  }

  @Test(arguments: [
    "authorization", "x-api-key", "api-key", "cookie", "host", "connection", "transfer-encoding", "content-length",
    "content-encoding", "accept-encoding", "te", "upgrade", "expect", "forwarded", "x-forwarded-for", "user-agent",
    "x-request-id", "x-stainless-os", "openai-", "openai", "xopenai-beta", "accepts", "ccept", "", "x-sluice-cache",
  ])
  func staysBehind(name: String) {
    #expect(!upstream(name))
  }

  @Test func goesWhenTheProviderNamesIt() {
    #expect(upstream("appid", also: ["x-team", "appid"]))
    #expect(!upstream("appid", also: ["appi", "appid2"]))
  }

  @Test(arguments: [
    "Authorization", "proxy-authorization", "x-api-key", "api-key", "Cookie", "host", "Connection", "keep-alive", "te",
    "trailer", "transfer-encoding", "upgrade", "content-length", "forwarded", "X-Forwarded-For", "via", "", "a b",
    "x:y", "x\r\ny", "x-sluice-target",
  ])
  func cannotBeConfiguredToCross(name: String) {
    #expect(ForwardedHeaders.problem(forwarding: name) != nil)
  }

  @Test(arguments: ["appid", "X-User-Id", "openai-beta", "x-dashscope-session-cache"])
  func mayBeConfiguredToCross(name: String) {
    #expect(ForwardedHeaders.problem(forwarding: name) == nil)
  }

  @Test func anUnprintableNameIsEscapedInTheMessage() {
    #expect(ForwardedHeaders.problem(forwarding: "a\nb")?.contains("\n") == false)
  }

  @Test(arguments: ["content-type", "openai-processing-ms", "openai-model", "openai-version"])
  func comesBackToTheClient(name: String) {
    #expect(downstream(name))
    #expect(downstream(name, isError: true))
  }

  @Test(arguments: [
    "x-request-id", "x-ratelimit-remaining-requests", "set-cookie", "openai-organization", "openai-project", "server",
    "connection", "content-length", "transfer-encoding", "date", "via", "",
  ])
  func isKeptFromTheClient(name: String) {
    #expect(!downstream(name, isError: true))
  }

  @Test func aPauseComesBackOnlyWithAnError() {
    #expect(downstream("retry-after", isError: true))
    #expect(!downstream("retry-after"))
  }
}
