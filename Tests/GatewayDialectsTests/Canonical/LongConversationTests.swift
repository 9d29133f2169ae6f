import GatewayCore
import GatewayDialects
import Testing

/// A conversation is written on an event loop, which others wait for meanwhile.
struct LongConversationTests {
  // In a debug build 0.2 s; where each result looks through all calls, half a minute.
  private static let limit = Duration.seconds(5)

  @Test(arguments: Dialect.allCases.filter { ![.openAICompletions, .dify, .coze].contains($0) })
  func thousandsOfCallsAreNoSquare(dialect: Dialect) throws {
    let request = DialectTesting.simple { request in
      let calls = (0..<8000).map { number in
        CanonicalPart(.toolCall(ToolCall(id: RawText("c\(number)"), name: "f", arguments: .string("{}"))))
      }
      request.messages.append(CanonicalMessage(.assistant, parts: calls))
      request.messages += (0..<8000).reversed().map { number in
        let result = ToolResult(callID: RawText("c\(number)"), parts: [.text("r")])
        return CanonicalMessage(.tool, parts: [CanonicalPart(.toolResult(result))])
      }
      request.tools = [CanonicalTool(name: "f", kind: .function(parameters: nil, isStrict: nil))]
    }
    let taken = try ContinuousClock().measure { _ = try DialectTesting.written(dialect, request) }
    #expect(taken < Self.limit)
  }
}
