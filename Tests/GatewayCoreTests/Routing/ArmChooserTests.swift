import GatewayCore
import Testing

@Suite struct ArmChooserTests {
  private func arms(_ weights: [Int]) -> [ModelRoute.Arm] { weights.map { RouteFixture.arm(weight: $0) } }

  /// Pearson's statistic of what was drawn against what the weights promise.
  private func chiSquare(_ counts: [Int], _ weights: [Int]) -> Double {
    let draws = Double(counts.reduce(0, +))
    let total = Double(weights.reduce(0, +))
    return zip(counts, weights).filter { $0.1 > 0 }.reduce(0) { sum, item in
      let expected = draws * Double(item.1) / total
      return sum + (Double(item.0) - expected) * (Double(item.0) - expected) / expected
    }
  }

  // 18.47: 99.9 % quantile of the distribution for up to four degrees of freedom.
  private let critical = 18.47

  @Test(arguments: [
    [90, 10], [1, 1], [1, 99], [5, 3, 2], [0, 7, 3], [9000, 1000], [1, 1, 1, 1, 1], [1, 0, 0, 3],
  ])
  func randomCallersAreSpreadByTheWeights(_ weights: [Int]) {
    var random = RandomSequence(seed: 42)
    var counts = weights.map { _ in 0 }
    for _ in 0..<20_000 {
      if let index = ArmChooser.choose(arms(weights), position: random.next()) { counts[index] += 1 }
    }
    #expect(counts.reduce(0, +) == 20_000)
    #expect(chiSquare(counts, weights) < critical, "\(counts)")
    #expect(zip(counts, weights).allSatisfy { $0.1 > 0 || $0.0 == 0 })
  }

  @Test(arguments: [[90, 10], [1, 1], [1, 99], [5, 3, 2]], ["user-", "00000000-0000-0000-0000-", ""])
  func stickyCallersAreSpreadByTheWeights(_ weights: [Int], _ prefix: String) {
    var counts = weights.map { _ in 0 }
    for user in 0..<20_000 {
      let position = ArmChooser.position(of: "\(prefix)\(user)", model: "assistant")
      if let index = ArmChooser.choose(arms(weights), position: position) { counts[index] += 1 }
    }
    #expect(chiSquare(counts, weights) < critical, "\(counts)")
  }

  @Test func theHashIsFixedForAllTime() {
    // FNV-1a of nothing is its offset basis, here after the final mix; the others pin what running gateways agree on.
    #expect(StableHash().value == 0xEFD0_1F60_BA99_2926)
    #expect(ArmChooser.position(of: "alice", model: "assistant") == 0xEE45_F11A_FB71_593E)
    #expect(ArmChooser.position(of: "用户", model: "assistant") == 0x0CF7_48C2_C5A7_0C9C)
  }

  @Test func everyModelShufflesItsCallersAnew() {
    #expect(ArmChooser.position(of: "alice", model: "assistant") != ArmChooser.position(of: "alice", model: "other"))
    #expect(ArmChooser.position(of: "bc", model: "a") != ArmChooser.position(of: "c", model: "ab"))
  }

  @Test func aChangeOfWeightsMovesOnlyThoseThatMustMove() {
    var moved = 0
    var wrongWay = 0
    for user in 0..<10_000 {
      let position = ArmChooser.position(of: "user-\(user)", model: "assistant")
      let before = ArmChooser.choose(arms([90, 10]), position: position)
      let after = ArmChooser.choose(arms([80, 20]), position: position)
      if before != after { moved += 1 }
      if before == 1, after == 0 { wrongWay += 1 }
    }
    #expect(abs(moved - 1000) < 120)
    #expect(wrongWay == 0)
  }

  @Test func onlyTheProportionOfWeightsMatters() {
    for user in 0..<1000 {
      let position = ArmChooser.position(of: "user-\(user)", model: "assistant")
      let small = ArmChooser.choose(arms([9, 1]), position: position)
      #expect(small == ArmChooser.choose(arms([90, 10]), position: position))
    }
  }

  @Test func theEndsOfTheRangeFallIntoTheFirstAndTheLastArm() {
    #expect(ArmChooser.choose(arms([0, 1, 1, 0]), position: 0) == 1)
    #expect(ArmChooser.choose(arms([0, 1, 1, 0]), position: .max) == 2)
  }

  @Test func withoutWeightsThereIsNoArm() {
    #expect(ArmChooser.choose([], position: 5) == nil)
    #expect(ArmChooser.choose(arms([0, 0]), position: 5) == nil)
    #expect(ArmChooser.choose(arms([-3, 0]), position: 5) == nil)
  }

  @Test func enormousWeightsDoNotOverflow() {
    #expect(ArmChooser.choose(arms([.max, .max, .max]), position: .max) == 2)
  }
}
