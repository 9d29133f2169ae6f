import GatewayAdmin
import GatewayConfiguration
import GatewayCore
import GatewayStorage
import NIOCore
import NIOPosix

extension QuotaDesk {
  /// Opens what the configuration names, for as long as `body` runs. What it throws is said in a sentence, with 1 as the exit code.
  static func run(_ location: ConfigurationLocation, _ body: (QuotaDesk) async throws -> Void) async throws {
    let source = ConfigurationSource(location, gateway: nil, admin: nil)
    try await tellingFaults {
      let first = source.load(revision: 1, stored: .none)
      guard let start = first.start else { throw StartFailure(ConfigurationSource.summary(of: first)) }
      try await source.withStore(at: start.database) { store in
        do {
          try await with(try await source.snapshot(with: store), store, start.shared, body)
        } catch let fault as QuotaFault {
          throw StartFailure("\(fault)\(advice(on: fault))")
        }
      }
    }
  }

  private static func advice(on fault: QuotaFault) -> String {
    switch fault.subject {
    case .missing: " with --for"
    case .superfluous: "; leave --for out"
    case nil: ""
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
}
