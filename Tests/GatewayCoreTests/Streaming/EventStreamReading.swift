import Foundation
import GatewayCore

/// A dispatched event or a comment, with its bytes copied out.
enum Found: Hashable {
  case event(data: String, type: String? = nil, id: String? = nil, retry: Int? = nil)
  case comment(String)
}

/// What a parser finds when the bytes come in pieces. Keeps what is not consumed, as a caller does.
struct EventStreamFeed {
  var parser: EventStreamParser
  private(set) var buffer: [UInt8] = []
  private(set) var found: [Found] = []

  init(maximumEventBytes: Int = 1 << 20) { parser = EventStreamParser(maximumEventBytes: maximumEventBytes) }

  mutating func feed(_ piece: some Sequence<UInt8>) throws(EventTooLarge) {
    buffer += piece
    while try next() {}
  }

  /// False when the parser needs more.
  private mutating func next() throws(EventTooLarge) -> Bool {
    // Memory of exactly the buffer's size, so that a read past its end is likely to be noticed.
    let bytes = UnsafeMutableRawBufferPointer.allocate(byteCount: buffer.count, alignment: 1)
    defer { bytes.deallocate() }
    bytes.copyBytes(from: buffer)
    func text(_ range: Range<Int>) -> String { String(decoding: bytes[range], as: UTF8.self) }
    switch try parser.next(UnsafeRawBufferPointer(bytes)) {
    case .event(let event):
      let data = ([event.data] + event.extraData).map(text).joined(separator: "\n")
      found.append(
        .event(data: data, type: event.eventType.map(text), id: event.id.map(text), retry: event.retry))
      buffer.removeFirst(event.consumed)
      return true
    case .comment(let range, let consumed):
      found.append(.comment(text(range)))
      buffer.removeFirst(consumed)
      return true
    case .needsMore(let consumed):
      buffer.removeFirst(consumed)
      return false
    }
  }

  static func find(_ pieces: [ArraySlice<UInt8>]) throws(EventTooLarge) -> [Found] {
    var feed = EventStreamFeed()
    for piece in pieces { try feed.feed(piece) }
    return feed.found
  }
}

/// The specification read literally: lines first, then fields. Slow, and unlike the parser.
func literalEvents(_ bytes: [UInt8]) -> [Found] {
  var rest = bytes[...]
  if rest.starts(with: [0xEF, 0xBB, 0xBF]) { rest = rest.dropFirst(3) }
  var lines: [[UInt8]] = []
  var line: [UInt8] = []
  while let byte = rest.popFirst() {
    if byte == 0x0D || byte == 0x0A {
      if byte == 0x0D, rest.first == 0x0A { rest.removeFirst() }
      lines.append(line)
      line = []
    } else {
      line.append(byte)
    }
  }
  var found: [Found] = []
  var data: [String] = []
  var type: String?
  var id: String?
  var retry: Int?
  for line in lines {
    if line.isEmpty {
      if !data.isEmpty {
        found.append(.event(data: data.joined(separator: "\n"), type: type, id: id, retry: retry))
      }
      (data, type, id, retry) = ([], nil, nil, nil)
    } else if line[0] == 0x3A {
      found.append(.comment(String(decoding: line.dropFirst(), as: UTF8.self)))
    } else {
      let parts = line.split(separator: 0x3A, maxSplits: 1, omittingEmptySubsequences: false)
      var value = parts.count == 2 ? parts[1] : []
      if value.first == 0x20 { value = value.dropFirst() }
      let text = String(decoding: value, as: UTF8.self)
      switch String(decoding: parts[0], as: UTF8.self) {
      case "data": data.append(text)
      case "event": type = text.isEmpty ? nil : text
      case "id": if !value.contains(0) { id = text }
      case "retry": if !value.isEmpty, value.allSatisfy({ (0x30...0x39).contains($0) }) { retry = Int(text) }
      default: break
      }
    }
  }
  return found
}

/// The files of `Tests/Fixtures` that are event streams.
enum EventStreamFixtures {
  static let all = ["sse", "openai"].flatMap { folder in
    let names = (try? FileManager.default.contentsOfDirectory(atPath: path(folder))) ?? []
    return names.filter { $0.hasSuffix(".sse") }.sorted().map { "\(folder)/\($0)" }
  }

  static func bytes(_ name: String) throws -> [UInt8] { Array(try Data(contentsOf: URL(fileURLWithPath: path(name)))) }

  private static func path(_ name: String) -> String {
    var folder = URL(fileURLWithPath: #filePath)
    for _ in 0..<3 { folder.deleteLastPathComponent() }
    return folder.appendingPathComponent("Fixtures/\(name)").path
  }
}
