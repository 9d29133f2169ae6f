import NIOCore
import NIOEmbedded
import NIOHTTP1

/// Reads the bytes of a connection with NIOHTTP1.
enum NIOReader {
  /// The most responses of one connection; each answers a request that was written before.
  static let maximumResponses = 8

  static func read(_ bytes: [UInt8], _ direction: Direction) -> Reading {
    direction == .requests ? self.readRequests(bytes) : self.readResponses(bytes, direction)
  }

  private static func readRequests(_ bytes: [UInt8]) -> Reading {
    let channel = EmbeddedChannel(handler: ByteToMessageHandler(HTTPRequestDecoder()))
    var collector = Collector()
    self.feed(bytes, to: channel) { error in
      while let part = (try? channel.readInbound(as: HTTPServerRequestPart.self)) ?? nil {
        switch part {
        case .head(let head):
          // NIOHTTP1 spells this one method without its hyphen.
          let method = head.method == .MSEARCH ? "M-SEARCH" : head.method.rawValue
          collector.begin("\(method) \(head.uri)", head.version, head.headers, head.isKeepAlive)
        case .body(let body): collector.append(body)
        case .end: collector.end()
        }
      }
      collector.note(error)
    }
    return collector.reading
  }

  private static func readResponses(_ bytes: [UInt8], _ direction: Direction) -> Reading {
    let channel = EmbeddedChannel(handler: ByteToMessageHandler(HTTPResponseDecoder()))
    let method: HTTPMethod = direction == .responsesToHEAD ? .HEAD : .GET
    let request = HTTPClientRequestPart.head(HTTPRequestHead(version: .http1_1, method: method, uri: "/"))
    for _ in 0..<self.maximumResponses { _ = try? channel.writeOutbound(request) }
    var collector = Collector()
    self.feed(bytes, to: channel) { error in
      while let part = (try? channel.readInbound(as: HTTPClientResponsePart.self)) ?? nil {
        switch part {
        case .head(let head):
          collector.begin("\(head.status.code)", head.version, head.headers, head.isKeepAlive)
        case .body(let body): collector.append(body)
        case .end: collector.end()
        }
      }
      collector.note(error)
    }
    return collector.reading
  }

  /// Writes `bytes`, then closes; `collect` is called after both, with the error of the bytes the first time.
  private static func feed(_ bytes: [UInt8], to channel: EmbeddedChannel, collect: ((any Error)?) -> Void) {
    var failure: (any Error)?
    do {
      try channel.writeInbound(ByteBuffer(bytes: bytes))
    } catch {
      failure = error
    }
    collect(failure)
    // An incomplete message is an error at the close; that says nothing about the bytes.
    _ = try? channel.finish()
    if failure == nil { collect(nil) }
  }

  /// Puts the parts of messages together.
  private struct Collector {
    var reading = Reading()

    mutating func begin(_ start: String, _ version: HTTPVersion, _ headers: HTTPHeaders, _ keepsAlive: Bool) {
      let head = Head(
        start: start, isHTTP11: version == .http1_1, keepsAlive: keepsAlive, names: headers.map(\.name),
        values: headers.map { Self.trimmed($0.value) })
      self.reading.unfinished = Message(head: head)
    }

    mutating func append(_ body: ByteBuffer) { self.reading.unfinished?.body += body.readableBytesView }

    mutating func end() {
      guard let message = self.reading.unfinished else { return }
      self.reading.messages.append(message)
      self.reading.unfinished = nil
    }

    mutating func note(_ error: (any Error)?) {
      if let error { self.reading.ending = .refused("\(error)") }
    }

    private static func trimmed(_ value: String) -> String {
      let isContent: (UInt8) -> Bool = { $0 != 0x20 && $0 != 0x09 }
      guard let first = value.utf8.firstIndex(where: isContent), let last = value.utf8.lastIndex(where: isContent)
      else { return "" }
      return String(value[first...last])
    }
  }
}
