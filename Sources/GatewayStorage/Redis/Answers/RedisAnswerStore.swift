package import GatewayCore
import NIOCore

/// The answers in Redis, for one event loop: one round trip to look one up, one to keep one.
package final class RedisAnswerStore: AnswerStore {
  private let node: RedisAnswers
  private let eventLoop: any EventLoop
  private var connected: RedisClient?
  /// Whether a first connection was made, or could not be made.
  private var hasTried = false

  init(_ node: RedisAnswers, on eventLoop: any EventLoop) {
    self.node = node
    self.eventLoop = eventLoop
  }

  private var client: RedisClient {
    if let connected { return connected }
    let client = node.connect(on: eventLoop)
    connected = client
    client.whenSettled { [weak self] _ in self?.hasTried = true }
    return client
  }

  package func adopt(_ settings: CacheSettings) {}

  package func findNow(_ key: AnswerKey, now: WallTime) -> Recollection? {
    guard hasTried, client.counters.connected == 0 else { return nil }
    node.failed()
    return Recollection(answer: nil, mark: .unknown)
  }

  package func find(_ key: AnswerKey, now: WallTime, then: @escaping (Recollection) -> Void) {
    guard hasTried else {
      return client.whenSettled { _ in self.ask(key, now: now, then: then) }
    }
    ask(key, now: now, then: then)
  }

  private func ask(_ key: AnswerKey, now: WallTime, then: @escaping (Recollection) -> Void) {
    var command = RedisCommand("MGET")
    command.append(node.place(of: key))
    for mark in node.marks(of: key) { command.append(mark) }
    client.send(command) { [node] result in
      guard case .success(let value) = result, let elements = value.elements, elements.count == 4 else {
        node.failed()
        return then(Recollection(answer: nil, mark: .unknown))
      }
      let mark = Self.mark(elements[1...])
      guard let bytes = elements[0].bytes, let kept = KeptAnswerCoding.decode(bytes), kept.mark == mark,
        now < kept.answer.expiresAt
      else { return then(Recollection(answer: nil, mark: .text(mark))) }
      then(Recollection(answer: kept.answer, mark: .text(mark)))
    }
  }

  private static func mark(_ elements: ArraySlice<RedisValue>) -> [UInt8] {
    Array(elements.map { $0.text ?? "-" }.joined(separator: " ").utf8)
  }

  package func keep(_ answer: KeptAnswer, under key: AnswerKey, since seen: AnswerMark, now: WallTime) {
    let life = answer.expiresAt.milliseconds - now.milliseconds
    guard case .text(let mark) = seen, life > 0 else { return }
    guard client.counters.connected > 0 else { return node.failed() }
    var command = RedisCommand("SET")
    command.append(node.place(of: key))
    command.append(KeptAnswerCoding.encode(answer, mark: mark))
    command.append("PX")
    command.append(life)
    client.send(command) { [node] result in
      if case .failure = result { node.failed() }
    }
  }
}
