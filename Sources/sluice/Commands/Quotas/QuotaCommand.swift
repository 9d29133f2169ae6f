import ArgumentParser
import GatewayAdmin
import GatewayConfiguration
import GatewayCore
import GatewayStorage
import NIOCore
import NIOPosix

extension QuotaDesk {
  /// Opens what the configuration names, for as long as `body` runs. What it throws is said in a sentence, with 1 as the exit code.
  static func run(_ location: ConfigurationLocation, _ body: (QuotaDesk) async throws -> Void) async throws {
    do {
      let source = ConfigurationSource(location, gateway: nil, admin: nil)
      let first = source.load(revision: 1, stored: .none)
      guard let start = first.start else { throw StartFailure(ConfigurationSource.summary(of: first)) }
      let store = try await source.openStore(at: start.database, serves: false)
      try await with(try await source.snapshot(with: store), store, start.shared, body)
      try await store.close()
    } catch let failure as StartFailure {
      try refuse(failure.message)
    } catch let fault as QuotaFault {
      let advice =
        switch fault.subject {
        case .missing: " with --for"
        case .superfluous: "; leave --for out"
        case nil: ""
        }
      try refuse("\(fault)\(advice)")
    } catch let error as StorageError {
      try refuse("\(error)")
    } catch let error as RedisError {
      try refuse("\(error)")
    }
  }

  /// A desk where limits are counted: in the database of one gateway, or in the Redis of several.
  static func with<Result>(
    _ snapshot: GatewaySnapshot, _ store: DatabaseStore, _ shared: SharedStorage?,
    _ body: (QuotaDesk) async throws -> Result
  ) async throws -> Result {
    guard let shared else { return try await body(QuotaDesk(snapshot, store: store, shared: nil)) }
    let client = RedisClient(try SharedLimits.dialer(shared), on: MultiThreadedEventLoopGroup.singleton.any())
    defer { client.close() }
    try await client.connected()
    let quotas = RedisQuotas(client, installation: shared.installation)
    return try await body(QuotaDesk(snapshot, store: store, shared: quotas))
  }

  private static func refuse(_ message: String) throws {
    ErrorOutput.write("sluice: \(message)\n")
    throw ExitCode(1)
  }
}
