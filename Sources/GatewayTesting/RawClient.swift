/// A client that sends exact bytes and reads answers as they come.
package final class RawClient {
  package let wire: Wire
  private var buffer: [UInt8] = []
  private var framing = BodyFraming.complete
  private var chunks = ChunkDecoder()
  private var events: [UInt8] = []

  /// How much of the body of the present answer is still to come.
  private enum BodyFraming { case complete, length(Int), chunked, untilClose }

  package init(_ wire: Wire) { self.wire = wire }

  package static func connect(port: Int, receiveBuffer: Int? = nil) async throws -> RawClient {
    RawClient(try await Wire.connect(port: port, receiveBuffer: receiveBuffer))
  }

  package func send(_ text: String) { wire.send(text) }

  package func send(_ bytes: [UInt8]) { wire.send(bytes) }

  package func close() async { await wire.close() }

  /// Sends a request with a length, and the usual headers unless `headers` names them.
  package func request(_ method: String, _ path: String, body: String? = nil, headers: HeaderList = [:]) {
    var head = "\(method) \(path) HTTP/1.1\r\n"
    if headers["host"] == nil { head += "host: gateway.test\r\n" }
    if let body {
      if headers["content-type"] == nil { head += "content-type: application/json\r\n" }
      head += "content-length: \(body.utf8.count)\r\n"
    }
    send(head + headers.text + "\r\n" + (body ?? ""))
  }

  package func post(_ path: String, _ body: String, headers: HeaderList = [:]) {
    request("POST", path, body: body, headers: headers)
  }

  /// Reads the next head, interim ones (1xx) too.
  /// - Parameter toHead: the request was a HEAD: no body follows, whatever the length says.
  package func head(toHead: Bool = false, within limit: Duration = patience) async throws -> AnswerHead {
    while true {
      if let end = buffer.firstIndex(ofSequence: Array("\r\n\r\n".utf8)) {
        let text = String(decoding: buffer[..<end], as: UTF8.self)
        buffer.removeFirst(end + 4)
        let head = try AnswerHead(parsing: text)
        framing = Self.framing(of: head, toHead: toHead)
        chunks = ChunkDecoder()
        events = []
        return head
      }
      guard try await fill(within: limit) else {
        throw ScenarioError("closed without an answer, after: \(String(decoding: buffer, as: UTF8.self))")
      }
    }
  }

  /// Reads the next final answer whole.
  package func answer(toHead: Bool = false, within limit: Duration = patience) async throws -> Answer {
    var head = try await head(toHead: toHead, within: limit)
    while head.status / 100 == 1 { head = try await self.head(toHead: toHead, within: limit) }
    var body: [UInt8] = []
    while let piece = try await piece(within: limit) { body += piece }
    return Answer(head: head, body: body)
  }

  /// The next bytes of the body, decoded; `nil` at its proper end.
  /// - Throws: when the connection ends before the body does.
  package func piece(within limit: Duration = patience) async throws -> [UInt8]? {
    while true {
      switch framing {
      case .complete:
        return nil
      case .length(let left):
        if !buffer.isEmpty {
          let count = min(left, buffer.count)
          defer { buffer.removeFirst(count) }
          framing = count == left ? .complete : .length(left - count)
          return Array(buffer[..<count])
        }
      case .untilClose:
        if !buffer.isEmpty {
          defer { buffer = [] }
          return buffer
        }
      case .chunked:
        buffer.removeFirst(try chunks.decode(buffer))
        if chunks.isComplete { framing = .complete }
        let decoded = chunks.take()
        if !decoded.isEmpty { return decoded }
        if chunks.isComplete { return nil }
      }
      guard try await fill(within: limit) else {
        if case .untilClose = framing {
          framing = .complete
          return nil
        }
        throw ScenarioError("the connection ended in the middle of a body")
      }
    }
  }

  /// The next event of a stream; `nil` at the proper end of the body.
  package func event(within limit: Duration = patience) async throws -> StreamEvent? {
    while true {
      if let end = events.firstIndex(ofSequence: [10, 10]) {
        defer { events.removeFirst(end + 2) }
        return StreamEvent(raw: String(decoding: events[..<end], as: UTF8.self))
      }
      guard let piece = try await piece(within: limit) else {
        guard events.isEmpty else { throw ScenarioError("a stream that ends in the middle of an event") }
        return nil
      }
      events += piece
    }
  }

  /// Reads the rest of a stream. A connection that ends early ends the list too.
  package func remainingEvents(within limit: Duration = patience) async throws -> (events: [StreamEvent], isWhole: Bool)
  {
    var list: [StreamEvent] = []
    do {
      while let event = try await event(within: limit) { list.append(event) }
      return (list, true)
    } catch let error as ScenarioError where error.description.contains("ended") {
      return (list, false)
    }
  }

  /// Waits until the gateway closes the connection, and returns what came before that.
  package func bytesUntilClosed(within limit: Duration = patience) async throws -> [UInt8] {
    while try await fill(within: limit) {}
    defer { buffer = [] }
    return buffer
  }

  /// What came behind the last answer; it is no longer this client's.
  package func takeRest() -> [UInt8] {
    defer { buffer = [] }
    return buffer
  }

  private func fill(within limit: Duration) async throws -> Bool {
    guard let bytes = try await wire.read(within: limit) else { return false }
    buffer += bytes
    return true
  }

  private static func framing(of head: AnswerHead, toHead: Bool) -> BodyFraming {
    if toHead || head.status / 100 == 1 || head.status == 204 || head.status == 304 { return .complete }
    if head.headers["transfer-encoding"]?.lowercased() == "chunked" { return .chunked }
    guard let length = head.headers["content-length"].flatMap({ Int($0) }) else { return .untilClose }
    return length == 0 ? .complete : .length(length)
  }
}
