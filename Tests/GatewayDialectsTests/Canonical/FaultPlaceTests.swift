import GatewayCore
import GatewayDialects
import Testing

/// Where an error names the member of the request that is at fault.
struct FaultPlaceTests {
  private static let dialects = Dialect.allCases.filter(\.isForCallers)

  @Test(arguments: dialects)
  func everyDialectNamesTheMemberAtFault(dialect: Dialect) {
    let error = GatewayError(.invalidParameter, "This must be a string.", parameter: "messages[1].content")
    #expect(occurrences(of: "messages[1].content", in: dialect.errorBody(error)) == 1)
  }

  @Test(arguments: [Dialect.anthropic, .gemini, .bedrockConverse, .dashscope])
  func aMemberThatTheMessageNamesIsNotNamedTwice(dialect: Dialect) {
    let error = GatewayError(
      .invalidParameter, "'messages[1].content' must be a string.", parameter: "messages[1].content")
    #expect(occurrences(of: "messages[1].content", in: dialect.errorBody(error)) == 1)
  }

  @Test(arguments: [
    ("n", "This must be an integer.", "n: This must be an integer."),
    ("stop", "'stop_sequences' has too many.", "stop: 'stop_sequences' has too many."),
    ("contents", "'contents[2]' is empty.", "contents: 'contents[2]' is empty."),
    ("n", "n must be 1.", "n must be 1."),
    ("contents[2]", "It is in contents[2]", "It is in contents[2]"),
  ])
  func lettersWithinAnotherNameDoNotNameAMember(parameter: String, message: String, placed: String) {
    #expect(GatewayError(.invalidParameter, message, parameter: parameter).placedMessage == placed)
  }

  @Test func aMessageWithoutAMemberStaysAsItIs() {
    #expect(GatewayError(.overloaded, "Too much.").placedMessage == "Too much.")
  }

  private func occurrences(of text: String, in body: [UInt8]) -> Int {
    let name = Array(text.utf8)
    guard body.count >= name.count else { return 0 }
    return (0...body.count - name.count).count { body[$0..<$0 + name.count].elementsEqual(name) }
  }
}
