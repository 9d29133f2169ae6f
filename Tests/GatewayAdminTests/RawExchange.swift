import Foundation

/// One request over a socket of its own, byte for byte, since tests send what no client library would.
struct RawAnswer: Sendable {
  let status: Int
  /// Names in lower case; the values of a name that comes again stand below each other.
  let headers: [String: String]
  let body: String

  enum Failure: Error { case cannotConnect, malformed }

  /// `head` without its `connection` header and the empty line.
  /// - Parameter body: with its `content-length`.
  static func to(_ head: String, body: String? = nil, port: Int) async throws -> RawAnswer {
    var head = head
    if let body { head += "\r\ncontent-length: \(body.utf8.count)" }
    let request = head + "\r\nconnection: close\r\n\r\n" + (body ?? "")
    let bytes = try await withCheckedThrowingContinuation { continuation in
      // Sockets block, so not on a thread that the server needs.
      Thread.detachNewThread {
        continuation.resume(with: Result { try exchange(request, port: port) })
      }
    }
    return try RawAnswer(String(decoding: bytes, as: UTF8.self))
  }

  private init(_ text: String) throws {
    guard let end = text.range(of: "\r\n\r\n") else { throw Failure.malformed }
    let lines = text[..<end.lowerBound].components(separatedBy: "\r\n")
    let parts = lines[0].split(separator: " ")
    guard parts.count > 1, let status = Int(parts[1]) else { throw Failure.malformed }
    self.status = status
    var headers: [String: String] = [:]
    for line in lines.dropFirst() {
      guard let colon = line.firstIndex(of: ":") else { throw Failure.malformed }
      let value = line[line.index(after: colon)...].trimmingCharacters(in: .whitespaces)
      headers[line[..<colon].lowercased(), default: ""] +=
        (headers[line[..<colon].lowercased()] == nil ? "" : "\n") + value
    }
    self.headers = headers
    body = String(text[end.upperBound...])
  }

  /// The body as a JSON object.
  var object: [String: Any]? { (try? JSONSerialization.jsonObject(with: Data(body.utf8))) as? [String: Any] }

  /// `code` of problem details.
  var code: String? { object?["code"] as? String }

  /// `error.code` of the body.
  var errorCode: String? { (object?["error"] as? [String: Any])?["code"] as? String }

  private static func exchange(_ request: String, port: Int) throws -> [UInt8] {
    let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    defer { close(descriptor) }
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = in_port_t(port).bigEndian
    address.sin_addr.s_addr = in_addr_t(0x7F00_0001).bigEndian
    let connected = withUnsafePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
      }
    }
    let bytes = Array(request.utf8)
    // A server that has read enough may answer and close before the end.
    guard connected == 0, send(descriptor, bytes, bytes.count, Int32(MSG_NOSIGNAL)) > 0 else {
      throw Failure.cannotConnect
    }
    var answer: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 4096)
    while true {
      let count = recv(descriptor, &buffer, buffer.count, 0)
      guard count > 0 else { return answer }
      answer += buffer[..<count]
    }
  }
}
