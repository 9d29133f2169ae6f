import GatewayCore
import GatewayPolicies
import Testing

@Suite struct HealthRegistryTests {
  private let down = UpstreamFailure(.connect, reason: "connection refused")
  private let now = Instant(nanoseconds: 1_000_000_000)

  @Test func theSameNameHasTheSameCellAcrossReloads() {
    let registry = HealthRegistry()
    let cell = registry.cell(for: "a/m", policy: HealthPolicy())
    for _ in 0..<5 { cell.failed(down, now: now) }
    let reloaded = registry.cell(for: "a/m", policy: HealthPolicy())
    #expect(reloaded === cell)
    #expect(reloaded.admit(now: now) != .granted)
    #expect(registry.cell(for: "b/m", policy: HealthPolicy()) !== cell)
  }

  @Test func aPolicyReachesTheCellWhenItsConfigurationRuns() {
    let registry = HealthRegistry()
    let cell = registry.cell(for: "a/m", policy: HealthPolicy())
    var policy = HealthPolicy()
    policy.failures = 1
    _ = registry.cell(for: "a/m", policy: policy)
    cell.failed(down, now: now)
    #expect(cell.admit(now: now) == .granted)
    cell.succeeded(now: now)
    registry.settle(on: ["a/m"], policy: policy)
    cell.failed(down, now: now)
    #expect(cell.admit(now: now) == .setAside(until: now + .seconds(5), isFirm: false))
  }

  @Test func whatTheConfigurationNoLongerHasIsForgotten() {
    let registry = HealthRegistry()
    let kept = registry.cell(for: "a/m", policy: HealthPolicy())
    let dropped = registry.cell(for: "b/m", policy: HealthPolicy())
    registry.settle(on: ["a/m", "c/m"], policy: HealthPolicy())
    #expect(registry.snapshot(now: now).map(\.name) == ["a/m"])
    #expect(registry.cell(for: "a/m", policy: HealthPolicy()) === kept)
    #expect(registry.cell(for: "b/m", policy: HealthPolicy()) !== dropped)
  }

  @Test func theSnapshotNamesEveryCellAndItsState() {
    let registry = HealthRegistry()
    _ = registry.cell(for: "b/m", policy: HealthPolicy())
    let cell = registry.cell(for: "a/m", policy: HealthPolicy())
    cell.failed(down, now: now)
    let snapshot = registry.snapshot(now: now)
    #expect(snapshot.map(\.name) == ["a/m", "b/m"])
    #expect(snapshot.map(\.status) == [.well(failures: 1), .well(failures: 0)])
  }
}
