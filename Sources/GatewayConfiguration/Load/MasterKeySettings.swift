package import GatewayCore

/// `storage.masterKey` and `storage.previousMasterKeys`.
package struct MasterKeySettings: Sendable {
  /// Where a master key comes from.
  package enum Origin: Sendable {
    /// Of an `env:` or `file:` reference, which has been read.
    case text(Secret)
    /// A line for `/bin/sh`, which prints the key.
    case command(String)
  }

  package struct Source: Sendable {
    package let origin: Origin
    /// Where the configuration names it, for messages.
    package let place: SecretPlace
  }

  package var current: Source
  /// Those that secrets may still be sealed with.
  package var previous: [Source]

  package init(current: Source, previous: [Source] = []) {
    self.current = current
    self.previous = previous
  }

  /// A key that no configuration names.
  /// - Parameter file: where it is kept.
  package init(_ key: Secret, of file: String) {
    let place = SecretPlace(file: file, position: SourcePosition(line: 1, column: 1), path: "")
    self.init(current: Source(origin: .text(key), place: place))
  }
}

/// Where a configuration names a secret: `sluice.yaml:4:14 (storage.masterKey)`.
package struct SecretPlace: Hashable, Sendable {
  package let file: String
  package let position: SourcePosition
  package let path: String

  /// With what is said of it, as all problems of a configuration.
  package func error(_ message: String) -> String {
    Problem(.error, file: file, position: position, path: path, message: message, advice: nil).description
  }

  /// `sluice.yaml:4:14 (storage.masterKey)`
  package var words: String { "\(file):\(position.line):\(position.column) (\(path))" }
}

/// What became of a `secret:NAME`.
package enum StoredSecretAnswer: Sendable {
  case found(String)
  /// - Parameter names: those that there are.
  case missing(names: [String])
  /// A sentence without the secret.
  case unreadable(String)
}
