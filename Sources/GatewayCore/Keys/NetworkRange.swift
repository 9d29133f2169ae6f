/// The addresses that share a prefix (CIDR; RFC 4632, RFC 4291 §2.3).
package struct NetworkRange: Hashable, Sendable, CustomStringConvertible {
  /// `10.0.0.0/8`, as it was written.
  package let description: String
  private let base: NetworkAddress
  private let length: Int

  /// - Parameter text: `10.0.0.0/8`, `2001:db8::/32`, or a single address.
  package init(_ text: String) throws(KeyRuleFault) {
    let parts = text.split(separator: "/", omittingEmptySubsequences: false)
    guard parts.count <= 2, let base = NetworkAddress(text: parts[0]) else {
      throw KeyRuleFault(
        "'\(text.shortened)' is no range of IP addresses: write one such as 10.0.0.0/8 or 2001:db8::/32")
    }
    var length = base.bitCount
    if parts.count == 2 {
      let digits = parts[1].utf8
      guard (1...3).contains(digits.count), digits.allSatisfy({ (0x30...0x39).contains($0) }),
        let number = Int(parts[1]), number <= length
      else { throw KeyRuleFault("'\(text.shortened)': after '/' stands the length of the prefix, 0 to \(length)") }
      length = number
    }
    guard base.isClear(behind: length) else {
      throw KeyRuleFault(
        "'\(text.shortened)' has bits behind its prefix: write the first address of the range, or a longer prefix")
    }
    description = text
    self.base = base
    self.length = length
  }

  /// Whether every address of its version is one of it.
  package var isEverything: Bool { length == 0 }

  /// An IPv4 address that came as an IPv6 one counts as what it is.
  package func contains(_ address: NetworkAddress) -> Bool { address.unmapped.shares(length, with: base) }
}

extension NetworkAddress {
  /// - Parameter text: four decimal numbers, or IPv6 in one of the forms of RFC 4291 §2.2, without a zone.
  package init?(text: some StringProtocol) {
    guard let bytes = text.utf8.contains(UInt8(ascii: ":")) ? Self.version6(text) : Self.version4(text) else {
      return nil
    }
    self.init(bytes: bytes)
  }

  private static func version4(_ text: some StringProtocol) -> [UInt8]? {
    let parts = text.split(separator: ".", omittingEmptySubsequences: false)
    guard parts.count == 4 else { return nil }
    var bytes: [UInt8] = []
    for part in parts {
      // A leading zero means octal to some.
      guard part.utf8.allSatisfy({ (0x30...0x39).contains($0) }), part.utf8.first != 0x30 || part.utf8.count == 1,
        let byte = UInt8(part)
      else { return nil }
      bytes.append(byte)
    }
    return bytes
  }

  private static func version6(_ text: some StringProtocol) -> [UInt8]? {
    let text = String(text)
    guard text.utf8.count <= 45 else { return nil }
    guard let gap = text.firstRange(of: "::") else {
      return groups(text[...]).flatMap { $0.count == 16 ? $0 : nil }
    }
    let (front, back) = (text[..<gap.lowerBound], text[gap.upperBound...])
    guard let head = front.isEmpty ? [] : groups(front, mayEndInVersion4: false),
      let tail = back.isEmpty ? [] : groups(back),
      head.count + tail.count <= 14
    else { return nil }
    return head + [UInt8](repeating: 0, count: 16 - head.count - tail.count) + tail
  }

  private static func groups(_ text: Substring, mayEndInVersion4: Bool = true) -> [UInt8]? {
    var bytes: [UInt8] = []
    let parts = text.split(separator: ":", omittingEmptySubsequences: false)
    for (index, part) in parts.enumerated() {
      if mayEndInVersion4, index == parts.count - 1, let version4 = version4(part) {
        bytes += version4
      } else {
        guard (1...4).contains(part.utf8.count), part.utf8.first != UInt8(ascii: "+"),
          let group = UInt16(part, radix: 16)
        else { return nil }
        bytes += [UInt8(group >> 8), UInt8(truncatingIfNeeded: group)]
      }
    }
    return bytes.count <= 16 ? bytes : nil
  }
}
