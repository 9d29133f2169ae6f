import GatewayConfiguration
import GatewayCore
import GatewayStorage

/// Opens the ledger that the configuration names, to read it.
enum LedgerAccess {
  static func with(
    _ location: ConfigurationLocation, _ body: (LedgerReader, ZoneOffsets) throws -> Void
  ) async throws {
    try await tellingFaults {
      let source = ConfigurationSource(location, gateway: nil, admin: nil)
      let result = source.load(revision: 1, stored: .none)
      guard let database = result.database else { throw StartFailure(ConfigurationSource.summary(of: result)) }
      let reader = try LedgerReader(try database.location())
      defer { reader.close() }
      try body(reader, result.start?.ledger.zone ?? .utc)
    }
  }
}
