import GatewayCore
import Testing

/// Who switches the cache on and off, and for how long it keeps answers.
@Suite struct CacheRuleTests {
  private func ttl(_ rules: CacheRule?...) -> Duration? { CacheRule.ttl(of: rules, default: .seconds(600)) }

  @Test func itIsOffUntilSomebodySwitchesItOn() {
    #expect(ttl(nil, nil, nil) == nil)
    #expect(ttl(nil, CacheRule(isOn: true), nil) == .seconds(600))
  }

  @Test func whoeverSwitchesItOffWins() {
    #expect(ttl(CacheRule(isOn: false), nil, CacheRule(isOn: true)) == nil)
    #expect(ttl(CacheRule(isOn: true, ttl: .seconds(5)), nil, CacheRule(isOn: false)) == nil)
  }

  @Test func theInnermostTimeCounts() {
    let model = CacheRule(isOn: true, ttl: .seconds(60))
    #expect(ttl(nil, nil, model) == .seconds(60))
    #expect(ttl(CacheRule(isOn: true), nil, model) == .seconds(60))
    #expect(ttl(CacheRule(isOn: true, ttl: .seconds(5)), CacheRule(isOn: true, ttl: .seconds(7)), model) == .seconds(5))
  }
}
