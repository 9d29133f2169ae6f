import GatewayCore
import Testing

@Suite struct RoutePlannerTests {
  private typealias Fixture = RouteFixture
  private func labels(_ plan: [PlannedTarget]) -> [String] { plan.map(\.target.label) }
  private func plan(_ route: ModelRoute, random: UInt64 = 0, user: String? = nil) -> [PlannedTarget] {
    RoutePlanner.plan(for: route, random: random) { $0 == .header("x-user-id") ? user : nil }
  }
  private let a = RouteFixture.target("a/m")
  private let b = RouteFixture.target("b/m")
  private let c = RouteFixture.target("c/m")

  @Test func targetsKeepTheirOrder() {
    let route = Fixture.route("fast", Fixture.arm(.target(b), .target(a), .target(c)))
    #expect(labels(plan(route)) == ["b/m", "a/m", "c/m"])
    #expect(route.fixedPlan != nil)
  }

  @Test func anotherModelIsReplacedByItsTargetsWithItsOwnPolicy() {
    let inner = Fixture.route("inner", Fixture.arm(.target(a), .target(b)))
    let outer = Fixture.route("outer", Fixture.arm(.target(c), .model(inner)))
    let plan = plan(outer)
    #expect(labels(plan) == ["c/m", "a/m", "b/m"])
    #expect(plan[0].policy === outer.policy)
    #expect(plan[1].policy === inner.policy)
    #expect(outer.fixedPlan?.count == 3)
  }

  @Test func theSameTargetIsTriedOnceWhereItComesFirst() {
    let inner = Fixture.route("inner", Fixture.arm(.target(a), .target(b)))
    let again = Fixture.target("a/m")
    let outer = Fixture.route("outer", Fixture.arm(.target(b), .target(again), .model(inner), .model(inner)))
    #expect(labels(plan(outer)) == ["b/m", "a/m"])
    #expect(plan(outer)[1].policy === outer.policy)
  }

  @Test func aSplitIsNotFixedAndChoosesOneArm() {
    let route = Fixture.route("s", Fixture.arm(weight: 1, .target(a)), Fixture.arm(weight: 1, .target(b)))
    #expect(route.fixedPlan == nil)
    #expect(Set((0..<50).map { labels(plan(route, random: $0)) }) == [["a/m"], ["b/m"]])
    let outer = Fixture.route("outer", Fixture.arm(.target(c), .model(route)))
    #expect(outer.fixedPlan == nil)
    #expect(Set((0..<50).map { labels(plan(outer, random: $0)) }) == [["c/m", "a/m"], ["c/m", "b/m"]])
  }

  @Test func aSplitWithOneOpenArmIsFixed() {
    let route = Fixture.route(
      "s", Fixture.arm(weight: 0, version: "old", .target(a)), Fixture.arm(weight: 3, version: "new", .target(b)))
    #expect(route.fixedPlan?.map(\.version) == ["new"])
    #expect(labels(plan(route)) == ["b/m"])
  }

  @Test func theInnermostVersionWins() {
    let plain = Fixture.route("plain", Fixture.arm(.target(a)))
    let labelled = Fixture.route(
      "labelled", Fixture.arm(weight: 1, version: "in", .target(b)), Fixture.arm(weight: 0, version: "off", .target(c)))
    let split = Fixture.route(
      "split", Fixture.arm(weight: 1, version: "left", .target(c)), Fixture.arm(weight: 1, version: "right", .target(c))
    )
    let outer = Fixture.route(
      "outer", Fixture.arm(weight: 1, version: "out", .model(plain), .model(labelled), .model(split)),
      Fixture.arm(weight: 1, version: "out", .model(plain), .model(labelled), .model(split)))
    let versions = (0..<50).map { plan(outer, random: $0).map(\.version) }
    #expect(Set(versions) == [["out", "in", "left"], ["out", "in", "right"]])
    let fixed = Fixture.route("fixed", Fixture.arm(version: "out", .model(plain), .model(labelled)))
    #expect(fixed.fixedPlan?.map(\.version) == ["out", "in"])
  }

  @Test func aStickyCallerStaysWhateverTheDice() {
    let route = Fixture.route(
      "s", sticky: .header("x-user-id"), Fixture.arm(weight: 1, .target(a)), Fixture.arm(weight: 1, .target(b)))
    var arms: Set<[String]> = []
    for user in 0..<40 {
      let choices = Set((0..<20).map { labels(plan(route, random: $0, user: "user-\(user)")) })
      #expect(choices.count == 1)
      arms.formUnion(choices)
    }
    #expect(arms.count == 2)
  }

  @Test(arguments: [nil, ""]) func withoutAStickyValueTheDiceDecide(_ user: String?) {
    let route = Fixture.route(
      "s", sticky: .header("x-user-id"), Fixture.arm(weight: 1, .target(a)), Fixture.arm(weight: 1, .target(b)))
    #expect(Set((0..<50).map { labels(plan(route, random: $0, user: user)) }).count == 2)
  }

  @Test func nestedSplitsMultiplyTheirShares() {
    let inner = Fixture.route("inner", Fixture.arm(weight: 3, .target(a)), Fixture.arm(weight: 1, .target(b)))
    let outer = Fixture.route("outer", Fixture.arm(weight: 4, .model(inner)), Fixture.arm(weight: 1, .target(c)))
    var random = RandomSequence(seed: 9)
    var counts: [String: Int] = [:]
    for _ in 0..<20_000 { counts[labels(plan(outer, random: random.next()))[0], default: 0] += 1 }
    #expect(abs((counts["a/m"] ?? 0) - 12_000) < 350)
    #expect(abs((counts["b/m"] ?? 0) - 4_000) < 350)
    #expect(abs((counts["c/m"] ?? 0) - 4_000) < 350)
  }

  @Test func aModelWithoutAnOpenArmHasNoTargets() {
    let route = Fixture.route("s", Fixture.arm(weight: 0, .target(a)), Fixture.arm(weight: 0, .target(b)))
    #expect(plan(route).isEmpty)
  }

  @Test func modelsThatNameEachOtherManyTimesOverDoNotMultiplyTheWork() {
    var route = Fixture.route("0", Fixture.arm(weight: 1, .target(a)), Fixture.arm(weight: 1, .target(b)))
    for depth in 1...40 { route = Fixture.route("\(depth)", Fixture.arm(.model(route), .model(route))) }
    #expect(labels(plan(route)).count == 1)
  }
}
