import ArgumentParser
import Foundation
import GatewayConfiguration
import GatewayCore
import GatewayPolicies
import GatewayStorage
import NIOCore
import NIOPosix

/// The quotas of a configuration, where they are counted: in the database of one gateway, whose process takes changes up, or in
/// the Redis of several.
struct QuotaDesk {
  private let snapshot: GatewaySnapshot
  private let store: any QuotaChanges
  private let shared: RedisQuotas?

  /// Opens what the configuration names, for as long as `body` runs. What it throws is said in a sentence, with 1 as the exit code.
  static func run(_ location: ConfigurationLocation, _ body: (QuotaDesk) async throws -> Void) async throws {
    do {
      let source = ConfigurationSource(location, gateway: nil, admin: nil)
      let result = source.load(revision: 1, stored: .none)
      guard let snapshot = result.snapshot, let start = result.start else {
        throw StartFailure(ConfigurationSource.summary(of: result))
      }
      let store = try await source.openStore(at: start.database, serves: false)
      if let storage = start.shared {
        let client = RedisClient(
          try SharedLimits.dialer(storage), on: MultiThreadedEventLoopGroup.singleton.any())
        defer { client.close() }
        try await client.connected()
        let shared = RedisQuotas(client, installation: storage.installation)
        try await body(QuotaDesk(snapshot: snapshot, store: store, shared: shared))
      } else {
        try await body(QuotaDesk(snapshot: snapshot, store: store, shared: nil))
      }
      try await store.close()
    } catch let failure as StartFailure {
      try refuse(failure.message)
    } catch let error as StorageError {
      try refuse("\(error)")
    } catch let error as RedisError {
      try refuse("\(error)")
    }
  }

  private static func refuse(_ message: String) throws {
    ErrorOutput.write("sluice: \(message)\n")
    throw ExitCode(1)
  }

  func quota(_ name: String) throws -> Limit {
    if let limit = snapshot.quotas.first(where: { $0.quota?.name == name }) { return limit }
    let names = snapshot.quotas.compactMap { $0.quota?.name }
    let near = nearestNames(to: name, among: names, limit: 3)
    let advice = near.isEmpty ? "add it under `limits:`" : "did you mean \(near.joined(separator: ", "))?"
    throw StartFailure("the configuration has no quota '\(name)'; \(advice)")
  }

  // MARK: Changes

  func change(_ limit: Limit, for named: String?, by amount: QuotaChange.Amount) async throws {
    let subject = try subject(named, of: limit)
    if let shared {
      _ = try await shared.apply(amount, to: limit, subject: subject, now: .now)
    } else {
      try await store.add(QuotaChange(limit: limit.id, subject: subject, amount: amount))
    }
    let row = try await rows(of: limit, { $0 == subject }).first
    print(row?.line ?? "")
  }

  private func subject(_ named: String?, of limit: Limit) throws -> String {
    let name = limit.quota?.name ?? ""
    guard limit.key != .all else {
      if named != nil {
        throw StartFailure("the quota '\(name)' has no 'by', so it is nobody's alone; leave --for out")
      }
      return ""
    }
    guard let named, !named.isEmpty else {
      throw StartFailure("the quota '\(name)' is counted by \(limit.key.words); say whose with --for")
    }
    switch limit.key {
    case .consumer:
      guard snapshot.consumers.contains(where: { $0.name == named }) else {
        let near = nearestNames(to: named, among: snapshot.consumers.map(\.name), limit: 3)
        let advice = near.isEmpty ? "" : "; did you mean \(near.joined(separator: ", "))?"
        throw StartFailure("the configuration has no consumer '\(named)'\(advice)")
      }
      return named
    case .ip: return LimitSubject.bounded(LimitSubject.network(named))
    case .cookie: return LimitSubject.hashed(named)
    default: return LimitSubject.bounded(named)
    }
  }

  // MARK: What is left

  /// - Parameter consumer: nil: of all.
  func rows(of consumer: String?) async throws -> [QuotaRow] {
    guard let consumer else {
      var rows: [QuotaRow] = []
      for limit in snapshot.quotas { rows += try await self.rows(of: limit) { _ in true } }
      return rows
    }
    guard let found = snapshot.consumers.first(where: { $0.name == consumer }) else {
      throw StartFailure("the configuration has no consumer '\(consumer)'")
    }
    var rows: [QuotaRow] = []
    for limit in snapshot.quotas {
      if found.limits.contains(where: { $0 === limit }) {
        rows += try await self.rows(of: limit) { _ in true }
      } else if limit.key == .consumer {
        rows += try await self.rows(of: limit) { $0 == consumer }
      }
    }
    return rows
  }

  private func rows(of limit: Limit, _ isWanted: (String) -> Bool) async throws -> [QuotaRow] {
    let now = WallTime.now
    var used = try await used(of: limit, now: now)
    switch limit.key {
    case .all: used[""] = used[""] ?? 0
    case .consumer: for consumer in snapshot.consumers { used[consumer.name] = used[consumer.name] ?? 0 }
    default: break
    }
    return used.filter { isWanted($0.key) }.sorted { $0.key < $1.key }.map {
      QuotaRow(limit, subject: $0.key, used: $0.value, now: now)
    }
  }

  /// By subject.
  private func used(of limit: Limit, now: WallTime) async throws -> [String: Int64] {
    if let shared {
      return Dictionary(try await shared.used(of: limit, now: now).map { ($0.subject, $0.used) }) { first, _ in first }
    }
    let stored = try await store.quota(limit.id)
    var counters: [String: Counter] = [:]
    for record in stored.counters {
      counters[record.subject] = Counter(for: limit, stored: record.numbers, now: now)
    }
    for change in stored.waiting {
      counters[change.subject, default: Counter(for: limit, stored: [], now: now)].change(
        by: change.amount, limit: limit)
    }
    return counters.mapValues(\.used)
  }
}
