package import GatewayCore

/// The Redis in which several gateways count together.
package struct SharedStorage: Sendable, Equatable {
  /// `redis://…` or `rediss://…`, with user and password.
  package var url: Secret
  /// The same without user and password.
  package var address: String
  package var installation = "default"
  /// PEM text; nil: the system's.
  package var certificateAuthority: String?
  package var timeout: Duration = .seconds(1)
  package var lease: Duration = .seconds(30)

  package init(url: Secret, address: String) {
    self.url = url
    self.address = address
  }

  package static func == (a: SharedStorage, b: SharedStorage) -> Bool {
    a.url.reveal { KeyDigest.sha256(of: $0) } == b.url.reveal { KeyDigest.sha256(of: $0) }
      && a.installation == b.installation && a.certificateAuthority == b.certificateAuthority
      && a.timeout == b.timeout && a.lease == b.lease
  }
}
