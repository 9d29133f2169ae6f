import GatewayCore
import Testing

/// Answers in memory: how long, how many, and which go first.
@Suite struct AnswerTableTests {
  private static let start = WallTime(milliseconds: 1_000_000)

  private static func later(_ seconds: Int64) -> WallTime {
    WallTime(milliseconds: start.milliseconds + seconds * 1000)
  }

  private func key(_ number: UInt8, route: String = "m", consumer: String = "app") throws -> AnswerKey {
    let digest = try #require([UInt8](repeating: number, count: 32).withUnsafeBytes { KeyDigest(bytes: $0) })
    return AnswerKey(digest: digest, route: route, consumer: consumer)
  }

  private func answer(_ text: String, size: Int = 0, ttl: Int64 = 60) -> KeptAnswer {
    KeptAnswer(
      body: Array(text.utf8) + [UInt8](repeating: 0x20, count: size), isStream: false, contentType: "application/json",
      target: "p/up", keptAt: Self.start, expiresAt: Self.later(ttl))
  }

  private func text(_ answer: KeptAnswer?) -> String? {
    answer.map { String(decoding: $0.body.prefix { $0 != 0x20 }, as: UTF8.self) }
  }

  @Test func whatIsKeptIsFoundUntilItExpires() throws {
    var table = AnswerTable(capacity: 1 << 20)
    let key = try key(1)
    table.keep(answer("one"), under: key, of: table.generation, now: Self.start)
    #expect(text(table.find(key, now: Self.later(59))) == "one")
    #expect(table.find(key, now: Self.later(60)) == nil)
    #expect(table.count == 0)
    #expect(table.bytes == 0)
  }

  @Test func theLaterAnswerTakesThePlaceOfTheEarlier() throws {
    var table = AnswerTable(capacity: 1 << 20)
    let key = try key(1)
    table.keep(answer("one", size: 100), under: key, of: table.generation, now: Self.start)
    table.keep(answer("two"), under: key, of: table.generation, now: Self.start)
    #expect(text(table.find(key, now: Self.start)) == "two")
    #expect(table.count == 1)
    #expect(table.bytes == answer("two").size)
  }

  @Test func theOneAskedForLongestAgoGoesWhenThereIsNoRoom() throws {
    var table = AnswerTable(capacity: answer("x", size: 1000).size * 3)
    for number in UInt8(1)...3 {
      table.keep(answer("\(number)", size: 1000), under: try key(number), of: table.generation, now: Self.start)
    }
    #expect(table.find(try key(1), now: Self.start) != nil)
    table.keep(answer("4", size: 1000), under: try key(4), of: table.generation, now: Self.start)
    #expect(table.find(try key(2), now: Self.start) == nil)
    for number in [UInt8(1), 3, 4] { #expect(table.find(try key(number), now: Self.start) != nil) }
    #expect(table.evictions == 1)
    #expect(table.bytes <= table.capacity)
  }

  @Test func neverMoreBytesThanTheBoundAreKept() throws {
    var table = AnswerTable(capacity: 20_000)
    for number in UInt8(1)...200 {
      let size = Int(number) * 37 % 5000
      table.keep(answer("\(number)", size: size), under: try key(number), of: table.generation, now: Self.start)
      #expect(table.bytes <= 20_000)
    }
    table.keep(answer("large", size: 30_000), under: try key(250), of: table.generation, now: Self.start)
    #expect(table.find(try key(250), now: Self.start) == nil)
    #expect(table.find(try key(200), now: Self.start) != nil)
    table.resize(to: 0)
    #expect(table.count == 0)
    #expect(table.bytes == 0)
  }

  @Test func answersAreForgottenByModelAndConsumer() throws {
    var table = AnswerTable(capacity: 1 << 20)
    let keys = [try key(1), try key(2, route: "n"), try key(3, consumer: "other")]
    for key in keys { table.keep(answer("x"), under: key, of: table.generation, now: Self.start) }
    #expect(table.forget(.model("n")) == 1)
    #expect(table.forget(.consumer("other")) == 1)
    #expect(table.find(keys[0], now: Self.start) != nil)
    #expect(table.forget(.all) == 1)
    #expect(table.count == 0)
  }

  @Test func anAnswerThatWasOnItsWayWhenOthersWereForgottenIsNotKept() throws {
    var table = AnswerTable(capacity: 1 << 20)
    let begun = table.generation
    table.forget(.all)
    table.keep(answer("old"), under: try key(1), of: begun, now: Self.start)
    #expect(table.count == 0)
  }

  @Test func noAnswerIsOlderThanItsCallerTakes() {
    let answer = answer("x", ttl: 600)
    #expect(answer.isFresh(now: Self.later(29), longest: .seconds(30)))
    #expect(!answer.isFresh(now: Self.later(30), longest: .seconds(30)))
    #expect(!answer.isFresh(now: Self.start, longest: .zero))
    #expect(!answer.isFresh(now: Self.later(600), longest: .seconds(3600)))
    #expect(answer.age(now: Self.later(-5)) == 0)
  }
}
