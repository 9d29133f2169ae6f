import GatewayCore
import GatewayDialects
import Testing

@testable import GatewayProxy

/// The whole answer of what a client got piece by piece.
struct AnswerAssemblyTests {
  private static let context = AnswerContext(exchangeID: "x", created: 7, model: "m", includesUsage: true)

  private func whole(_ stream: String, as dialect: Dialect, isCumulative: Bool = false) throws -> JSONNode? {
    try whole(Array(stream.utf8), as: dialect, isCumulative: isCumulative)
  }

  private func whole(_ stream: [UInt8], as dialect: Dialect, isCumulative: Bool = false) throws -> JSONNode? {
    var context = Self.context
    context.isCumulative = isCumulative
    let written = stream.withUnsafeBytes { AnswerAssembly.whole($0, as: dialect, context: context, limit: 1 << 20) }
    return try written.map { try JSONDocument($0).root }
  }

  private static func chunk(_ delta: String, finish: String = "null") -> String {
    #"data: {"id":"1","object":"chat.completion.chunk","created":1,"model":"m","choices":[{"index":0,"delta":\#(delta),"finish_reason":\#(finish)}]}"#
      + "\n\n"
  }

  @Test func aStreamedChatIsTheSameAsAWholeOne() throws {
    let stream =
      Self.chunk(#"{"role":"assistant","content":""}"#) + Self.chunk(#"{"content":"Hel"}"#)
      + Self.chunk(#"{"content":"lo"}"#) + Self.chunk("{}", finish: #""stop""#) + "data: [DONE]\n\n"
    let answer = try #require(try whole(stream, as: .openAIChat))
    let choice = answer["choices"]?.elements.first { _ in true }
    #expect(choice?["message"]?["content"]?.string == "Hello")
    #expect(choice?["finish_reason"]?.string == "stop")
  }

  @Test func whatWasSaidBeforeABreakIsKept() throws {
    let stream = Self.chunk(#"{"role":"assistant","content":"Hel"}"#) + Self.chunk(#"{"content":"lo"}"#)
    for end in ["", "data: {\"error\":{\"message\":\"broken\"}}\n\n", "data: {\"choi"] {
      let answer = try #require(try whole(stream + end, as: .openAIChat))
      let choice = answer["choices"]?.elements.first { _ in true }
      #expect(choice?["message"]?["content"]?.string == "Hello", "\(end)")
      #expect(choice?["finish_reason"]?.string == "length", "\(end)")
    }
  }

  @Test func nothingSaidIsNoAnswer() throws {
    #expect(try whole("", as: .openAIChat) == nil)
    #expect(try whole(": ping\n\n", as: .openAIChat) == nil)
  }

  @Test func aStreamedCompletionIsJoined() throws {
    let stream = ["once", " upon"].map {
      "data: {\"choices\":[{\"index\":0,\"text\":\"\($0)\",\"finish_reason\":null}]}\n\n"
    }
    let last = "data: {\"choices\":[{\"index\":0,\"text\":\"\",\"finish_reason\":\"length\"}]}\n\ndata: [DONE]\n\n"
    let answer = try #require(try whole(stream.joined() + last, as: .openAICompletions))
    let choice = answer["choices"]?.elements.first { _ in true }
    #expect(choice?["text"]?.string == "once upon")
    #expect(choice?["finish_reason"]?.string == "length")
  }

  @Test func ofEventsThatRepeatAllTheLastCounts() throws {
    let stream = ["a", "ab", "abc"].map { "data: {\"output\":{\"text\":\"\($0)\"}}\n\n" }.joined()
    #expect(try whole(stream, as: .dashscope, isCumulative: true)?["output"]?["text"]?.string == "abc")
  }

  /// Every dialect of callers reads what the gateway itself streams in it.
  @Test(arguments: Dialect.allCases.filter { $0.isForCallers && $0 != .openAICompletions })
  func whatTheGatewayStreamsIsReadInEveryDialect(_ dialect: Dialect) throws {
    var encoder = dialect.streamEncoder(context: Self.context)
    var stream: [UInt8] = []
    let deltas: [CanonicalDelta] = [
      .started(CanonicalDelta.Start(id: "1", model: "m")), .partStarted(choice: 0, part: 0, .text),
      .text(choice: 0, part: 0, "Hel"), .text(choice: 0, part: 0, "lo"), .partEnded(choice: 0, part: 0),
      .finished(choice: 0, .stop, stopSequence: nil), .usage(TokenUsage(inputUncached: 3, output: 2)), .ended,
    ]
    for delta in deltas { encoder.write(delta, into: &stream) }
    let answer = try #require(try whole(stream, as: dialect))
    #expect(try dialect.readAnswer(answer).choices.first?.parts.compactMap(\.plainText).joined() == "Hello")
  }
}

extension CanonicalPart {
  fileprivate var plainText: String? {
    guard case .text(let text) = content else { return nil }
    return text.text.string
  }
}
