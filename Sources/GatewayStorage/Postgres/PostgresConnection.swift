import CLibPQ

/// One connection, in the hands of one thread at a time. Its calls block that thread, never longer than the settings allow.
package final class PostgresConnection {
  let library: PostgresLibrary
  private let settings: PostgresSettings
  private let handle: OpaquePointer
  private let socket: PostgresSocket
  /// Cancels what is under way; set for one piece of work.
  var ticket: PostgresTicket? {
    didSet {
      oldValue?.works(by: nil)
      socket.wake.drain()
      ticket?.works(by: socket.wake)
    }
  }
  /// It is of no use any more.
  private(set) var isBroken = false
  /// For each statement, on this side.
  private var limit: Duration

  var functions: LibPQ { library.functions }

  init(_ handle: OpaquePointer, _ socket: PostgresSocket, _ settings: PostgresSettings, _ library: PostgresLibrary) {
    self.handle = handle
    self.socket = socket
    self.settings = settings
    self.library = library
    limit = settings.statementTimeout + Self.grace
  }

  deinit { functions.PQfinish(handle) }

  // 1 s: the server's own time-out comes first and keeps the connection; beyond it the server hangs.
  private static let grace: Duration = .seconds(1)

  /// Runs one statement.
  /// - Parameter parameters: for `$1`, `$2` …
  package func query(_ sql: String, _ parameters: [PostgresValue?] = []) throws(PostgresError) -> PostgresRows {
    try run { PostgresParameters(parameters).send(sql, on: handle, by: functions) }
  }

  /// Runs statements without parameters, separated by semicolons, and returns the answer to the last.
  @discardableResult
  package func execute(_ script: String) throws(PostgresError) -> PostgresRows {
    try run { functions.PQsendQuery(handle, script) == 1 }
  }

  /// Lets the statements of the present transaction take longer.
  func extendTransaction(to limit: Duration) throws(PostgresError) {
    self.limit = limit + Self.grace
    try execute("SET LOCAL statement_timeout TO \(limit.wholeMilliseconds)")
  }

  /// Puts everything back for the next piece of work.
  func finish() {
    ticket = nil
    limit = settings.statementTimeout + Self.grace
    // Work that left a transaction open.
    if functions.PQtransactionStatus(handle) != PQTRANS_IDLE { isBroken = true }
  }

  var isInFailedTransaction: Bool { functions.PQtransactionStatus(handle) == PQTRANS_INERROR }

  /// Whether it can take the next piece of work. The server says something to an idle connection when it closes it, and hardly
  /// otherwise.
  var isAlive: Bool { !isBroken && functions.PQstatus(handle) == CONNECTION_OK && !socket.isReadable }

  func quoted(identifier: String) -> String {
    let quoted = functions.PQescapeIdentifier(handle, identifier, identifier.utf8.count)
    defer { functions.PQfreemem(quoted) }
    return quoted.map { String(cString: $0) } ?? "\"\""
  }

  /// Waits for notifications and returns those that came; none after `limit`, or when it was woken.
  func notifications(within limit: Duration) throws(PostgresError) -> [(channel: String, payload: String)] {
    var found: [(String, String)] = []
    collect(&found)
    guard found.isEmpty else { return found }
    if socket.wait(for: .reading, until: .now + limit) == .ready {
      guard functions.PQconsumeInput(handle) == 1 else { throw lost() }
      collect(&found)
    }
    return found
  }

  private func collect(_ found: inout [(String, String)]) {
    while let notification = functions.PQnotifies(handle) {
      found.append((String(cString: notification.pointee.relname), String(cString: notification.pointee.extra)))
      functions.PQfreemem(notification)
    }
  }

  private func run(_ send: () -> Bool) throws(PostgresError) -> PostgresRows {
    if isBroken { throw .connectionLost(reason: "an earlier statement ended it") }
    if ticket?.isCancelled == true { throw .cancelled }
    guard send() else {
      throw functions.PQstatus(handle) == CONNECTION_OK ? .statement(sqlState: "", message: message) : lost()
    }
    var deadline = ContinuousClock.now + limit
    var isCancelling = false
    func wait(for readiness: PostgresSocket.Readiness) throws(PostgresError) {
      switch socket.wait(for: readiness, until: deadline) {
      case .ready: if functions.PQconsumeInput(handle) != 1 { throw lost() }
      case .woken:
        guard !isCancelling, ticket?.isCancelled == true else { return }
        isCancelling = true
        deadline = min(deadline, .now + Self.grace)
        cancel()
      case .timedOut:
        isBroken = true
        throw isCancelling ? .cancelled : .timedOut
      }
    }
    while case let left = functions.PQflush(handle), left != 0 {
      guard left > 0 else { throw lost() }
      try wait(for: .both)
    }
    var rows: PostgresRows?
    var failure: PostgresError?
    while true {
      while functions.PQisBusy(handle) == 1 { try wait(for: .reading) }
      guard let result = functions.PQgetResult(handle) else { break }
      do throws(PostgresError) { rows = try accept(result) } catch { failure = failure ?? error }
      if isBroken { break }
    }
    if functions.PQstatus(handle) != CONNECTION_OK { throw lost(failure) }
    if let failure {
      // It may lead to the new primary the next time.
      if failure == .readOnly { isBroken = true }
      throw isCancelling && failure == .timedOut ? .cancelled : failure
    }
    guard let rows else { throw lost() }
    return rows
  }

  private func accept(_ result: OpaquePointer) throws(PostgresError) -> PostgresRows {
    switch functions.PQresultStatus(result) {
    case PGRES_COMMAND_OK, PGRES_TUPLES_OK, PGRES_EMPTY_QUERY: return PostgresRows(result, library)
    case PGRES_COPY_IN, PGRES_COPY_OUT, PGRES_COPY_BOTH:
      functions.PQclear(result)
      isBroken = true
      throw .statement(sqlState: "0A000", message: "COPY is not spoken here")
    default:
      defer { functions.PQclear(result) }
      throw PostgresError(
        sqlState: field(PostgresField.sqlState, of: result), message: field(PostgresField.message, of: result),
        constraint: field(PostgresField.constraint, of: result))
    }
  }

  private func field(_ code: CInt, of result: OpaquePointer) -> String {
    functions.PQresultErrorField(result, code).map { String(cString: $0) } ?? ""
  }

  private func cancel() {
    guard let request = functions.PQgetCancel(handle) else { return }
    var reason = [CChar](repeating: 0, count: 256)
    _ = functions.PQcancel(request, &reason, CInt(reason.count))
    functions.PQfreeCancel(request)
  }

  private var message: String { functions.firstLine(of: handle) }

  private func lost(_ cause: PostgresError? = nil) -> PostgresError {
    isBroken = true
    if case .connectionLost = cause, let cause { return cause }
    return .connectionLost(reason: message)
  }
}

/// `PG_DIAG_…`: characters, which Swift does not import as numbers.
private enum PostgresField {
  static let sqlState = CInt(UInt8(ascii: "C"))
  static let message = CInt(UInt8(ascii: "M"))
  static let constraint = CInt(UInt8(ascii: "n"))
}

extension LibPQ {
  /// What libpq says of the last failure.
  func firstLine(of handle: OpaquePointer) -> String {
    let text = PQerrorMessage(handle).map { String(cString: $0) } ?? ""
    return text.split(separator: "\n").first.map(String.init) ?? "the server closed the connection"
  }
}

extension Duration {
  var wholeMilliseconds: Int64 { components.seconds * 1000 + components.attoseconds / 1_000_000_000_000_000 }
}
