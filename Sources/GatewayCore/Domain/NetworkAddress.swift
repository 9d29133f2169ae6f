/// An IP address, as far as it matters who can be reached under it.
package struct NetworkAddress: Hashable, Sendable {
  /// In network order, 4 or 16.
  let bytes: [UInt8]

  /// - Returns: `nil` for what has neither the length of IPv4 nor that of IPv6.
  package init?(bytes: some Collection<UInt8>) {
    guard bytes.count == 4 || bytes.count == 16 else { return nil }
    self.bytes = Array(bytes)
  }

  package var bitCount: Int { bytes.count * 8 }

  /// An IPv4 address that is written as an IPv6 one (RFC 4291 §2.5.5.2) as itself.
  package var unmapped: NetworkAddress {
    guard bytes.count == 16, has([0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF], 96) else { return self }
    return NetworkAddress(bytes: bytes[12...]) ?? self
  }

  /// Whether all bits behind the first `length` are zero.
  package func isClear(behind length: Int) -> Bool {
    bytes.enumerated().allSatisfy { index, byte in
      byte & ~Self.mask(length - index * 8) == 0
    }
  }

  /// Whether the first `length` bits are the same, and both are of one version.
  package func shares(_ length: Int, with other: NetworkAddress) -> Bool {
    bytes.count == other.bytes.count && length <= bitCount && has(other.bytes, length)
  }

  /// Whether it belongs to the Internet: neither to this machine nor to a private network, nor to nobody (IANA's registries of
  /// special-purpose addresses; RFC 6890).
  package var isPublic: Bool {
    if bytes.count == 4 { return Self.isPublic(version4: bytes[...]) }
    if let carried = carriedVersion4 { return Self.isPublic(version4: carried) }
    // RFC 4291 §2.4: what is not 2000::/3 is no global unicast address.
    guard bytes[0] & 0xE0 == 0x20 else { return false }
    return !Self.reserved6.contains { has($0.prefix, $0.length) }
  }

  /// The IPv4 address that packets to this one reach in the end.
  private var carriedVersion4: ArraySlice<UInt8>? {
    // ::ffff:0:0/96 mapped (RFC 4291 §2.5.5.2), 64:ff9b::/96 NAT64 (RFC 6052).
    if has([0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF], 96) { return bytes[12...] }
    if has([0, 0x64, 0xFF, 0x9B, 0, 0, 0, 0, 0, 0, 0, 0], 96) { return bytes[12...] }
    return nil
  }

  private static func isPublic(version4 bytes: ArraySlice<UInt8>) -> Bool {
    let address = bytes.reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
    return !reserved4.contains { address >> (32 - $0.length) == $0.prefix >> (32 - $0.length) }
  }

  private static let reserved4: [(prefix: UInt32, length: UInt32)] = [
    // "This" network, private use, shared address space of carriers, loopback, link-local (cloud metadata).
    (0x0000_0000, 8), (0x0A00_0000, 8), (0x6440_0000, 10), (0x7F00_0000, 8), (0xA9FE_0000, 16), (0xAC10_0000, 12),
    // Protocol assignments, documentation, the former 6to4 relays, private use.
    (0xC000_0000, 24), (0xC000_0200, 24), (0xC058_6300, 24), (0xC0A8_0000, 16),
    // Azure's own services for its machines: a public address that leads to the host.
    (0xA83F_8110, 32),
    // Benchmarks, documentation, multicast, future use and broadcast.
    (0xC612_0000, 15), (0xC633_6400, 24), (0xCB00_7100, 24), (0xE000_0000, 4), (0xF000_0000, 4),
  ]

  private static let reserved6: [(prefix: [UInt8], length: Int)] = [
    // Protocol assignments with Teredo and ORCHID, documentation (two), and 6to4, which leads to any IPv4 address.
    ([0x20, 0x01, 0x00], 23), ([0x20, 0x01, 0x0D, 0xB8], 32), ([0x3F, 0xFF, 0x00], 20), ([0x20, 0x02], 16),
  ]

  private func has(_ prefix: [UInt8], _ length: Int) -> Bool {
    for (index, byte) in prefix.enumerated() {
      let mask = Self.mask(length - index * 8)
      if bytes[index] & mask != byte & mask { return false }
    }
    return true
  }

  /// The first `bits` of a byte.
  private static func mask(_ bits: Int) -> UInt8 {
    UInt8(truncatingIfNeeded: 0xFF << (8 - min(8, max(0, bits))))
  }
}
