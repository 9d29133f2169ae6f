import Foundation
import GatewayAdmin
import GatewayConfiguration
import GatewayCore
import GatewayStorage
import NIOPosix

/// Whether the Redis that limits are counted in is well.
enum RedisCheck {
  private static let area = "redis"
  private static let late = 20.0
  private static let skew = 2.0

  static func findings(of storage: SharedStorage) async -> [DoctorFinding] {
    let client: RedisClient
    do {
      client = RedisClient(try SharedLimits.dialer(storage), on: MultiThreadedEventLoopGroup.singleton.next())
    } catch {
      return [DoctorFinding(.error, area, "storage.shared: \(error)")]
    }
    defer { client.close() }
    do throws(RedisError) {
      try await client.connected()
      let clock = ContinuousClock()
      let began = clock.now
      let time = try await client.send(RedisCommand("TIME"))
      let milliseconds = (clock.now - began).inSeconds * 1000
      let rounded = String(format: "%.1f", milliseconds)
      var findings = [
        milliseconds > late
          ? DoctorFinding(
            .warning, area, "\(storage.address) answers after \(rounded) ms: each limited call waits for it",
            advice: "a Redis near the gateways; its slow log and CPU")
          : DoctorFinding(.ok, area, "\(storage.address) answers after \(rounded) ms")
      ]
      findings += skewed(time)
      findings += memory(try await client.send(RedisCommand("INFO", "memory")).text ?? "")
      return findings
    } catch {
      return [
        DoctorFinding(
          .error, area, "\(storage.address) cannot be used: \(error)",
          advice: error.fault ?? "each limit does what its `onFailure` says; see docs/shared-limits.md")
      ]
    }
  }

  /// Windows of limits begin and end by the gateways' clocks.
  private static func skewed(_ time: RedisValue) -> [DoctorFinding] {
    guard let seconds = time.elements?.first?.integer else { return [] }
    let difference = Date().timeIntervalSince1970 - Double(seconds)
    guard abs(difference) > skew else { return [] }
    return [
      DoctorFinding(
        .warning, "clock", "this machine's clock is \(Int(difference.rounded())) s from that of Redis",
        advice: "let both follow NTP: `timedatectl`, chrony")
    ]
  }

  /// Counters that Redis drops would let callers in again.
  private static func memory(_ info: String) -> [DoctorFinding] {
    let members = Dictionary(
      info.split(whereSeparator: \.isNewline).compactMap { line -> (Substring, Substring)? in
        guard let colon = line.firstIndex(of: ":") else { return nil }
        return (line[..<colon], line[line.index(after: colon)...])
      }, uniquingKeysWith: { first, _ in first })
    guard let policy = members["maxmemory_policy"], let limit = Int64(members["maxmemory"] ?? "0"), limit > 0 else {
      return []
    }
    var findings: [DoctorFinding] = []
    if policy != "noeviction" {
      findings.append(
        DoctorFinding(
          .warning, area, "its maxmemory-policy is \(policy): counters that it drops begin at 0 again",
          advice: "`maxmemory-policy noeviction`, in a Redis that only limits use"))
    }
    if let used = Int64(members["used_memory"] ?? "0"), used / 9 > limit / 10 {
      findings.append(
        DoctorFinding(
          .warning, area, "its memory is used up to \(used * 100 / limit) %", advice: "raise `maxmemory`"))
    }
    return findings
  }
}
