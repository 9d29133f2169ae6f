import GatewayProxy
import Testing

/// The gateway's parsers beside NIOHTTP1: the same decision and the same meaning, or a rule that says why not.
@Suite struct DifferentialTests {
  @Test(arguments: Direction.allCases, 0..<4)
  func agreesWithNIOHTTP1OnGeneratedMessages(direction: Direction, batch: Int) {
    var generator = MessageGenerator(seed: 0x51_01CE + UInt64(batch))
    let rounds = 1700
    for round in 0..<rounds {
      let bytes = generator.connection(direction)
      if let disagreement = Comparison.disagreement(bytes, direction) {
        Issue.record("round \(round): \(String(decoding: bytes, as: UTF8.self).debugDescription): \(disagreement)")
      }
    }
  }

  @Test(arguments: Direction.allCases)
  func understandsGeneratedMessagesAlikeAtEverySplit(direction: Direction) {
    var generator = MessageGenerator(seed: 7)
    for _ in 0..<1000 {
      let bytes = generator.connection(direction)
      let whole = GatewayReader.read(bytes, direction)
      let cuts = generator.cuts(bytes.count)
      #expect(
        GatewayReader.read(bytes, direction, cuts: cuts) == whole, "\(String(decoding: bytes, as: UTF8.self)) \(cuts)")
    }
  }

  @Test(arguments: StricterThanNIO.rules)
  func everyStricterRuleHasAnInputThatNIOHTTP1Accepts(rule: StricterThanNIO.Rule) {
    let bytes = Array(rule.example.utf8)
    #expect(GatewayReader.read(bytes, rule.direction).fault == rule.fault)
    let theirs = NIOReader.read(bytes, rule.direction)
    #expect(!theirs.messages.isEmpty)
  }

  @Test func everyStricterRuleIsWrittenDownOnce() {
    #expect(StricterThanNIO.faults.count == StricterThanNIO.rules.count)
  }
}
