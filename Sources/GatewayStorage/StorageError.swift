import GRDB

/// Why the store cannot be used: what happened and what to do, in one sentence.
package enum StorageError: Error, Hashable, CustomStringConvertible {
  case directoryMissing(path: String)
  case cannotOpen(path: String, reason: String)
  case notADatabase(path: String)
  case newerVersion(path: String)
  case readOnly(path: String)
  case diskFull(path: String)
  case busy(path: String)
  case damaged(path: String, reason: String)
  case pepperMissing(path: String)
  case pepperMismatch(path: String, pepper: String)
  case pepperUnusable(path: String, reason: String)
  /// Another node has made the database, and with it the secret.
  case sharedPepperMissing(path: String, database: String)
  /// The file that says which node this is.
  case nodeFile(path: String, reason: String)
  /// Nothing has been recorded yet.
  case noLedger(path: String)
  /// A file of audit records.
  case auditFile(path: String, reason: String)
  /// Why one database is not copied into another.
  case notCopied(reason: String)
  /// What PostgreSQL, or the way to it, has said.
  case server(PostgresError)
  case other(path: String, reason: String)

  /// The same may work later, with the same server or without one.
  package var mayPass: Bool {
    switch self {
    case .busy, .diskFull, .readOnly: true
    default: isOutage
    }
  }

  /// The server is away: the same may work later.
  package var isOutage: Bool {
    switch self {
    case .server(let error): error.isOutage
    default: false
    }
  }

  package var description: String {
    switch self {
    case .directoryMissing(let path):
      "the directory of the database '\(path)' does not exist; create it or change storage.database"
    case .cannotOpen(let path, let reason):
      "cannot open the database '\(path)': \(reason); check the path and its permissions"
    case .notADatabase(let path):
      "'\(path)' is not an SQLite database; name another file in storage.database or move this one away"
    case .newerVersion(let path):
      "the database '\(path)' was written by a newer version of sluice; run that version or restore an older copy"
    case .readOnly(let path):
      "the database '\(path)' cannot be written; make the file and its directory writable for this user"
    case .diskFull(let path):
      "no space left for the database '\(path)'; free some and try again"
    case .busy(let path):
      "the database '\(path)' stayed locked by another process for 5 s; try again or end that process"
    case .damaged(let path, let reason):
      "the database '\(path)' is damaged (\(reason)); restore it from a copy"
    case .pepperMissing(let path):
      "the secret file '\(path)' is gone, and without it no issued key can be checked; restore it, or delete the "
        + "database beside it and issue new keys"
    case .pepperMismatch(let path, let pepper):
      "the secret file '\(pepper)' does not belong to the database '\(path)'; restore the right one, or delete both "
        + "and issue new keys"
    case .pepperUnusable(let path, let reason):
      "cannot use the secret file '\(path)': \(reason)"
    case .sharedPepperMissing(let path, let database):
      "the database '\(database)' has keys, but the secret file '\(path)' under which they are hashed is not here; copy it from "
        + "the node that made the database, or name it in storage.pepper"
    case .nodeFile(let path, let reason):
      "cannot use '\(path)', which tells this node from the others: \(reason); make its directory writable, or name another "
        + "with --data"
    case .noLedger(let path):
      "cannot open the database '\(path)': there is no ledger yet; make a call, or check the path"
    case .auditFile(let path, let reason):
      "cannot use the audit file '\(path)': \(reason); make its directory usable, or name another in audit.directory"
    case .notCopied(let reason): "nothing was copied: \(reason)"
    case .server(let error): error.description
    case .other(let path, let reason):
      "the database '\(path)' failed: \(reason)"
    }
  }

  init(_ error: any Error, path: String) {
    guard let error = error as? DatabaseError else {
      self = error as? StorageError ?? .other(path: path, reason: "\(error)")
      return
    }
    let reason = error.message ?? "SQLite error \(error.resultCode.rawValue)"
    switch error.resultCode {
    case .SQLITE_CANTOPEN, .SQLITE_PERM, .SQLITE_AUTH: self = .cannotOpen(path: path, reason: reason)
    case .SQLITE_NOTADB: self = .notADatabase(path: path)
    case .SQLITE_READONLY: self = .readOnly(path: path)
    case .SQLITE_FULL: self = .diskFull(path: path)
    case .SQLITE_BUSY, .SQLITE_LOCKED: self = .busy(path: path)
    case .SQLITE_CORRUPT, .SQLITE_IOERR: self = .damaged(path: path, reason: reason)
    default: self = .other(path: path, reason: reason)
    }
  }

  init(_ error: any Error, server: String) {
    switch error {
    case let error as StorageError: self = error
    case .newerVersion as PostgresError: self = .newerVersion(path: server)
    case let error as PostgresError: self = .server(error)
    default: self = .other(path: server, reason: "\(error)")
    }
  }
}
