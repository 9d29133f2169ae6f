/// Which database, and where the files of this node are.
package struct DatabaseLocation: Sendable {
  package enum Place: Sendable {
    case sqlite(path: String)
    case postgres(PostgresSettings)
  }

  /// The secret under which keys are hashed.
  package enum PepperSource: Hashable, Sendable {
    /// Made with the database, where it is not there yet.
    case file(path: String)
    case bytes([UInt8])

    /// nil: `digits` are not 64 hexadecimal digits.
    package static func hexadecimal(_ digits: String) -> PepperSource? {
      Pepper.hexadecimal(digits.utf8).map { .bytes($0) }
    }
  }

  package let place: Place
  /// What the names of this node's own files begin with: the path of an SQLite database, or any name beside PostgreSQL.
  package let files: String
  package let pepper: PepperSource

  /// - Parameter pepper: nil: the file beside the others.
  package init(_ place: Place, files: String, pepper: PepperSource? = nil) {
    self.place = place
    self.files = files
    self.pepper = pepper ?? .file(path: files + ".pepper")
  }

  package static func sqlite(path: String) -> DatabaseLocation { DatabaseLocation(.sqlite(path: path), files: path) }

  /// For messages: a path, or an address without credentials.
  package var name: String {
    switch place {
    case .sqlite(let path): path
    case .postgres(let settings): settings.server
    }
  }

  /// Where the journal of the ledger lies.
  package var journal: String { files + ".journal" }
}
