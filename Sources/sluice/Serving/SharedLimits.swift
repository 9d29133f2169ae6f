import GatewayConfiguration
import GatewayCore
import GatewayStorage
import Logging
import NIOCore

/// Limits that are counted in Redis, from the settings of `storage`.
enum SharedLimits {
  /// - Throws: `StartFailure` where the settings cannot be used. A Redis that is away only makes each limit do what it says
  ///   for that.
  static func open(_ storage: SharedStorage, capacity: Int, _ logger: Logger) throws -> RedisLimits {
    do throws(RedisError) {
      var settings = RedisLimits.Settings()
      settings.installation = storage.installation
      settings.lease = storage.lease
      settings.capacity = capacity
      return RedisLimits(try dialer(storage), settings) { event in
        switch event {
        case .lost(let error):
          logger.error(
            "limits are not shared: Redis does not answer",
            metadata: ["at": "\(storage.address)", "reason": "\(error)"])
        case .misconfigured(let error, let fault):
          logger.error(
            "limits are not shared: Redis refuses what the configuration says",
            metadata: ["at": "\(storage.address)", "problem": "\(fault)", "reason": "\(error)"])
        case .back: logger.notice("limits are shared again: Redis answers", metadata: ["at": "\(storage.address)"])
        }
      }
    } catch {
      throw StartFailure("storage.shared: \(error)")
    }
  }

  /// To the Redis of the settings.
  ///
  /// - Parameter patience: for an answer, where the settings allow more.
  static func dialer(
    _ storage: SharedStorage, patience: Duration = .seconds(60)
  ) throws(RedisError) -> RedisDialer {
    let timeout = min(storage.timeout, patience)
    var redis = try RedisSettings(url: storage.url.reveal { $0 })
    redis.certificateAuthority = storage.certificateAuthority
    redis.commandTimeout = TimeAmount(timeout)
    redis.connectTimeout = TimeAmount(timeout * 2)
    redis.pauses = .milliseconds(100) ... .seconds(2)
    return try RedisDialer(redis)
  }
}
