/// A request as a scripted upstream received it.
package struct ReceivedRequest: Sendable {
  package let method: String
  /// As on the request line.
  package let target: String
  package let headers: HeaderList
  package let body: [UInt8]
  /// Counts the requests of the upstream, from 0.
  package let index: Int
  /// Counts the connections of the upstream, from 0.
  package let connection: Int
  /// Counts the requests of this connection, from 0.
  package let indexOnConnection: Int

  package var text: String { String(decoding: body, as: UTF8.self) }

  package func json() throws -> JSONValue { try JSONValue(parsing: text) }
}

/// Cuts requests out of the bytes of a connection.
struct RequestReader {
  private let wire: Wire
  private var buffer: [UInt8] = []

  init(_ wire: Wire) { self.wire = wire }

  /// A request without its numbers.
  struct Message {
    var method: String
    var target: String
    var headers: HeaderList
    var body: [UInt8]
  }

  /// The next request; `nil` when the connection ended, before or in the middle of one.
  mutating func next() async throws -> Message? {
    guard let head = try await head() else { return nil }
    let lines = head.split(separator: "\r\n")
    guard let first = lines.first else { throw ScenarioError("an empty request head") }
    let words = first.split(separator: " ")
    guard words.count == 3 else { throw ScenarioError("a strange request line: \(first)") }
    let headers = try HeaderList.parse(lines.dropFirst())
    guard let body = try await body(headers) else { return nil }
    return Message(method: String(words[0]), target: String(words[1]), headers: headers, body: body)
  }

  private mutating func head() async throws -> String? {
    while true {
      if let end = buffer.firstIndex(ofSequence: Array("\r\n\r\n".utf8)) {
        let head = String(decoding: buffer[..<end], as: UTF8.self)
        buffer.removeFirst(end + 4)
        return head
      }
      guard try await fill() else { return nil }
    }
  }

  private mutating func body(_ headers: HeaderList) async throws -> [UInt8]? {
    if headers["transfer-encoding"]?.lowercased() == "chunked" {
      var decoder = ChunkDecoder()
      while true {
        let used = try decoder.decode(buffer)
        buffer.removeFirst(used)
        if decoder.isComplete { return decoder.take() }
        guard try await fill() else { return nil }
      }
    }
    let length = headers["content-length"].flatMap { Int($0) } ?? 0
    while buffer.count < length { guard try await fill() else { return nil } }
    defer { buffer.removeFirst(length) }
    return Array(buffer[..<length])
  }

  private mutating func fill() async throws -> Bool {
    // An idle keep-alive connection may wait for as long as the scenario runs.
    guard let bytes = try await wire.read(within: .seconds(600)) else { return false }
    buffer += bytes
    return true
  }
}

extension Array where Element: Equatable {
  /// Where `sequence` begins for the first time.
  func firstIndex(ofSequence sequence: [Element], from start: Int = 0) -> Int? {
    guard count - start >= sequence.count else { return nil }
    return (start...(count - sequence.count)).first { self[$0..<($0 + sequence.count)].elementsEqual(sequence) }
  }
}
