import GatewayCore
import GatewayStorage
import Testing

@Suite struct RedisSettingsTests {
  @Test func readsEveryPartOfAnAddress() throws {
    let settings = try RedisSettings(url: "rediss://us%40er:p%3Aw@[::1]:7000/12")
    #expect(settings.address == RedisAddress(host: "::1", port: 7000))
    #expect(settings.address.description == "[::1]:7000")
    #expect(settings.user == "us@er")
    #expect(settings.password?.reveal { $0 } == "p:w")
    #expect(settings.database == 12)
    #expect(settings.isTLS)
  }

  @Test func assumesPortUserAndDatabase() throws {
    let settings = try RedisSettings(url: "redis://:pw@cache.internal")
    #expect(settings.address == RedisAddress(host: "cache.internal", port: 6379))
    #expect(settings.user == nil)
    #expect(settings.password != nil)
    #expect(settings.database == 0)
    #expect(!settings.isTLS)
  }

  @Test(arguments: [
    "", "memory", "http://host", "redis://", "redis://host:0", "redis://host:70000", "redis://host/x",
    "redis://host/-1",
    "redis://host/1/2", "redis://host?db=1", "redis://user@host", "redis://ho st",
  ]) func refusesAnAddressThatItCannotUse(url: String) {
    #expect(throws: RedisError.self) { try RedisSettings(url: url) }
  }

  @Test func keepsThePasswordOutOfItsMessages() {
    do throws(RedisError) {
      _ = try RedisSettings(url: "redis://user:hunter2@host/x")
      Issue.record("accepted")
    } catch {
      #expect(!error.description.contains("hunter2"))
    }
  }
}
