import Foundation
import GatewayConfiguration
import GatewayCore
import GatewayStorage
import GatewayTelemetry
import Logging
import Synchronization

extension DatabaseStorage {
  /// A server has its database, whether or not it has tables.
  var isThere: Bool {
    switch place {
    case .sqlite(let path): FileManager.default.fileExists(atPath: path)
    case .postgres: true
    }
  }

  /// The same as stores understand it.
  func location() throws -> DatabaseLocation {
    let pepper: DatabaseLocation.PepperSource?
    switch self.pepper {
    case .file(let path): pepper = .file(path: path)
    case .value(let digits): pepper = digits.reveal { .hexadecimal($0) }
    case nil: pepper = nil
    }
    switch place {
    case .sqlite(let path): return DatabaseLocation(.sqlite(path: path), files: files, pepper: pepper)
    case .postgres(let storage):
      return DatabaseLocation(.postgres(try storage.settings()), files: files, pepper: pepper)
    }
  }
}

extension PostgresStorage {
  fileprivate func settings() throws -> PostgresSettings {
    do throws(PostgresError) {
      var settings = try PostgresSettings(url: url.reveal { $0 })
      settings.password = password
      settings.certificateAuthority = certificateAuthority
      settings.connections = pool
      settings.connectTimeout = timeout
      settings.statementTimeout = timeout
      return settings
    } catch {
      throw StartFailure("storage.database: \(error)")
    }
  }
}

/// Tells the operator how the database fares: each change once, in the log and in a metric.
final class DatabaseWatch: Sendable {
  private let logger: Logger
  private let state = Mutex<(isUp: Bool, telemetry: Telemetry?)>((true, nil))

  init(_ logger: Logger) { self.logger = logger }

  func report(to telemetry: Telemetry) {
    telemetry.databaseIs(
      up: state.withLock { state in
        state.telemetry = telemetry
        return state.isUp
      })
  }

  func take(_ event: StoreEvent) {
    switch event {
    case .lost(let error):
      set(isUp: false)
      logger.error(
        "the database does not answer: keys stay as they are known until it does", metadata: ["problem": "\(error)"])
    case .back:
      set(isUp: true)
      logger.notice("the database answers again")
    case .servedByAnother:
      logger.error(
        """
        another gateway serves on the same database file: each counts limits for itself and writes over what the other has \
        counted; end one of them, or name a PostgreSQL in storage.database
        """)
    case .notWritten(let error): logger.error("the database was not written", metadata: ["problem": "\(error)"])
    }
  }

  private func set(isUp: Bool) {
    let telemetry = state.withLock { state in
      state.isUp = isUp
      return state.telemetry
    }
    telemetry?.databaseIs(up: isUp)
  }
}
