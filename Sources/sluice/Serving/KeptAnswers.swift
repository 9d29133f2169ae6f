import GatewayAdmin
import GatewayConfiguration
import GatewayCore
import GatewayPolicies
import GatewayProxy
import GatewayStorage
import GatewayTelemetry
import NIOCore

/// Where answers are kept: in the memory of this gateway, or in the Redis that several share.
struct KeptAnswers: Sendable {
  // Calls wait no longer for an answer that may not be there.
  private static let patience: Duration = .milliseconds(250)

  private let memory: SharedAnswers
  private let shared: RedisAnswers?

  /// - Parameter storage: nil: nothing is shared.
  init(_ storage: SharedStorage?, _ settings: CacheSettings) throws {
    memory = SharedAnswers(capacity: settings.memory)
    do throws(RedisError) {
      shared = try storage.map { storage throws(RedisError) in try Self.open(storage) }
    } catch {
      throw StartFailure("storage.shared: \(error)")
    }
  }

  static func open(_ storage: SharedStorage) throws(RedisError) -> RedisAnswers {
    RedisAnswers(
      try SharedLimits.dialer(storage, patience: patience), installation: storage.installation)
  }

  /// Of each event loop.
  var stores: GatewayServer.AnswerStoreMaker {
    { [memory, shared] loop in
      guard let shared else { return memory }
      return shared.store(on: loop)
    }
  }

  /// - Returns: how many there were; nil: nobody knows.
  func forget(_ selection: AnswerSelection) async throws -> Int? {
    guard let shared else { return memory.forget(selection) }
    try await shared.forget(selection)
    return nil
  }

  func report(to telemetry: Telemetry) {
    telemetry.readCache { [memory, shared] in
      var state = Telemetry.CacheState()
      (state.entries, state.bytes, state.evictions) = memory.readings
      state.errors = shared?.errors ?? 0
      return state
    }
  }

  /// For the admin API.
  func state(of snapshot: GatewaySnapshot?) -> CacheRoutes.State {
    var state = CacheRoutes.State(
      store: shared == nil ? .memory : .redis, isOn: snapshot?.cache != nil, errors: shared?.errors ?? 0)
    guard shared == nil else { return state }
    let readings = memory.readings
    state.entries = readings.entries
    state.bytes = readings.bytes
    state.evictions = readings.evictions
    state.maximumBytes = snapshot?.cacheSettings.memory
    return state
  }

  func close() { shared?.close() }
}
