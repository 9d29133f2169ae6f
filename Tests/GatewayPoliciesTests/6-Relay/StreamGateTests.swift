import GatewayCore
import GatewayDialects
import GatewayPolicies
import Testing

@Suite struct StreamGateTests {
  private static let role = #"{"choices":[{"index":0,"delta":{"role":"assistant","content":""},"finish_reason":null}]}"#
  private static let content = #"{"choices":[{"index":0,"delta":{"content":"a"},"finish_reason":null}]}"#
  private static let finish = #"{"choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}"#
  private static let usage = #"{"choices":[],"usage":{"prompt_tokens":5,"completion_tokens":2,"total_tokens":7}}"#
  private static let error = #"{"error":{"message":"out of memory","type":"server_error","code":null}}"#

  private func pass(_ events: [String], wantsUsage: Bool = false) -> (gate: StreamGate, verdicts: [StreamGate.Verdict])
  {
    let gate = StreamGate(clientWantsUsage: wantsUsage)
    let verdicts = events.map { event in Array(event.utf8).withUnsafeBytes { gate.receive($0) } }
    return (gate, verdicts)
  }

  @Test func aProviderWithoutReasonsEndsByTheMarkerAlone() {
    let gate = StreamGate(clientWantsUsage: false, finishesByDone: true)
    func receive(_ event: String) -> StreamGate.Verdict { Array(event.utf8).withUnsafeBytes { gate.receive($0) } }
    #expect(receive(Self.content) == .forward)
    #expect(receive("[DONE]") == .finishAndDone)
    #expect(gate.isDone)
    let cut = StreamGate(clientWantsUsage: false, finishesByDone: true)
    _ = Array(Self.content.utf8).withUnsafeBytes { cut.receive($0) }
    #expect(cut.bodyEnded() != nil)
  }

  @Test func holdsARoleUntilContentComes() {
    let (gate, verdicts) = pass([Self.role, Self.content])
    #expect(verdicts == [.hold, .forward])
    #expect(gate.hasContent)
  }

  @Test func aFinishWithoutContentIsAnAnswerToo() {
    let (gate, verdicts) = pass([Self.role, Self.finish])
    #expect(verdicts == [.hold, .forward])
    #expect(gate.hasContent)
  }

  @Test func dropsUsageThatTheClientDidNotAskFor() {
    let (gate, verdicts) = pass([Self.content, Self.finish, Self.usage, "[DONE]"])
    #expect(verdicts == [.forward, .forward, .drop, .done])
    #expect(gate.usage == TokenUsage(inputUncached: 5, output: 2))
    #expect(gate.isDone)
  }

  @Test func forwardsUsageThatTheClientAskedFor() {
    #expect(pass([Self.content, Self.finish, Self.usage], wantsUsage: true).verdicts.last == .forward)
  }

  @Test func anErrorBeforeContentFailsWithNothingForwarded() {
    let (gate, verdicts) = pass([Self.role, Self.error])
    guard case .fail(let failure) = verdicts[1] else { return #expect(Bool(false), "\(verdicts)") }
    #expect(failure.kind == .serverError)
    #expect(failure.reason.contains("out of memory"))
    #expect(!gate.hasContent)
  }

  @Test func anErrorAfterContentFailsWithContentForwarded() {
    let (gate, verdicts) = pass([Self.content, Self.error])
    guard case .fail = verdicts[1] else { return #expect(Bool(false), "\(verdicts)") }
    #expect(gate.hasContent)
  }

  @Test func aRateLimitWithinAStreamIsOne() {
    let (_, verdicts) = pass([#"{"error":{"message":"slow down","code":"rate_limit_exceeded"}}"#])
    guard case .fail(let failure) = verdicts[0] else { return #expect(Bool(false), "\(verdicts)") }
    #expect(failure.kind == .rateLimit)
  }

  @Test(arguments: ["{\"choices\":[", "nonsense", "", "[1]", "[DONE", "{}x"])
  func whatIsNotAChunkFails(_ event: String) {
    guard case .fail = pass([Self.content, event]).verdicts[1] else { return #expect(Bool(false)) }
  }

  @Test(arguments: [[], [role], [content], [role, content]])
  func anEndWithoutAFinishReasonIsABreak(_ events: [String]) {
    let gate = pass(events).gate
    #expect(gate.bodyEnded()?.kind == .serverError)
  }

  @Test func doneWithoutAFinishReasonIsABreak() {
    guard case .fail = pass([Self.content, "[DONE]"]).verdicts[1] else { return #expect(Bool(false)) }
  }

  @Test(arguments: [[content, finish], [content, finish, usage], [content, finish, usage, "[DONE]"]])
  func aFinishReasonMakesTheStreamWhole(_ events: [String]) {
    let gate = pass(events).gate
    #expect(gate.bodyEnded() == nil)
  }

  @Test func everyChoiceThatBeganMustFinish() {
    let second = #"{"choices":[{"index":1,"delta":{"content":"b"}}]}"#
    let secondEnds = #"{"choices":[{"index":1,"delta":{},"finish_reason":"length"}]}"#
    let cut = pass([Self.content, second, Self.finish]).gate
    #expect(cut.bodyEnded() != nil)
    let whole = pass([Self.content, second, Self.finish, secondEnds]).gate
    #expect(whole.bodyEnded() == nil)
  }

  @Test func aMessageThatRepeatsTheAnswerBecomesAnEmptyDelta() throws {
    let whole = #"{"choices":[{"index":0,"message": {"content":"hi"} ,"finish_reason":"stop"}],"object":"x"}"#
    let (gate, verdicts) = pass([Self.content, whole])
    guard case .forwardEdited(let edits) = verdicts[1] else {
      Issue.record("\(verdicts[1])")
      return
    }
    let edited = Array(whole.utf8).withUnsafeBytes { BodyEdit.apply(edits, to: $0) }
    #expect(
      String(decoding: edited, as: UTF8.self)
        == #"{"choices":[{"index":0,"delta": {} ,"finish_reason":"stop"}],"object":"x"}"#)
    #expect(gate.text == pass([Self.content]).gate.text)
  }

  @Test(arguments: [
    // All that is told of the choice.
    [#"{"choices":[{"index":0,"message":{"content":"hi"},"finish_reason":"stop"}]}"#],
    [content, #"{"choices":[{"index":1,"message":{"content":"hi"},"finish_reason":"stop"}]}"#],
    // Beside a piece.
    [content, #"{"choices":[{"index":0,"message":{"content":"hi"},"delta":{"content":"i"}}]}"#],
  ])
  func aMessageThatIsNoRepetitionStays(_ events: [String]) {
    #expect(pass(events).verdicts.allSatisfy { $0 == .forward })
  }

  @Test func nothingFollowsDone() {
    #expect(pass([Self.content, Self.finish, "[DONE]", Self.content, "[DONE]"]).verdicts.suffix(2) == [.drop, .drop])
  }

  @Test func theLastUsageWins() {
    let running =
      #"{"choices":[{"index":0,"delta":{"content":"b"}}],"usage":{"prompt_tokens":5,"completion_tokens":1}}"#
    #expect(pass([running, Self.finish, Self.usage]).gate.usage?.output == 2)
  }
}
