import GatewayCore
import Testing

@Suite struct ModelTableTests {
  private func table(_ names: String...) -> ModelTable { ModelTable(routes: names.map(RouteFixture.plain)) }

  @Test func anExactNameWinsOverAnyPattern() {
    let table = table("qwen-max", "qwen-*", "*", "qwen-max*")
    #expect(table.route(for: "qwen-max")?.name == "qwen-max")
    #expect(table.route(for: "qwen-max-2")?.name == "qwen-max*")
  }

  @Test func theLongestPrefixWins() {
    let table = table("*", "qwen-*", "q*", "qwen-vl-*", "qwen2*")
    #expect(table.route(for: "qwen-vl-max")?.name == "qwen-vl-*")
    #expect(table.route(for: "qwen-turbo")?.name == "qwen-*")
    #expect(table.route(for: "qwen2.5")?.name == "qwen2*")
    #expect(table.route(for: "qwen")?.name == "q*")
    #expect(table.route(for: "gpt-4o")?.name == "*")
    #expect(table.route(for: "")?.name == "*")
  }

  @Test func aPatternMatchesItsBarePrefix() {
    #expect(table("qwen-*").route(for: "qwen-")?.name == "qwen-*")
    #expect(table("qwen-*").route(for: "qwen")?.name == nil)
  }

  @Test func whatNothingMatchesIsUnknown() {
    #expect(table("a", "b*").route(for: "c")?.name == nil)
    #expect(table("b*", "d*").route(for: "c")?.name == nil)
    #expect(table().route(for: "a")?.name == nil)
    #expect(table("a").route(for: "A")?.name == nil)
  }

  @Test func namesAreTheExactOnesSorted() {
    #expect(table("b", "c*", "a", "B").names == ["B", "a", "b"])
  }

  @Test func ofTwoEqualNamesTheFirstStays() {
    let first = RouteFixture.plain("a")
    let firstPattern = RouteFixture.plain("p*")
    let table = ModelTable(routes: [first, firstPattern, RouteFixture.plain("a"), RouteFixture.plain("p*")])
    #expect(table.names == ["a"])
    #expect(table.route(for: "a") === first)
    #expect(table.route(for: "px") === firstPattern)
  }

  @Test func agreesWithAPlainSearchOverRandomPatterns() {
    var random = RandomSequence(seed: 11)
    func word(upTo length: Int) -> String {
      String((0..<Int.random(in: 0...length, using: &random)).map { _ in "abé".randomElement(using: &random) ?? "a" })
    }
    for _ in 0..<200 {
      let prefixes = Set((0..<Int.random(in: 0...12, using: &random)).map { _ in word(upTo: 5) })
      let table = ModelTable(routes: prefixes.map { RouteFixture.plain($0 + "*") })
      for _ in 0..<50 {
        let model = word(upTo: 7)
        let expected = prefixes.filter { model.hasPrefix($0) }.max { $0.utf8.count < $1.utf8.count }
        #expect(table.route(for: model)?.name == expected.map { $0 + "*" }, "\(model) in \(prefixes)")
      }
    }
  }

  @Test func tenThousandModelsAreFoundAsFastAsThree() {
    let names = (0..<10_000).flatMap { ["model-\($0)", "family-\($0)-*"] }
    let large = ModelTable(routes: names.map(RouteFixture.plain))
    let small = ModelTable(routes: names.prefix(6).map(RouteFixture.plain))
    func time(_ table: ModelTable) -> Duration {
      (0..<5).map { _ in
        ContinuousClock().measure {
          for _ in 0..<2000 {
            _ = table.route(for: "model-1")
            _ = table.route(for: "family-2-large")
            _ = table.route(for: "unknown")
          }
        }
      }.min() ?? .zero
    }
    // A binary search over 3,300 times as many takes some steps more; a linear one would take a thousand times as long.
    #expect(time(large) < time(small) * 20)
  }

  @Test func suggestsNamesThatTheCallerMayUse() {
    let table = table("gpt-4o", "gpt-4o-mini", "gpt-4.1", "claude-sonnet", "gpt-5*")
    #expect(table.nearest(to: "gpt4o", among: { _ in true }).first == "gpt-4o")
    #expect(table.nearest(to: "gpt4o", among: { $0 != "gpt-4o" }).contains("gpt-4o") == false)
    #expect(table.nearest(to: "GPT-4O", among: { _ in true }).first == "gpt-4o")
    #expect(table.nearest(to: "llama", among: { _ in true }) == [])
    #expect(table.nearest(to: "gpt-4", among: { _ in true }, limit: 1).count == 1)
  }
}
