import GatewayCore
import Testing

@Suite struct ExchangeLifeTests {
  private enum Event: CaseIterable { case body, stream, gone, cut, end }

  /// Every sequence of events up to this length.
  private static let sequences: [[Event]] = {
    var all: [[Event]] = [[]]
    var last: [[Event]] = [[]]
    for _ in 0..<6 {
      last = last.flatMap { sequence in Event.allCases.map { sequence + [$0] } }
      all += last
    }
    return all
  }()

  @Test func startsOnceAndSettlesOnceInEverySequence() {
    for sequence in Self.sequences {
      var life = ExchangeLife()
      var starts = 0
      var settlements = 0
      var stops = 0
      for event in sequence {
        switch event {
        case .body: if life.bodyArrived() { starts += 1 }
        case .stream: life.streamBegan()
        case .gone: if life.interrupted(by: .clientGone) == .stopAttempt { stops += 1 }
        case .cut: if life.interrupted(by: .cut) == .stopAttempt { stops += 1 }
        case .end: if life.ended() { settlements += 1 }
        }
      }
      #expect(starts <= 1 && settlements <= 1 && stops <= 1, "\(sequence)")
      #expect(settlements == (sequence.contains(.end) ? 1 : 0), "\(sequence)")
      if let end = sequence.firstIndex(of: .end), let start = sequence.firstIndex(of: .body), end < start {
        #expect(starts == 0, "\(sequence)")
      }
    }
  }

  @Test func theFirstInterruptionCounts() {
    var life = ExchangeLife()
    let starts = life.bodyArrived()
    let first = life.interrupted(by: .clientGone)
    let second = life.interrupted(by: .cut)
    #expect(starts)
    #expect(first == .stopAttempt)
    #expect(second == .nothing)
    #expect(life.stopped() == .settle)
  }

  @Test func aCutIsToldAsTheAnswerAllows() {
    var reading = ExchangeLife()
    let whileReading = reading.interrupted(by: .cut)
    #expect(whileReading == .refuse)
    var running = ExchangeLife()
    _ = running.bodyArrived()
    let whileRunning = running.interrupted(by: .cut)
    #expect(whileRunning == .stopAttempt)
    #expect(running.stopped() == .refuse)
    var streaming = ExchangeLife()
    _ = streaming.bodyArrived()
    streaming.streamBegan()
    let whileStreaming = streaming.interrupted(by: .cut)
    #expect(whileStreaming == .stopAttempt)
    #expect(streaming.stopped() == .breakStream)
  }

  @Test func aClientThatLeavesBeforeItsBodyIsSettledAtOnce() {
    var life = ExchangeLife()
    let action = life.interrupted(by: .clientGone)
    let settles = life.ended()
    let starts = life.bodyArrived()
    #expect(action == .settle)
    #expect(settles)
    #expect(!starts)
  }

  @Test func nothingStreamsBeforeTheBodyOrAfterTheEnd() {
    var life = ExchangeLife()
    life.streamBegan()
    #expect(!life.isStreaming)
    _ = life.ended()
    life.streamBegan()
    #expect(!life.isStreaming && life.isEnded)
  }
}
