extension NetworkAddress: CustomStringConvertible {
  /// As RFC 5952 writes it, so that one address has one spelling.
  package var description: String {
    if bytes.count == 4 { return bytes.map { String($0) }.joined(separator: ".") }
    let groups = stride(from: 0, to: 16, by: 2).map { UInt16(bytes[$0]) << 8 | UInt16(bytes[$0 + 1]) }
    let gap = Self.longestGap(in: groups)
    guard gap.count > 1 else { return Self.text(groups[...]) }
    return Self.text(groups[..<gap.lowerBound]) + "::" + Self.text(groups[gap.upperBound...])
  }

  private static func text(_ groups: ArraySlice<UInt16>) -> String {
    groups.map { String($0, radix: 16) }.joined(separator: ":")
  }

  /// The first of the longest runs of zeros (RFC 5952 §4.2.3).
  private static func longestGap(in groups: [UInt16]) -> Range<Int> {
    var best = 0..<0
    var start = 0
    for index in 0...groups.count where index == groups.count || groups[index] != 0 {
      if index - start > best.count { best = start..<index }
      start = index + 1
    }
    return best
  }

  /// The first address of the network with this prefix.
  package func masked(to length: Int) -> NetworkAddress {
    let kept = bytes.enumerated().map { index, byte in
      byte & UInt8(truncatingIfNeeded: 0xFF << (8 - min(8, max(0, length - index * 8))))
    }
    return NetworkAddress(bytes: kept) ?? self
  }

  /// The address of a peer without the IPv6 form that a socket for both versions gives to IPv4 ones.
  package static func plain(_ text: String) -> String {
    guard text.hasPrefix("::ffff:"), let address = NetworkAddress(text: text) else { return text }
    return address.unmapped.description
  }
}
