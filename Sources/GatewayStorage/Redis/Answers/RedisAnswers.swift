package import GatewayCore
package import NIOCore
import NIOPosix
import Synchronization

/// Answers that several nodes share through Redis: makes a store for each event loop, and forgets for all of them.
///
/// All keys of an installation are in one slot, so that one round trip says an answer and whether it has been forgotten since it was
/// kept. Redis away is a miss; nobody waits longer than the time-out.
package final class RedisAnswers: Sendable {
  private let dialer: RedisDialer
  private let prefix: [UInt8]
  private let clients = Mutex<[RedisClient]>([])
  private let errorCount = Atomic<Int>(0)

  /// - Parameter installation: gateways with the same name share answers.
  package init(_ dialer: RedisDialer, installation: String) {
    self.dialer = dialer
    prefix = Array("{sluice:\(installation):cache}:".utf8)
  }

  /// The store of an event loop. It connects when it is first asked.
  package func store(on eventLoop: any EventLoop) -> RedisAnswerStore { RedisAnswerStore(self, on: eventLoop) }

  /// What was asked of Redis and not answered, or with an error.
  package var errors: Int { errorCount.load(ordering: .relaxed) }

  /// Ends the connections.
  package func close() { for client in clients.withLock({ $0 }) { client.close() } }

  /// What is kept by now, and by calls that are under way, is not found any more by any node.
  package func forget(_ selection: AnswerSelection) async throws(RedisError) {
    let client = RedisClient(dialer, on: MultiThreadedEventLoopGroup.singleton.next())
    defer { client.close() }
    try await client.connected()
    var marks = [mark(of: selection)]
    // Who an answer that is shared was made for is not known before it is read.
    if case .consumer = selection { marks.append(shared) }
    for mark in marks {
      var command = RedisCommand("SET")
      command.append(mark)
      command.append(String(UInt64.random(in: .min ... .max), radix: 36))
      // No answer is kept for longer, so that none comes back with the mark's end.
      command.append("PX")
      command.append(CacheSettings.longest.wholeNanoseconds / 1_000_000 + 86_400_000)
      _ = try await client.send(command)
    }
  }

  func connect(on eventLoop: any EventLoop) -> RedisClient {
    let client = RedisClient(dialer, on: eventLoop)
    clients.withLock { $0.append(client) }
    return client
  }

  func failed() { errorCount.add(1, ordering: .relaxed) }

  // MARK: Keys

  func place(of key: AnswerKey) -> [UInt8] { prefix + Array("a:\(key.digest.hexadecimal)".utf8) }

  /// Of marks that a key's answers are forgotten by.
  func marks(of key: AnswerKey) -> [[UInt8]] {
    [mark(of: .all), mark(of: .model(key.route)), key.isShared ? shared : mark(of: .consumer(key.consumer))]
  }

  /// Of answers that several consumers may be given: they go with those of any consumer.
  private var shared: [UInt8] { prefix + Array("f:s".utf8) }

  private func mark(of selection: AnswerSelection) -> [UInt8] {
    switch selection {
    case .all: prefix + Array("f".utf8)
    case .model(let name): prefix + Array("f:m:\(name)".utf8)
    case .consumer(let name): prefix + Array("f:c:\(name)".utf8)
    }
  }
}
