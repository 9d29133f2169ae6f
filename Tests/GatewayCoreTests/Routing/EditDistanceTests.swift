import GatewayCore
import Testing

@Suite struct EditDistanceTests {
  @Test(arguments: [
    ("retires", "retries"), ("retrys", "retries"), ("provders", "providers"), ("time-out", "timeout"),
    ("model", "models"), ("Targets", "targets"), ("deepsek-r1", "deepseek-r1"), ("qwen-trubo", "qwen-turbo"),
    ("keyss", "keys"),
  ])
  func findsWhatWasMeant(_ written: String, _ meant: String) {
    let names = [
      "retries", "providers", "timeout", "models", "targets", "deepseek-r1", "qwen-turbo", "keys", "consumers",
    ]
    #expect(nearestNames(to: written, among: names).first == meant)
  }

  @Test func whatIsFarAwayIsNotSuggested() {
    #expect(nearestNames(to: "banana", among: ["keys", "models", "limits"]) == [])
    #expect(nearestNames(to: "a", among: ["xyz"]) == [])
    #expect(nearestNames(to: "", among: ["keys"]) == [])
  }

  @Test func theNearestComesFirstThenTheAlphabet() {
    #expect(nearestNames(to: "abcd", among: ["abxy", "abce", "abcd1", "abcd"]) == ["abcd", "abcd1", "abce"])
  }

  @Test func theLimitHolds() {
    #expect(nearestNames(to: "abcd", among: ["abce", "abcf", "abcg"], limit: 2) == ["abce", "abcf"])
    #expect(nearestNames(to: "abcd", among: ["abce"], limit: 0) == [])
  }

  @Test func aSwapOfNeighboursIsOneEdit() {
    #expect(nearestNames(to: "ba", among: ["ab"]) == ["ab"])
  }

  @Test func endlessNamesAreNotCompared() {
    let long = String(repeating: "x", count: 5000)
    #expect(nearestNames(to: long, among: [long + "y", "x"]) == [])
    #expect(nearestNames(to: "x", among: [long]) == [])
  }

  @Test func agreesWithTheTextbookOnRandomWords() {
    var random = RandomSequence(seed: 5)
    for _ in 0..<2000 {
      let words = (0..<2).map { _ in
        String((0..<Int.random(in: 6...9, using: &random)).map { _ in "abc".randomElement(using: &random) ?? "a" })
      }
      let reach = (words[0].count + 2) / 3
      let isNear = Self.textbook(Array(words[0]), Array(words[1])) <= reach
      #expect(nearestNames(to: words[0], among: [words[1]]).isEmpty == !isNear, "\(words)")
    }
  }

  @Test func theFirstFewAreThoseOfTheWholeList() {
    var random = RandomSequence(seed: 6)
    for _ in 0..<200 {
      let words = Set(
        (0..<60).map { _ in
          String((0..<Int.random(in: 5...8, using: &random)).map { _ in "abc".randomElement(using: &random) ?? "a" })
        })
      let all = nearestNames(to: "abcabc", among: words, limit: 100)
      #expect(nearestNames(to: "abcabc", among: words, limit: 3) == Array(all.prefix(3)))
      let allowed = all.filter { $0.hasPrefix("a") }
      #expect(nearestNames(to: "abcabc", among: words, limit: 3) { $0.hasPrefix("a") } == Array(allowed.prefix(3)))
    }
  }

  private static func textbook(_ a: [Character], _ b: [Character]) -> Int {
    var table = (0...a.count).map { i in (0...b.count).map { j in i == 0 ? j : (j == 0 ? i : 0) } }
    for i in 1...a.count {
      for j in 1...b.count {
        let cost = a[i - 1] == b[j - 1] ? 0 : 1
        table[i][j] = min(table[i - 1][j] + 1, table[i][j - 1] + 1, table[i - 1][j - 1] + cost)
        if i > 1, j > 1, a[i - 1] == b[j - 2], a[i - 2] == b[j - 1] {
          table[i][j] = min(table[i][j], table[i - 2][j - 2] + 1)
        }
      }
    }
    return table[a.count][b.count]
  }
}
