import Testing

@testable import GatewayProxy

@Suite struct PeerIdentityTests {
  @Test(arguments: [
    ("api.example.com", "api.example.com"), ("API.example.com", "api.EXAMPLE.com"),
    ("api.example.com", "*.example.com"),
    ("api.example.com.", "api.example.com"), ("localhost", "localhost"),
  ])
  func acceptsItsName(_ host: String, _ name: String) {
    #expect(PeerIdentity(host: host).matches(names: ["other.example", name], addresses: []))
  }

  @Test(arguments: [
    ("api.example.com", "example.com"), ("api.example.com", "*.com"), ("a.b.example.com", "*.example.com"),
    ("example.com", "*.example.com"), ("api.example.com", "a*.example.com"), ("com", "*"), ("example.com", "*.com"),
    ("api.example.com", ""), ("api.example.com", "api.example.com.evil.org"), ("127.0.0.1", "127.0.0.1"),
  ])
  func refusesAnotherName(_ host: String, _ name: String) {
    #expect(!PeerIdentity(host: host).matches(names: [name], addresses: [[10, 0, 0, 1]]))
  }

  @Test func anAddressNeedsItsAddress() {
    #expect(PeerIdentity(host: "127.0.0.1").matches(names: [], addresses: [[127, 0, 0, 1]]))
    #expect(PeerIdentity(host: "::1").matches(names: [], addresses: [Array(repeating: 0, count: 15) + [1]]))
    #expect(!PeerIdentity(host: "127.0.0.1").matches(names: [], addresses: [[127, 0, 0, 2]]))
    #expect(!PeerIdentity(host: "localhost").matches(names: [], addresses: [[127, 0, 0, 1]]))
  }
}
