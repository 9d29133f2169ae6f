import AsyncHTTPClient
import Foundation
import GatewayProviders
import GatewayProxy
import NIOCore
import NIOPosix
import NIOSSL

/// Why a provider did not name its models, without secrets.
struct ProviderFault: Error {
  enum Kind: Hashable {
    /// It has no list of models.
    case notAsked
    /// The name has no address.
    case name
    case connection
    case tls
    case proxy
    case late
    /// It answered with another status than 200.
    case status(Int)
    /// It answered with something else than a list.
    case nonsense
  }

  let kind: Kind
  let sentence: String

  init(_ kind: Kind, _ sentence: String) {
    self.kind = kind
    self.sentence = sentence
  }

  /// - Parameter asked: who was asked, as the sentence begins.
  init(_ error: any Error, asked: String) {
    switch error {
    case let fault as ProviderFault: self = fault
    case let problem as ModelListing.Problem: self.init(.nonsense, "\(asked): \(problem.sentence)")
    case is NIOTooManyBytesError:
      self.init(.nonsense, "\(asked) sent a list of more than \(ModelListing.maximumBytes >> 20) MiB")
    case let error as HTTPClientError: self.init(error, asked)
    case let error as NIOConnectionError:
      self.init(error.connectionErrors.isEmpty ? .name : .connection, Self.unreached(asked, error))
    case is NIOSSLError, is BoringSSLError, is NIOSSLExtraError: self.init(.tls, Self.unreached(asked, error))
    case is IOError, is ChannelError: self.init(.connection, Self.unreached(asked, error))
    // Other errors of the transport may quote the request; their type says enough.
    default: self.init(.connection, "\(asked) could not be asked for its models (\(type(of: error)))")
    }
  }

  private init(_ error: HTTPClientError, _ asked: String) {
    switch error {
    case .deadlineExceeded, .connectTimeout, .readTimeout, .tlsHandshakeTimeout, .getConnectionFromPoolTimeout:
      self.init(.late, "\(asked) did not answer in time")
    case .proxyAuthenticationRequired: self.init(.proxy, "\(asked) is not reached: its proxy wants other credentials")
    case .invalidProxyResponse: self.init(.proxy, "\(asked) is not reached: its proxy refuses to connect")
    default: self.init(.connection, "\(asked) could not be asked for its models (\(error.shortDescription))")
    }
  }

  private static func unreached(_ asked: String, _ error: any Error) -> String {
    "\(asked) could not be reached: \(ConnectError.sentence(for: error))"
  }

  /// What to do about it.
  var advice: String? {
    switch kind {
    case .notAsked: nil
    case .name: "check the host in its URL, and the DNS of this machine"
    case .connection: "check the URL and the port, and that firewalls let this machine through"
    case .tls:
      "check that the URL is the one that the certificate is for; a private authority is named by `tls: { ca: … }`"
    case .proxy: "check `proxy` of the provider, with its user and password"
    case .late: "check the URL, and that this machine reaches it; a firewall may drop the packets"
    case .status(401), .status(403): "check the key, and that it is of this provider"
    case .status(402): "the account has no funds, or no plan that includes this"
    case .status(404): "check the URL: it ends where the provider's paths begin, such as /v1"
    case .status(429): "the account is at its limit: wait, raise it, or add keys of other accounts"
    case .status(500...): "the provider has trouble of its own: see its status page"
    case .status, .nonsense: "check that the URL is that of the provider's API"
    }
  }
}
