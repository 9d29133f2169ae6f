/// Why PostgreSQL did not do what it was asked.
package enum PostgresError: Error, Hashable, CustomStringConvertible {
  case libraryMissing(reason: String)
  case invalidAddress(reason: String)
  /// No connection could be made.
  case unreachable(server: String, reason: String)
  /// The server was reached and did not let us in.
  case refused(server: String, reason: String)
  /// The connection broke. What was under way may have been carried out.
  case connectionLost(reason: String)
  /// Longer than the settings allow. What was under way may have been carried out only if the server hung.
  case timedOut
  /// More statements are waiting than the settings allow; this one was not run.
  case overloaded
  case cancelled
  case closed
  case uniqueViolation(constraint: String)
  /// Two transactions got in each other's way (40001, 40P01): the whole transaction may be tried again.
  case serializationFailure(message: String)
  /// The server is a replica, or closed for changes.
  case readOnly
  case diskFull
  /// The database has migrations that this program does not know.
  case newerVersion(found: Int, known: Int)
  /// Any other refusal. Its message may name columns and types, and hold values of the statement.
  case statement(sqlState: String, message: String)

  /// Whether the same transaction, run again at once, may succeed.
  package var isWorthRepeating: Bool { if case .serializationFailure = self { true } else { false } }

  /// The server is away, or of no use for the moment: the same may work later.
  package var isOutage: Bool {
    switch self {
    case .unreachable, .refused, .connectionLost, .timedOut, .overloaded, .cancelled, .readOnly, .diskFull: true
    case .libraryMissing, .invalidAddress, .closed, .uniqueViolation, .serializationFailure, .newerVersion, .statement:
      false
    }
  }

  package var description: String {
    switch self {
    case .libraryMissing(let reason):
      "PostgreSQL needs libpq, which cannot be loaded (\(reason)); install the package libpq5"
    case .invalidAddress(let reason): "cannot use this address of PostgreSQL: \(reason)"
    case .unreachable(let server, let reason): "PostgreSQL at \(server) cannot be reached: \(reason)"
    case .refused(let server, let reason): "PostgreSQL at \(server) refused the connection: \(reason)"
    case .connectionLost(let reason): "the connection to PostgreSQL was lost: \(reason)"
    case .timedOut: "PostgreSQL took too long"
    case .overloaded: "too many statements are waiting for PostgreSQL"
    case .cancelled: "the statement was cancelled"
    case .closed: "the connections to PostgreSQL have been closed"
    case .uniqueViolation(let constraint): "PostgreSQL has such a row already ('\(constraint)')"
    case .serializationFailure(let message): "PostgreSQL could not order two transactions: \(message)"
    case .readOnly: "PostgreSQL takes no changes; storage.database must name a primary server"
    case .diskFull: "PostgreSQL has no space left; free some and try again"
    case .newerVersion(let found, let known):
      "the database has version \(found), written by a newer version of sluice; this one knows up to \(known)"
    case .statement(let sqlState, let message): "PostgreSQL refused a statement: \(message) (\(sqlState))"
    }
  }

  /// - Parameters:
  ///   - sqlState: five characters, as in appendix A of PostgreSQL's manual.
  ///   - constraint: the name of the one that was violated, or empty.
  init(sqlState: String, message: String, constraint: String) {
    switch sqlState {
    case "23505": self = .uniqueViolation(constraint: constraint)
    case "40001", "40P01": self = .serializationFailure(message: message)
    case "25006": self = .readOnly
    case "53100": self = .diskFull
    case "57014": self = .timedOut
    case "57P01", "57P02", "57P03", "57P05": self = .connectionLost(reason: message)
    case _ where sqlState.hasPrefix("08"): self = .connectionLost(reason: message)
    default: self = .statement(sqlState: sqlState, message: message)
    }
  }
}
