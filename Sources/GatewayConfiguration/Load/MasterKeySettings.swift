package import GatewayCore

/// `storage.masterKey` and `storage.previousMasterKeys`.
package struct MasterKeySettings: Sendable {
  /// Where a master key comes from.
  package enum Source: Sendable {
    /// Of an `env:` or `file:` reference, which has been read.
    case text(Secret)
    /// A line for `/bin/sh`, which prints the key.
    case command(String)
  }

  package var current: Source
  /// Those that secrets may still be sealed with.
  package var previous: [Source]

  package init(current: Source, previous: [Source] = []) {
    self.current = current
    self.previous = previous
  }
}

/// What became of a `secret:NAME`.
package enum StoredSecretAnswer: Sendable {
  case found(String)
  /// - Parameter names: those that there are.
  case missing(names: [String])
  /// A sentence without the secret.
  case unreadable(String)
}
