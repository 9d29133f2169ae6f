import GatewayCore
import GatewayDialects
import Testing

@Suite struct CanonicalTests {
  // MARK: Signatures

  private func request(_ signature: RawText) -> CanonicalRequest {
    var request = CanonicalRequest()
    request.messages = [
      CanonicalMessage(
        .assistant,
        parts: [CanonicalPart(.reasoning(ReasoningPart(text: "hm", signature: signature))), .text("hi")])
    ]
    return request
  }

  private func signature(of request: CanonicalRequest) -> RawText? {
    guard case .reasoning(let thought)? = request.messages.first?.parts.first?.content else { return nil }
    return thought.signature
  }

  private func marked(_ signature: RawText, _ dialect: Dialect) throws -> RawText {
    guard case .signature(_, _, let text) = CanonicalDelta.signature(choice: 0, part: 0, signature).marked(dialect)
    else {
      Issue.record("it is no signature any more")
      return .empty
    }
    return text
  }

  @Test(arguments: ["c2ln+/==", "c2ln-_A=", "not base64!", "ab", "with \"quotes\""])
  func aSignatureComesBackToItsVendorAsItWas(text: String) throws {
    let marked = try marked(RawText(text), .anthropic)
    #expect(marked.string != text)
    #expect(Array("xS\(marked.string)".utf8).withUnsafeBytes { SignatureMark.isIn($0) })
    var request = request(marked)
    request.keepSignatures(from: .openAIChat, to: .anthropic)
    #expect(signature(of: request)?.string == text)
  }

  @Test func aSignatureOfAnotherVendorIsLeftOut() throws {
    var request = request(try marked("c2ln", .gemini))
    request.keepSignatures(from: .anthropic, to: .anthropic)
    #expect(signature(of: request) == nil)
  }

  @Test func claudesSignaturesHoldAtAmazonToo() throws {
    var request = request(try marked("c2ln", .bedrockConverse))
    request.keepSignatures(from: .openAIChat, to: .anthropic)
    #expect(signature(of: request) == "c2ln")
  }

  @Test func aThoughtThatWasAnItemForItsCallerIsItsVendorsAgain() throws {
    var thought = ReasoningPart(text: "hm", signature: try marked("c2ln", .bedrockConverse))
    thought.id = "rs_1"
    thought.isSummary = true
    var request = DialectTesting.simple()
    request.messages.append(CanonicalMessage(.assistant, parts: [CanonicalPart(.reasoning(thought))]))
    request.keepSignatures(from: .openAIResponses, to: .bedrockConverse)
    #expect(try DialectTesting.written(.bedrockConverse, request).contains(#""signature":"c2ln""#))
  }

  @Test func aClientThatWritesBase64AnewChangesNothing() throws {
    // The Python SDK of Google decodes signatures and writes them with the alphabet for URLs.
    let marked = try marked("+/+/", .anthropic)
    let rewritten = RawText(marked.string.replacing("+", with: "-").replacing("/", with: "_"))
    var request = request(rewritten)
    request.keepSignatures(from: .gemini, to: .anthropic)
    #expect(signature(of: request) == "+/+/")
  }

  // MARK: Assembling

  @Test func anAnswersDeltasMakeTheAnswerAgain() {
    var answer = CanonicalResponse()
    answer.id = "id"
    var choice = CanonicalResponse.Choice(index: 0)
    choice.parts = [
      CanonicalPart(.reasoning(ReasoningPart(text: "hm", signature: "s"))), .text("a\nb"),
      CanonicalPart(.toolCall(ToolCall(id: "1", name: "f", arguments: .json(RawJSON(#"{"x": 1e-9}"#))))),
    ]
    choice.finish = .toolCalls
    answer.choices = [choice]
    answer.usage = TokenUsage(inputUncached: 3, output: 4)
    var assembler = CanonicalAssembler()
    for delta in answer.deltas { assembler.receive(delta) }
    let again = assembler.answer
    #expect(assembler.isEnded)
    #expect(again.id == "id")
    #expect(again.usage == answer.usage)
    #expect(again.choices.first?.finish == .toolCalls)
    #expect(again.choices.first?.parts.count == 3)
    guard case .toolCall(let call)? = again.choices.first?.parts.last?.content else {
      Issue.record("there is no call")
      return
    }
    #expect(call.arguments.json?.string == #"{"x": 1e-9}"#)
  }

  // MARK: Emulation

  @Test func aForcedCallBecomesTheTextThatWasAskedFor() {
    var answer = CanonicalResponse()
    var choice = CanonicalResponse.Choice(index: 0)
    choice.parts = [
      CanonicalPart(.toolCall(ToolCall(id: "1", name: Emulation.toolName, arguments: .json(RawJSON(#"{"a":"ö"}"#)))))
    ]
    choice.finish = .toolCalls
    answer.choices = [choice]
    let restored = EmulatedOutput.restore(answer)
    #expect(restored.choices.first?.finish == .stop)
    guard case .text(let text)? = restored.choices.first?.parts.first?.content else {
      Issue.record("there is no text")
      return
    }
    #expect(text.text.string == #"{"a":"ö"}"#)
    var output = EmulatedOutput()
    var assembler = CanonicalAssembler()
    for delta in answer.deltas { assembler.receive(output.restore(delta)) }
    #expect(assembler.answer.choices.first?.finish == .stop)
  }

  // MARK: Parameters

  @Test func parametersAreSetAndClampedByTheNamesOfChat() {
    var request = CanonicalRequest()
    request.sampling.topP = RawJSON("1.5")
    request.maxOutputTokens = RawJSON(9000)
    request.apply(
      ParameterPolicy(
        defaults: [
          ("temperature", .init("0.6")), ("top_p", .init("0.1")), ("stop", .init(#"["x"]"#)),
          ("reasoning_effort", .init(#""low""#)),
        ], clamps: [("max_tokens", 1...8192), ("top_p", 0...1), ("seed", 0...1)]))
    #expect(request.sampling.temperature?.string == "0.6")
    #expect(request.sampling.topP?.string == "1")
    #expect(request.maxOutputTokens?.string == "8192")
    #expect(request.stop == ["x"])
    #expect(request.reasoning.effort == .low)
    #expect(request.sampling.seed == nil)
  }
}
