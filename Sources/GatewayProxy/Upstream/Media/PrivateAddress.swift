import GatewayCore
import NIOCore
import NIOPosix

/// A host that a caller names and that is no host of the Internet.
struct PrivateAddress: Error, CustomStringConvertible {
  var description: String {
    "its host has no public address; send the bytes as base64, or let the operator name the host in media.hosts"
  }

  /// Whether a connection could not be opened because of it.
  static func isCause(of error: any Error) -> Bool {
    guard let error = error as? NIOConnectionError else { return error is PrivateAddress }
    return error.dnsAError is PrivateAddress || error.dnsAAAAError is PrivateAddress
  }

  /// Whether a caller may let the gateway connect to that address.
  @Sendable static func isPublic(_ address: SocketAddress) -> Bool {
    switch address {
    // `sockaddr_in`: family, port, address. `sockaddr_in6`: family, port, flow, address.
    case .v4(let address): withUnsafeBytes(of: address.address) { isPublic($0[4..<8]) }
    case .v6(let address): withUnsafeBytes(of: address.address) { isPublic($0[8..<24]) }
    case .unixDomainSocket: false
    }
  }

  private static func isPublic(_ bytes: Slice<UnsafeRawBufferPointer>) -> Bool {
    NetworkAddress(bytes: bytes)?.isPublic ?? false
  }
}
