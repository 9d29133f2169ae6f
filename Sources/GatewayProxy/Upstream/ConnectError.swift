import Foundation
import NIOCore
import NIOPosix
import NIOSSL

/// Says in a few words why a connection could not be opened.
package enum ConnectError {
  package static func sentence(for error: any Error) -> String {
    switch error {
    case let error as NIOConnectionError: sentence(for: error)
    case let error as NameResolver.Unresolvable: error.description
    case let error as SocketAddressError.UnknownHost: "the host name '\(error.host)' has no address"
    case let error as IOError: reason(of: error)
    case let error as ProxyTunnel.Refused: error.description
    case ChannelError.connectTimeout(let limit): "no connection within \(limit.nanoseconds / 1_000_000) ms"
    case ChannelError.eof, ChannelError.ioOnClosedChannel: "the connection was closed while it was being set up"
    case let error as PeerIdentity.Mismatch: "TLS failed: \(error)"
    case let error as NIOSSLError: "TLS failed: \(error)"
    case let error as BoringSSLError: "TLS failed: \(error)"
    case let error as NIOSSLExtraError: "TLS failed: \(error)"
    default: "\(error)"
    }
  }

  private static func sentence(for error: NIOConnectionError) -> String {
    if let failure = error.connectionErrors.last { return sentence(for: failure.error) }
    if let failure = error.dnsAError ?? error.dnsAAAAError { return sentence(for: failure) }
    return "the host name '\(error.host)' has no address"
  }

  private static func reason(of error: IOError) -> String {
    switch error.errnoCode {
    case ECONNREFUSED: "connection refused"
    case ECONNRESET: "connection reset"
    case EHOSTUNREACH, ENETUNREACH: "no route to the host"
    case EMFILE, ENFILE: "no file descriptor is left; raise the limit of open files"
    default: String(cString: strerror(error.errnoCode))
    }
  }
}
