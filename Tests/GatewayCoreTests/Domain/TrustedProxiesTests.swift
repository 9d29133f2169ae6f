import GatewayCore
import Testing

@Suite struct TrustedProxiesTests {
  /// - Parameter fields: in the order of the request.
  private func client(
    behind peer: String, _ fields: String..., header: TrustedProxies.Header = .xForwardedFor
  ) throws -> String {
    let ranges = try ["10.0.0.0/8", "127.0.0.1", "2001:db8::/32"].map { try NetworkRange($0) }
    let bytes = fields.reversed().map { Array($0.utf8) }
    func read(_ rest: ArraySlice<[UInt8]>, _ values: [UnsafeRawBufferPointer]) -> String {
      guard let first = rest.first else {
        return TrustedProxies(ranges: ranges, header: header).client(behind: peer, values)
      }
      return first.withUnsafeBytes { read(rest.dropFirst(), values + [$0]) }
    }
    return read(bytes[...], [])
  }

  @Test func theLastAddressThatIsNoProxyIsTheClient() throws {
    #expect(try client(behind: "10.0.0.1", "203.0.113.9") == "203.0.113.9")
    #expect(try client(behind: "10.0.0.1", "198.51.100.1, 203.0.113.9, 10.2.3.4") == "203.0.113.9")
    #expect(try client(behind: "10.0.0.1", "10.9.9.9, 203.0.113.9 ,\t10.2.3.4") == "203.0.113.9")
  }

  @Test func aPeerThatIsNotTrustedIsTheClientWhateverItSays() throws {
    #expect(try client(behind: "203.0.113.1", "198.51.100.1") == "203.0.113.1")
    #expect(try client(behind: "2001:db9::1", "198.51.100.1") == "2001:db9::1")
    #expect(try client(behind: "nonsense", "198.51.100.1") == "nonsense")
  }

  @Test func whereAllAreProxiesTheFirstOfThemIsTheClient() throws {
    #expect(try client(behind: "10.0.0.1", "10.0.0.3, 10.0.0.2") == "10.0.0.3")
    #expect(try client(behind: "10.0.0.1") == "10.0.0.1")
  }

  @Test func severalFieldsAreOneListInTheirOrder() throws {
    #expect(try client(behind: "10.0.0.1", "198.51.100.1", "203.0.113.9, 10.0.0.2", "10.0.0.3") == "203.0.113.9")
  }

  @Test(arguments: [
    "", " ", "unknown", "evil", "1.2.3", "1.2.3.4.5", "01.2.3.4", "1.2.3.4:", "1.2.3.4:x", "1.2.3.4:99999", "[::1",
    "[::1]x", "[1.2.3.4]", "::g", "fe80::1%eth0", "1.2.3.4/8", "\"1.2.3.4\"", "é",
  ])
  func whatIsNoAddressEndsTheWalkAtTheLastGoodOne(element: String) throws {
    #expect(try client(behind: "10.0.0.1", "198.51.100.1, \(element), 10.0.0.2") == "10.0.0.2")
    #expect(try client(behind: "10.0.0.1", "198.51.100.1, \(element)") == "10.0.0.1")
  }

  @Test(arguments: [
    ("203.0.113.9:4711", "203.0.113.9"), ("[2001:db9::1]:4711", "2001:db9::1"), ("[2001:db9::1]", "2001:db9::1"),
    ("2001:DB9:0:0:0:0:0:1", "2001:db9::1"), ("::ffff:203.0.113.9", "203.0.113.9"),
    ("[::ffff:203.0.113.9]:80", "203.0.113.9"),
  ])
  func addressesAreReadInAllTheirFormsAndWrittenInOne(element: String, client: String) throws {
    #expect(try self.client(behind: "10.0.0.1", element) == client)
  }

  @Test func aProxyThatIsKnownByIPv6OrAsAMappedAddressIsTrusted() throws {
    #expect(try client(behind: "2001:db8::7", "203.0.113.9, 2001:db8::8") == "203.0.113.9")
    #expect(try client(behind: "::ffff:10.0.0.1", "203.0.113.9, ::ffff:10.0.0.2") == "203.0.113.9")
  }

  @Test func aHugeListIsNotFollowedForEver() throws {
    let many = Array(repeating: "10.0.0.2", count: 10_000).joined(separator: ",")
    #expect(try client(behind: "10.0.0.1", "203.0.113.9,\(many)") == "10.0.0.2")
    let long = String(repeating: " ", count: 100_000)
    #expect(try client(behind: "10.0.0.1", "203.0.113.9\(long)") == "10.0.0.1")
  }

  @Test(arguments: [
    ("for=203.0.113.9", "203.0.113.9"), ("For=203.0.113.9;proto=https;by=10.0.0.1", "203.0.113.9"),
    ("for=\"[2001:db9::1]:4711\"", "2001:db9::1"), ("for=198.51.100.1, for=203.0.113.9;proto=http", "203.0.113.9"),
    ("proto=https; for=\"203.0.113.9:80\"", "203.0.113.9"), ("for=203.0.113.9, for=10.0.0.2", "203.0.113.9"),
    // Nobody's address.
    ("for=unknown", "10.0.0.1"), ("for=_hidden", "10.0.0.1"), ("proto=https", "10.0.0.1"), ("for", "10.0.0.1"),
    ("for=1.2.3.4;for=203.0.113.9", "10.0.0.1"), ("for=\"203.0.113.9", "10.0.0.1"), ("for=\"", "10.0.0.1"),
    // What a caller has left open does not swallow what the proxy has added.
    ("for=\"1.2.3.4, for=203.0.113.9", "203.0.113.9"), ("for=1.2.3.4;x=\", for=10.0.0.2", "1.2.3.4"),
  ])
  func forwardedIsReadWhereItIsTheHeader(value: String, client: String) throws {
    #expect(try self.client(behind: "10.0.0.1", value, header: .forwarded) == client)
  }

  @Test(arguments: [
    ("2001:db8:0:0:1:0:0:1", "2001:db8::1:0:0:1"), ("0:0:0:0:0:0:0:0", "::"), ("::1", "::1"), ("1::", "1::"),
    ("2001:db8:0:1:1:1:1:1", "2001:db8:0:1:1:1:1:1"), ("1:0:0:2:0:0:0:3", "1:0:0:2::3"), ("10.0.0.1", "10.0.0.1"),
  ])
  func anAddressHasOneSpelling(text: String, spelling: String) {
    #expect(NetworkAddress(text: text)?.description == spelling)
  }

  @Test func anAddressIsCutToItsNetwork() {
    #expect(NetworkAddress(text: "2001:db8:1:2:3:4:5:6")?.masked(to: 64).description == "2001:db8:1:2::")
    #expect(NetworkAddress(text: "10.255.255.255")?.masked(to: 12).description == "10.240.0.0")
  }
}
