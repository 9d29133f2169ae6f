import GatewayPolicies
import Testing

/// What requests say to the cache.
@Suite struct CacheControlTests {
  private func read(_ fields: String...) -> CacheDirectives {
    var control = CacheDirectives()
    for field in fields { control.read(field) }
    return control
  }

  @Test func directivesAreReadInAnyForm() {
    #expect(read("no-store").isNoStore)
    #expect(read(" No-Cache ").isNoCache)
    #expect(read("foo=\"a\", no-cache,max-age=\"30\"").maximumAge == 30)
    #expect(read("max-age=60", "max-age=5").maximumAge == 5)
    #expect(read("max-age=99999999999999999999").maximumAge == .max)
  }

  @Test(arguments: ["", "max-age", "max-age=", "max-age=-1", "max-age=1.5", "nostore", "x-no-store", ",,=,"])
  func whatIsNotUnderstoodSaysNothing(field: String) {
    #expect(read(field) == CacheDirectives())
  }

  @Test func aCallerMayOnlyAskForYoungerAnswers() {
    #expect(read("max-age=30").longest(within: .seconds(600)) == .seconds(30))
    #expect(read("max-age=3600").longest(within: .seconds(600)) == .seconds(600))
    #expect(read("max-age=0").longest(within: .seconds(600)) == .zero)
    #expect(read("").longest(within: .seconds(600)) == .seconds(600))
  }
}
