import CLibPQ
import GatewayCore

extension PostgresConnection {
  /// Connects, logs in and prepares the session, within the time-out for connections but for the look-up of the name, which
  /// the system bounds. Blocks.
  static func open(
    _ settings: PostgresSettings, _ library: PostgresLibrary, wake: PostgresWake = PostgresWake(),
    ticket: PostgresTicket? = nil
  ) throws(PostgresError) -> PostgresConnection {
    let functions = library.functions
    guard let handle = start(settings, functions) else {
      throw .unreachable(server: settings.server, reason: "out of memory")
    }
    do throws(PostgresError) {
      try establish(handle, settings, functions, wake, ticket)
    } catch {
      functions.PQfinish(handle)
      throw error
    }
    _ = functions.PQsetNoticeReceiver(handle, libpq_drop_notice, nil)
    _ = functions.PQsetnonblocking(handle, 1)
    let socket = PostgresSocket(descriptor: functions.PQsocket(handle), wake: wake)
    let connection = PostgresConnection(handle, socket, settings, library)
    try connection.execute(
      """
      SET statement_timeout TO \(settings.statementTimeout.wholeMilliseconds); SET bytea_output TO hex; \
      SET timezone TO 'UTC'; SET datestyle TO ISO
      """)
    return connection
  }

  private static func start(_ settings: PostgresSettings, _ functions: LibPQ) -> OpaquePointer? {
    settings.url.reveal { url in
      // The address may say otherwise for all before it, and for none after it.
      let options =
        [
          ("fallback_application_name", "sluice"), ("keepalives_idle", "30"), ("keepalives_interval", "10"),
          ("dbname", url), ("client_encoding", "UTF8"),
        ] + settings.overrides
      let words = options.map { (Array($0.0.utf8CString), Array($0.1.utf8CString)) }
      return withPointers(words.map(\.0)) { keywords in
        withPointers(words.map(\.1)) { values in functions.PQconnectStartParams(keywords, values, 1) }
      }
    }
  }

  /// Lends a list of C strings that ends with null.
  private static func withPointers<Result>(
    _ texts: [[CChar]], _ body: (UnsafePointer<UnsafePointer<CChar>?>?) -> Result
  ) -> Result {
    let joined = texts.flatMap { $0 }
    return joined.withUnsafeBufferPointer { base in
      var pointers: [UnsafePointer<CChar>?] = []
      var offset = 0
      for text in texts {
        pointers.append(base.baseAddress.map { $0 + offset })
        offset += text.count
      }
      pointers.append(nil)
      return pointers.withUnsafeBufferPointer { body($0.baseAddress) }
    }
  }

  private static func establish(
    _ handle: OpaquePointer, _ settings: PostgresSettings, _ functions: LibPQ, _ wake: PostgresWake,
    _ ticket: PostgresTicket?
  ) throws(PostgresError) {
    let deadline = ContinuousClock.now + settings.connectTimeout
    ticket?.works(by: wake)
    defer { ticket?.works(by: nil) }
    // libpq: before the first poll, behave as if it had asked to write.
    var step = PGRES_POLLING_WRITING
    guard functions.PQstatus(handle) != CONNECTION_BAD else { throw failure(handle, settings, functions) }
    while step != PGRES_POLLING_OK {
      guard step != PGRES_POLLING_FAILED else { throw failure(handle, settings, functions) }
      // The socket changes from one address of the server to the next.
      let socket = PostgresSocket(descriptor: functions.PQsocket(handle), wake: wake)
      switch socket.wait(for: step == PGRES_POLLING_READING ? .reading : .writing, until: deadline) {
      case .ready: step = functions.PQconnectPoll(handle)
      case .woken: if ticket?.isCancelled == true { throw .cancelled }
      case .timedOut: throw .unreachable(server: settings.server, reason: "no connection in time")
      }
    }
  }

  private static func failure(
    _ handle: OpaquePointer, _ settings: PostgresSettings, _ functions: LibPQ
  ) -> PostgresError {
    let text = functions.PQerrorMessage(handle).map { String(cString: $0) } ?? ""
    let lines = text.split(separator: "\n").map(String.init)
    // The server's own words, behind the address that libpq puts before them.
    if let fatal = lines.last(where: { $0.contains("FATAL:") }), let start = fatal.firstRange(of: "FATAL:") {
      let reason = String(fatal[start.upperBound...].drop { $0 == " " })
      let isTemporary = reason.hasPrefix("the database system is")
      return isTemporary
        ? .unreachable(server: settings.server, reason: reason) : .refused(server: settings.server, reason: reason)
    }
    return .unreachable(server: settings.server, reason: lines.joined(separator: " "))
  }
}
