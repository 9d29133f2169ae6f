/// Proxies that are believed when they say whom they speak for, and how the client behind them is found.
package struct TrustedProxies: Hashable, Sendable {
  /// Where proxies write down whom they speak for. A proxy passes on what it does not write itself, so only one header is
  /// believed.
  package enum Header: String, CaseIterable, Hashable, Sendable {
    case xForwardedFor = "x-forwarded-for"
    /// RFC 7239.
    case forwarded
  }

  /// Proxies behind each other that are followed: more than any path has.
  private static let longestPath = 32
  /// Of one element: an IPv6 address with a port takes 48 bytes, the other parameters of `forwarded` some more.
  private static let longestElement = 512

  package let ranges: [NetworkRange]
  package let header: Header

  package init(ranges: [NetworkRange], header: Header = .xForwardedFor) {
    self.ranges = ranges
    self.header = header
  }

  /// The address nearest to the gateway that is no trusted proxy. What stands before it in the header may be anybody's invention.
  ///
  /// - Parameters:
  ///   - peer: who has opened the connection, with or without a zone.
  ///   - values: of the header, the last field first.
  /// - Returns: the last address that could be read where an element is none; the peer where it is not trusted.
  package func client(behind peer: String, _ values: [UnsafeRawBufferPointer]) -> String {
    guard let address = NetworkAddress(text: peer.prefix { $0 != "%" }), trusts(address) else { return peer }
    var client: NetworkAddress?
    var steps = 0
    for value in values {
      var end = value.count
      while true {
        var start = end
        while start > 0, value[start - 1] != UInt8(ascii: ",") { start -= 1 }
        steps += 1
        guard steps <= Self.longestPath, end - start <= Self.longestElement,
          let found = self.address(in: UnsafeRawBufferPointer(rebasing: value[start..<end]))
        else { return client?.description ?? peer }
        client = found
        guard trusts(found) else { return found.description }
        if start == 0 { break }
        end = start - 1
      }
    }
    return client?.description ?? peer
  }

  private func trusts(_ address: NetworkAddress) -> Bool { ranges.contains { $0.contains(address) } }

  private func address(in element: UnsafeRawBufferPointer) -> NetworkAddress? {
    guard let text = String(validating: element, as: UTF8.self) else { return nil }
    switch header {
    case .xForwardedFor: return Self.node(Self.trimmed(text[...]))
    case .forwarded: return Self.forwardedFor(text)
    }
  }

  /// `for=…` among the parameters of an element (RFC 7239 §4). A comma within quotes cuts an element in two that are no elements:
  /// the walk ends there.
  private static func forwardedFor(_ element: String) -> NetworkAddress? {
    var found: NetworkAddress?
    for parameter in element.split(separator: ";") {
      let parts = trimmed(parameter).split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      guard parts.count == 2 else { return nil }
      guard parts[0].lowercased() == "for" else { continue }
      var value = parts[1]
      if value.hasPrefix("\"") {
        guard value.count >= 2, value.hasSuffix("\"") else { return nil }
        value = value.dropFirst().dropLast()
      }
      // Twice: nobody knows which is meant.
      guard found == nil, let node = node(value) else { return nil }
      found = node
    }
    return found
  }

  /// An address with or without a port; IPv6 in brackets, or bare without a port.
  private static func node(_ text: Substring) -> NetworkAddress? {
    if text.hasPrefix("[") {
      guard let end = text.firstIndex(of: "]"), isPort(text[text.index(after: end)...]) else { return nil }
      let inner = text[text.index(after: text.startIndex)..<end]
      guard inner.utf8.contains(UInt8(ascii: ":")) else { return nil }
      return NetworkAddress(text: inner)?.unmapped
    }
    guard let colon = text.firstIndex(of: ":") else { return NetworkAddress(text: text) }
    if text[text.index(after: colon)...].contains(":") { return NetworkAddress(text: text)?.unmapped }
    return isPort(text[colon...]) ? NetworkAddress(text: text[..<colon]) : nil
  }

  /// Nothing, or a colon and a number.
  private static func isPort(_ text: Substring) -> Bool {
    guard !text.isEmpty else { return true }
    let digits = text.dropFirst()
    return text.first == ":" && digits.utf8.allSatisfy { (0x30...0x39).contains($0) } && UInt16(digits) != nil
  }

  private static func trimmed(_ text: Substring) -> Substring {
    var text = text
    while let first = text.first, first == " " || first == "\t" { text.removeFirst() }
    while let last = text.last, last == " " || last == "\t" { text.removeLast() }
    return text
  }
}
