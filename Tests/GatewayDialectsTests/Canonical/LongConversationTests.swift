import GatewayCore
import GatewayDialects
import Testing

/// A conversation is read and written on an event loop, which others wait for meanwhile. Each test takes a fifth of a second in a debug
/// build, and minutes where each result looks through all calls.
@Suite(.timeLimit(.minutes(2)))
struct LongConversationTests {
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
    #expect(try !DialectTesting.written(dialect, request).isEmpty)
  }

  @Test(arguments: [true, false])
  func geminisResultsFindTheirCalls(withIDs: Bool) throws {
    let count = 20_000
    func part(_ kind: String, _ number: Int, _ value: String) -> String {
      let id = withIDs ? #""id":"c\#(number)","# : ""
      return #"{"\#(kind)":{\#(id)"name":"f\#(withIDs ? 0 : number)",\#(value)}}"#
    }
    let calls = (0..<count).map { part("functionCall", $0, #""args":{}"#) }.joined(separator: ",")
    let results = (0..<count).reversed().map { part("functionResponse", $0, #""response":{"output":"r"}"#) }
    let body =
      #"{"contents":[{"role":"user","parts":[{"text":"x"}]},{"role":"model","parts":[\#(calls)]},"#
      + #"{"role":"user","parts":[\#(results.joined(separator: ","))]}]}"#
    let request = try Dialect.gemini.readRequest(JSONDocument(Array(body.utf8)).root)
    let answered = request.messages.flatMap(\.parts).filter { if case .toolResult = $0.content { true } else { false } }
    #expect(answered.count == count)
  }
}
