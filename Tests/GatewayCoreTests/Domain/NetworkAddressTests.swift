import GatewayCore
import Testing

@Suite struct NetworkAddressTests {
  private static func version4(_ text: String) -> NetworkAddress? {
    NetworkAddress(bytes: text.split(separator: ".").compactMap { UInt8($0) })
  }

  /// Eight groups, `::` filled up.
  private static func version6(_ text: String) -> NetworkAddress? {
    let halves = text.split(separator: "::", omittingEmptySubsequences: false).map { half in
      half.split(separator: ":").compactMap { UInt16($0, radix: 16) }
    }
    let gap = Array(repeating: UInt16(0), count: 8 - halves.reduce(0) { $0 + $1.count })
    let groups = halves.count == 2 ? halves[0] + gap + halves[1] : halves[0]
    return NetworkAddress(bytes: groups.flatMap { [UInt8($0 >> 8), UInt8(truncatingIfNeeded: $0)] })
  }

  @Test(arguments: [
    "0.0.0.0", "0.255.255.255", "10.0.0.0", "10.255.255.255", "100.64.0.0", "100.127.255.255", "127.0.0.1",
    "127.255.255.255", "169.254.0.0", "169.254.169.254", "169.254.255.255", "172.16.0.0", "172.31.255.255", "192.0.0.0",
    "192.0.0.192", "192.0.2.1", "192.88.99.1", "192.168.0.0", "192.168.255.255", "198.18.0.0", "198.19.255.255",
    "198.51.100.1", "203.0.113.255", "224.0.0.1", "239.255.255.255", "240.0.0.1", "255.255.255.255", "168.63.129.16",
  ])
  func isNotPublic4(text: String) { #expect(Self.version4(text)?.isPublic == false) }

  /// The neighbours of each network above.
  @Test(arguments: [
    "1.0.0.0", "9.255.255.255", "11.0.0.0", "100.63.255.255", "100.128.0.0", "126.255.255.255", "128.0.0.0",
    "169.253.255.255", "169.255.0.0", "172.15.255.255", "172.32.0.0", "191.255.255.255", "192.0.1.0", "192.0.3.0",
    "192.88.98.255", "192.88.100.0", "192.167.255.255", "192.169.0.0", "198.17.255.255", "198.20.0.0", "198.51.99.255",
    "198.51.101.0", "203.0.112.255", "203.0.114.0", "223.255.255.255", "8.8.8.8", "168.63.129.15", "168.63.129.17",
  ])
  func isPublic4(text: String) { #expect(Self.version4(text)?.isPublic == true) }

  @Test func aNetworkEndsWhereItsMaskDoes() {
    // Every first byte, with the rest that is public in all public networks.
    let refused: Set<UInt8> = Set([0, 10, 127]).union(224...255)
    for byte in UInt8.min...UInt8.max {
      #expect(NetworkAddress(bytes: [byte, 200, 1, 1])?.isPublic == !refused.contains(byte), "\(byte)")
    }
  }

  @Test(arguments: [
    "::", "::1", "fc00::1", "fdff:ffff::1", "fe80::1", "febf::1", "fec0::1", "ff02::1", "2001:db8::1", "2001::1",
    "2001:1ff::1", "2002:7f00:1::", "2002:808:808::", "3fff::1", "3fff:fff::1", "64:ff9b:1::1", "100::1", "4000::1",
    "::ffff:7f00:1", "::ffff:a00:1", "::ffff:a9fe:a9fe", "::ffff:0:1", "64:ff9b::7f00:1", "64:ff9b::c0a8:1",
    "64:ff9b::a9fe:a9fe", "::7f00:1", "::808:808", "5f00::1",
  ])
  func isNotPublic6(text: String) { #expect(Self.version6(text)?.isPublic == false) }

  @Test(arguments: [
    "2606:4700::1111", "2a00:1450:4001:81b::200e", "2001:200::1", "2001:4860:4860::8888", "2001:db7::1", "2001:db9::1",
    "2003::1", "3ffe::1", "3fff:1000::1", "::ffff:808:808", "64:ff9b::808:808",
  ])
  func isPublic6(text: String) { #expect(Self.version6(text)?.isPublic == true) }

  @Test func otherLengthsAreNoAddress() {
    #expect(NetworkAddress(bytes: [UInt8]()) == nil)
    #expect(NetworkAddress(bytes: [1, 2, 3]) == nil)
    #expect(NetworkAddress(bytes: Array(repeating: 0, count: 17)) == nil)
  }
}
