/// Hosts and ports as they stand in addresses and URLs.
enum HostText {
  /// `host:port`, `[v6]:port`, or either without its port.
  /// - Returns: the host without brackets; `nil` when the brackets do not match or colons are left over.
  static func split(_ text: some StringProtocol) -> (host: String, port: String?)? {
    if text.hasPrefix("[") {
      guard let close = text.firstIndex(of: "]") else { return nil }
      let host = text[text.index(after: text.startIndex)..<close]
      let rest = text[text.index(after: close)...]
      guard isIPv6(String(host)) else { return nil }
      if rest.isEmpty { return (String(host), nil) }
      return rest.hasPrefix(":") ? (String(host), String(rest.dropFirst())) : nil
    }
    let parts = text.split(separator: ":", omittingEmptySubsequences: false)
    switch parts.count {
    case 1: return (String(parts[0]), nil)
    case 2: return (String(parts[0]), String(parts[1]))
    default: return nil
    }
  }

  /// 0…65535, in digits only.
  static func port(_ text: String) -> Int? {
    guard !text.isEmpty, text.count <= 5, text.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
    return Int(text).flatMap { $0 <= 65535 ? $0 : nil }
  }

  /// A DNS name, an IPv4 address, or an IPv6 address without brackets.
  static func isHost(_ text: String) -> Bool {
    if text.contains(":") { return isIPv6(text) }
    guard !text.isEmpty, text.utf8.count <= 253 else { return false }
    let labels = text.split(separator: ".", omittingEmptySubsequences: false)
    // All digits and dots: an address, which must then be a whole one.
    if labels.allSatisfy({ !$0.isEmpty && $0.allSatisfy { $0.isASCII && $0.isNumber } }) { return isIPv4(text) }
    return labels.allSatisfy { label in
      !label.isEmpty && label.utf8.count <= 63 && label.utf8.first != 0x2D && label.utf8.last != 0x2D
        && label.utf8.allSatisfy(isLabelByte)
    }
  }

  static func isIPv4(_ text: String) -> Bool {
    let parts = text.split(separator: ".", omittingEmptySubsequences: false)
    return parts.count == 4
      && parts.allSatisfy { part in
        (1...3).contains(part.count) && part.utf8.allSatisfy { (0x30...0x39).contains($0) }
          && (Int(part).map { $0 <= 255 } ?? false)
      }
  }

  static func isIPv6(_ text: String) -> Bool {
    let halves = text.split(separator: "::", omittingEmptySubsequences: false)
    guard halves.count <= 2, text.contains(":"), text.utf8.count <= 45 else { return false }
    var groups = 0
    for half in halves where !half.isEmpty {
      let parts = half.split(separator: ":", omittingEmptySubsequences: false)
      for (index, part) in parts.enumerated() {
        if index == parts.count - 1, isIPv4(String(part)) {
          groups += 2
        } else if (1...4).contains(part.count), part.allSatisfy({ $0.isASCII && $0.isHexDigit }) {
          groups += 1
        } else {
          return false
        }
      }
    }
    return halves.count == 2 ? groups < 8 : groups == 8
  }

  // Underscores are no host names, but container networks use them.
  private static func isLabelByte(_ byte: UInt8) -> Bool {
    switch byte {
    case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2D, 0x5F: true
    default: false
    }
  }
}
