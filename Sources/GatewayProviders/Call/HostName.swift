/// Checks the host of a URL.
enum HostName {
  /// A DNS name or a dotted IPv4 address, in lower case.
  static func name(_ text: Substring) throws(UpstreamURL.Problem) -> String {
    guard !text.isEmpty else { throw UpstreamURL.Problem("the URL has no host") }
    let labels = text.split(separator: ".", omittingEmptySubsequences: false)
    // RFC 1035 §2.3.4, and `_`, which container networks use.
    guard text.utf8.count <= 253, labels.allSatisfy(isLabel) else {
      throw UpstreamURL.Problem(
        "the URL's host is not a host name: letters, digits, `-` and `_`, parts of 1 to 63 characters between dots")
    }
    // A last label of digits can only be an address; other spellings of one (`127.1`, `0x7f.1`) mean different hosts to
    // different resolvers.
    if let last = labels.last, isNumber(last), !isIPv4(labels) {
      throw UpstreamURL.Problem("the URL's host is not an IPv4 address: write four numbers from 0 to 255")
    }
    return text.lowercased()
  }

  /// What stands between the brackets of an IPv6 literal, in lower case.
  static func ipv6(_ text: Substring) throws(UpstreamURL.Problem) -> String {
    guard isIPv6(text) else {
      throw UpstreamURL.Problem("the URL's host is not an IPv6 address (zones such as `%eth0` are not supported)")
    }
    return text.lowercased()
  }

  private static func isLabel(_ label: Substring) -> Bool {
    guard 1...63 ~= label.utf8.count, !label.hasPrefix("-"), !label.hasSuffix("-") else { return false }
    return label.utf8.allSatisfy { byte in
      switch byte {
      case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, UInt8(ascii: "-"), UInt8(ascii: "_"): true
      default: false
      }
    }
  }

  /// Decimal, or hexadecimal with `0x`.
  private static func isNumber(_ label: Substring) -> Bool {
    let lower = label.lowercased()
    if lower.hasPrefix("0x") { return lower.dropFirst(2).allSatisfy(\.isHexDigit) }
    return lower.utf8.allSatisfy { 0x30...0x39 ~= $0 }
  }

  private static func isIPv4(_ labels: [Substring]) -> Bool {
    labels.count == 4
      && labels.allSatisfy { label in
        guard 1...3 ~= label.utf8.count, label.utf8.allSatisfy({ 0x30...0x39 ~= $0 }), let number = Int(label) else {
          return false
        }
        // A leading zero is octal to some resolvers.
        return number <= 255 && (label.utf8.count == 1 || !label.hasPrefix("0"))
      }
  }

  /// RFC 4291 §2.2: eight groups, or fewer with one `::`; the last 32 bits may be written as IPv4.
  private static func isIPv6(_ text: Substring) -> Bool {
    let halves = text.split(separator: "::", maxSplits: 2, omittingEmptySubsequences: false)
    guard halves.count <= 2 else { return false }
    var count = 0
    for (position, half) in halves.enumerated() where !half.isEmpty {
      let groups = half.split(separator: ":", omittingEmptySubsequences: false)
      for (index, group) in groups.enumerated() {
        let isLast = position == halves.count - 1 && index == groups.count - 1
        if isLast, group.contains(".") {
          guard isIPv4(group.split(separator: ".", omittingEmptySubsequences: false)) else { return false }
          count += 2
        } else {
          guard 1...4 ~= group.utf8.count, group.allSatisfy({ $0.isASCII && $0.isHexDigit }) else { return false }
          count += 1
        }
      }
    }
    return halves.count == 2 ? count <= 7 : count == 8
  }
}
