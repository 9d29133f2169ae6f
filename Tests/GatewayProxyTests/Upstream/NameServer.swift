import Foundation
import NIOCore
import Synchronization

@testable import GatewayProxy

/// A name server that answers when the test lets it, and counts what it is asked.
final class NameServer: Sendable {
  private let asked = Mutex<[String]>([])
  private let hanging: [String: DispatchSemaphore]
  private let failures: Set<String>

  init(hanging: [String] = [], failing: [String] = []) {
    self.hanging = Dictionary(uniqueKeysWithValues: hanging.map { ($0, DispatchSemaphore(value: 0)) })
    failures = Set(failing)
  }

  var questions: [String] { asked.withLock { $0 } }

  func release(_ host: String) { hanging[host]?.signal() }

  func answer(_ host: String) -> NameResolver.Answer {
    asked.withLock { $0.append(host) }
    hanging[host]?.wait()
    if failures.contains(host) { return .failure(NameResolver.Unresolvable(host: host, reason: "no such name")) }
    return Result { [try SocketAddress(ipAddress: "127.0.0.1", port: 0)] }
  }
}
