import BenchSupport
import Glibc

/// A model server that answers at once from ready-made bytes: one thread, one system call for each read and each write.
final class Upstream {
  private let listener: Int32
  private let poller: Poller
  private let chat = StampedAnswers(.chat)
  private let messages = StampedAnswers(.messages)
  private var connections: [Connection?] = []
  private var due = DueQueue()
  private let scratch = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: 262_144)

  init(port: UInt16) throws(Socket.Failure) {
    listener = try Socket.listen(port: port)
    poller = try Poller()
    poller.add(listener)
  }

  func run() -> Never {
    while true {
      for index in 0..<poller.wait(until: due.next) {
        let (descriptor, isWritable) = poller[index]
        if descriptor == listener {
          accept()
        } else if let connection = connections[Int(descriptor)] {
          if isWritable { flush(connection) }
          receive(connection)
        }
      }
      let now = MonotonicClock.nanoseconds()
      while let connection = due.pop(now: now) { advance(connection, now: now) }
    }
  }

  private func accept() {
    while let descriptor = Socket.accept(on: listener) {
      while connections.count <= Int(descriptor) { connections.append(nil) }
      connections[Int(descriptor)] = Connection(descriptor: descriptor)
      poller.add(descriptor)
    }
  }

  private func receive(_ connection: Connection) {
    let count = recv(connection.descriptor, scratch.baseAddress, scratch.count, 0)
    if count > 0 {
      let bytes = UnsafeBufferPointer(rebasing: UnsafeBufferPointer(scratch)[..<count])
      if connection.unread.isEmpty {
        consume(bytes, connection)
      } else {
        let joined = connection.unread + bytes
        connection.unread = []
        joined.withUnsafeBufferPointer { consume($0, connection) }
      }
    } else if count == 0 || errno != EAGAIN {
      drop(connection)
    }
  }

  private func consume(_ bytes: UnsafeBufferPointer<UInt8>, _ connection: Connection) {
    var rest = bytes
    while !rest.isEmpty {
      switch connection.state {
      case .head:
        guard let head = MessageHead(rest) else {
          connection.unread.append(contentsOf: rest)
          return
        }
        guard !head.isChunked else {
          send(Answers.refusal, connection)
          drop(connection)
          return
        }
        let length = head.contentLength ?? 0
        let isGet = rest[0] == UInt8(ascii: "G")
        let line = UnsafeBufferPointer(rebasing: rest.prefix(24))
        connection.isMessages = MessageHead.find(" /v1/messages ", in: line) != nil
        let body = rest[head.length...].prefix(length)
        let whole = UnsafeBufferPointer(rebasing: body)
        rest = UnsafeBufferPointer(rebasing: rest[(head.length + whole.count)...])
        if whole.count == length {
          answer(isGet ? nil : whole, connection)
        } else {
          connection.kept = Array(whole.prefix(Connection.keptLimit))
          connection.state = .body(missing: length - whole.count)
        }
      case .body(let missing):
        let part = rest.prefix(missing)
        connection.kept.append(contentsOf: part.prefix(max(0, Connection.keptLimit - connection.kept.count)))
        rest = UnsafeBufferPointer(rebasing: rest[part.count...])
        connection.state = .body(missing: missing - part.count)
        if missing == part.count {
          let kept = connection.kept
          connection.kept = []
          kept.withUnsafeBufferPointer { answer($0, connection) }
        }
      case .stream:
        connection.unread.append(contentsOf: rest)
        return
      }
    }
  }

  private func answer(_ body: UnsafeBufferPointer<UInt8>?, _ connection: Connection) {
    connection.state = .head
    guard let body else {
      send(Answers.models, connection)
      return
    }
    let script = Script(body: body)
    let form = answers(for: connection).answers
    guard script.isStream else {
      send(script.isLarge ? form.large : form.plain, connection)
      return
    }
    send(form.opening, connection)
    let first = MonotonicClock.nanoseconds() + script.intervalNanoseconds
    connection.state = .stream(script: script, nextFrame: 1, due: first)
    due.add(connection, due: first)
  }

  private func advance(_ connection: Connection, now: UInt64) {
    guard case .stream(let script, let number, let time) = connection.state else { return }
    if number > script.frames {
      connection.state = .head
      send(answers(for: connection).answers.closing, connection)
      let unread = connection.unread
      connection.unread = []
      unread.withUnsafeBufferPointer { consume($0, connection) }
      return
    }
    send(answers(for: connection).frame(FrameStamp(sequence: number, sentAt: now)), connection)
    let next = time + script.intervalNanoseconds
    connection.state = .stream(script: script, nextFrame: number + 1, due: next)
    due.add(connection, due: next)
  }

  private func answers(for connection: Connection) -> StampedAnswers { connection.isMessages ? messages : chat }

  private func send(_ bytes: [UInt8], _ connection: Connection) {
    bytes.withUnsafeBufferPointer { send($0, connection) }
  }

  private func send(_ bytes: UnsafeBufferPointer<UInt8>, _ connection: Connection) {
    guard connection.unsent.isEmpty else {
      connection.unsent.append(contentsOf: bytes)
      return
    }
    let count = max(0, Glibc.send(connection.descriptor, bytes.baseAddress, bytes.count, Int32(MSG_NOSIGNAL)))
    guard count < bytes.count else { return }
    connection.unsent.append(contentsOf: bytes[count...])
    poller.watchWriting(connection.descriptor, true)
  }

  private func flush(_ connection: Connection) {
    let unsent = connection.unsent
    connection.unsent = []
    poller.watchWriting(connection.descriptor, false)
    if !unsent.isEmpty { send(unsent, connection) }
  }

  private func drop(_ connection: Connection) {
    // A stream that is due later finds the state changed and does nothing.
    connection.state = .head
    connections[Int(connection.descriptor)] = nil
    close(connection.descriptor)
  }
}
