import Foundation
import NIOSSL

/// Whether a certificate is one of the host that was asked for (RFC 9525). NIOSSL would also accept a certificate for the
/// address of the socket, which behind a forward proxy is the proxy's; so it checks the chain, and this the name.
struct PeerIdentity {
  struct Mismatch: Error, CustomStringConvertible {
    let host: String

    var description: String { "the certificate of the server is not one of '\(host)'" }
  }

  /// A name, or an address literal without brackets.
  let host: String

  func check(_ certificate: NIOSSLCertificate) throws(Mismatch) {
    var names: [String] = []
    var addresses: [[UInt8]] = []
    for name in certificate._subjectAlternativeNames() {
      switch name.nameType {
      case .dnsName: names.append(String(decoding: name.contents, as: UTF8.self))
      case .ipAddress: addresses.append(Array(name.contents))
      default: break
      }
    }
    guard matches(names: names, addresses: addresses) else { throw Mismatch(host: host) }
  }

  /// - Parameter addresses: in network order, 4 or 16 bytes each.
  func matches(names: [String], addresses: [[UInt8]]) -> Bool {
    if let address = Self.bytes(ofAddress: host) { return addresses.contains(address) }
    let host = Self.labels(of: host)
    return names.contains { Self.matches(host, pattern: Self.labels(of: $0)) }
  }

  /// RFC 9525 §6.3: a wildcard is the whole left-most label and stands for one label.
  private static func matches(_ host: [String], pattern: [String]) -> Bool {
    guard host.count == pattern.count, host.count > 0 else { return false }
    if pattern[0] == "*" { return pattern.count > 2 && host.dropFirst() == pattern.dropFirst() }
    return host == pattern
  }

  private static func labels(of name: String) -> [String] {
    var name = name.lowercased()
    if name.hasSuffix(".") { name.removeLast() }
    return name.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
  }

  /// In network order; `nil` for a name.
  private static func bytes(ofAddress host: String) -> [UInt8]? {
    for (family, count) in [(AF_INET, 4), (AF_INET6, 16)] {
      var bytes = [UInt8](repeating: 0, count: count)
      if inet_pton(family, host, &bytes) == 1 { return bytes }
    }
    return nil
  }
}
