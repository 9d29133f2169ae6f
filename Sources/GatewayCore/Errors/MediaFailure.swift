/// Why media that a request names by URL could not be fetched.
package struct MediaFailure: Error, Hashable, Sendable {
  /// As metrics name it.
  package enum Kind: String, CaseIterable, Hashable, Sendable {
    /// The URL itself.
    case url
    /// The host has none but private addresses.
    case address
    /// It has no address at all, cannot be connected to, or broke off.
    case connection
    case status, redirect, size, type, timeout
  }

  package var kind: Kind
  /// What happened and what to do, as the rest of a sentence; never with the path or the query of the URL.
  package var reason: String

  package init(_ kind: Kind, _ reason: String) {
    self.kind = kind
    self.reason = reason
  }
}
