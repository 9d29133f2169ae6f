import GatewayAdmin
import Testing

@testable import GatewayStorage

@Suite struct TrafficDiagnosisTests {
  /// - Parameter tokens: of output.
  private func call(
    outcome: String = "success", status: Int64 = 200, microseconds: Int64 = 1_000_000, firstToken: Int64? = 100_000,
    tokens: Int64? = nil, code: String? = nil, attempts: [StoredExchange.Attempt]? = nil
  ) -> StoredExchange {
    StoredExchange(
      id: "", startedAt: 0, endedAt: 0, durationMicroseconds: microseconds, firstTokenMicroseconds: firstToken,
      outcome: outcome, status: status, isStream: true, consumer: "app", route: "m", target: "p/up", provider: "p",
      tokens: tokens.map { [10, 0, 0, 0, $0, 0, 0] }, isEstimated: false, bytesIn: 0, bytesOut: 0, errorCode: code,
      revision: 1, attempts: attempts ?? [StoredExchange.Attempt(target: "p/up", at: 0)])
  }

  private func calls(_ count: Int, _ make: (Int) -> StoredExchange) -> [StoredExchange] { (0..<count).map(make) }

  private func messages(_ exchanges: [StoredExchange]) -> [String] {
    TrafficDiagnosis.findings(of: exchanges).map(\.message)
  }

  @Test func ofGoodCallsThereIsNothingToSay() {
    #expect(messages(calls(100) { _ in call(tokens: 20) }).isEmpty)
    #expect(messages([]).isEmpty)
  }

  @Test func aTargetThatFailsAtTimesIsAWarningOneThatFailsMostlyAnError() {
    let failed = call(
      attempts: [
        .init(target: "bad/up", status: 503, at: 0, failure: "server-error"), .init(target: "p/up", at: 5),
      ])
    let good = call(attempts: [.init(target: "bad/up", at: 0)])
    for (count, severity) in [(3, DoctorFinding.Severity.warning), (40, .error)] {
      let found = TrafficDiagnosis.findings(of: calls(count) { _ in failed } + calls(40) { _ in good })
      #expect(found.map(\.severity) == [severity])
      #expect(found.first?.message == "'bad/up' failed \(count) of \(40 + count) tries: \(count) server-error")
    }
    #expect(messages(calls(2) { _ in failed } + calls(40) { _ in good }).isEmpty)
  }

  @Test func whatACallerDidWrongIsNoFaultOfTheTarget() {
    let wrong = call(
      outcome: "caller_error", status: 400, attempts: [.init(target: "p/up", at: 0, failure: "caller-error")])
    #expect(messages(calls(10) { _ in wrong }).isEmpty)
  }

  @Test func refusalsAreToldByStatusCodeAndConsumer() {
    let found = TrafficDiagnosis.findings(
      of: [call(outcome: "rejected", status: 402, code: "budget_exceeded", attempts: [])]
        + calls(2) { _ in call(outcome: "rejected", status: 403, code: "model_not_allowed", attempts: []) })
    #expect(
      found.map(\.message) == [
        "1 call was refused with 402: 1 budget_exceeded (1 app)",
        "2 calls were refused with 403: 2 model_not_allowed (2 app)",
      ])
    #expect(found.last?.advice?.contains("sluice explain") == true)
  }

  @Test func slowAnswersAreTold() {
    let late = calls(40) { call(firstToken: $0 < 36 ? 100_000 : 6_000_000) }
    #expect(messages(late) == ["'p/up' is slow: one answer in twenty begins after 6000 ms or more"])
    let long = calls(40) { call(microseconds: $0 < 36 ? 1_000_000 : 90_000_000) }
    #expect(messages(long) == ["'p/up' is slow: one answer in twenty takes 90 s or more"])
    #expect(messages(Array(late.suffix(10))).isEmpty)
  }

  @Test func aWaitInTheGatewayIsTold() {
    let found = messages(calls(20) { _ in call(attempts: [.init(target: "p/up", at: 300)]) })
    #expect(found == ["one call in twenty waits 300 ms in the gateway before it goes out"])
  }

  @Test func timeOutsBeforeTheAnswerAreTold() {
    let detour = call(
      attempts: [.init(target: "slow/up", at: 0, ms: 60_000, failure: "timeout"), .init(target: "p/up", at: 60_000)])
    let found = messages(calls(3) { _ in detour })
    #expect(found.contains("3 calls waited for a time-out before another target answered: 3 slow/up"))
  }

  @Test func manyAnswersOfTheSameLargestLengthWereCut() {
    let found = messages(calls(20) { call(tokens: $0 < 4 ? 4096 : 100 + Int64($0)) })
    #expect(found == ["4 of 20 answers of 'm' have exactly 4096 output tokens: they were cut there"])
    #expect(messages(calls(20) { call(tokens: 100 + Int64($0) * 10) }).isEmpty)
  }

  @Test func callersWhoGiveUpAreTold() {
    let found = messages(
      calls(5) { call(outcome: "client_gone", status: 0, microseconds: 30_000_000 + Int64($0) * 1000) }
        + calls(10) { _ in call() })
    #expect(found == ["5 callers went away before the answer was complete, half of them within 30002 ms"])
  }
}
