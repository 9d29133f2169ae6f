import GatewayCore
import GatewayDialects
import Testing

@Suite struct OpenAIChatStreamDecoderTests {
  private func deltas(_ events: [String]) throws -> [CanonicalDelta] {
    var decoder = OpenAIChatStreamDecoder()
    var deltas: [CanonicalDelta] = []
    for event in events {
      try Array(event.utf8).withUnsafeBytes { try decoder.receive(event: "", data: $0, into: &deltas) }
    }
    try decoder.bodyEnded(into: &deltas)
    return deltas
  }

  private func call(_ index: Int, _ members: String) -> String {
    #"{"choices":[{"index":0,"delta":{"tool_calls":[{"index":\#(index),\#(members)}]},"finish_reason":null}]}"#
  }

  private let end = #"{"choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}"#

  @Test func argumentsThatComeTooLateAreAFault() {
    let events = [
      call(0, #""id":"a","function":{"name":"f","arguments":"{"}"#),
      call(1, #""id":"b","function":{"name":"g","arguments":"{}"}"#), call(0, #""function":{"arguments":"}"}"#), end,
    ]
    #expect(throws: AnswerFault.self) { try deltas(events) }
  }

  @Test func stopAfterCallsMeansCalls() throws {
    var assembler = CanonicalAssembler()
    for delta in try deltas([call(0, #""id":"a","function":{"name":"f","arguments":{"x":1}}"#), end, "[DONE]"]) {
      assembler.receive(delta)
    }
    #expect(assembler.answer.choices.first?.finish == .toolCalls)
    guard case .toolCall(let call)? = assembler.answer.choices.first?.parts.first?.content else {
      Issue.record("there is no call")
      return
    }
    #expect(call.arguments.json?.string == #"{"x":1}"#)
  }

  @Test func aStreamWithoutAFinishReasonIsNotWhole() {
    #expect(throws: AnswerFault.self) { try deltas([#"{"choices":[{"index":0,"delta":{"content":"a"}}]}"#]) }
  }

  @Test func severalChoicesAreToldApart() throws {
    let events =
      [0, 1, 0].map { #"{"choices":[{"index":\#($0),"delta":{"content":"\#($0)"}}]}"# } + [
        #"{"choices":[{"index":0,"delta":{},"finish_reason":"stop"},{"index":1,"delta":{},"finish_reason":"length"}]}"#
      ]
    var assembler = CanonicalAssembler()
    for delta in try deltas(events) { assembler.receive(delta) }
    #expect(assembler.answer.choices.map { $0.parts.count } == [1, 1])
    #expect(assembler.answer.choices.map(\.finish) == [.stop, .length])
  }

  @Test func thoughtsGoByAllTheirNames() throws {
    for member in [
      #""reasoning_content":"hm""#, #""reasoning":"hm""#,
      #""reasoning_details":[{"type":"reasoning.text","text":"hm"}]"#,
    ] {
      var assembler = CanonicalAssembler()
      for delta in try deltas([#"{"choices":[{"index":0,"delta":{\#(member)}}]}"#, end]) { assembler.receive(delta) }
      guard case .reasoning(let thought)? = assembler.answer.choices.first?.parts.first?.content else {
        Issue.record("no thought in \(member)")
        continue
      }
      #expect(thought.text == "hm")
    }
  }
}
