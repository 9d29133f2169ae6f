/// One frame of a WebSocket, unmasked.
package struct SocketFrame: Sendable, Equatable {
  package enum Opcode: UInt8, Sendable {
    case continuation = 0
    case text = 1
    case binary = 2
    case close = 8
    case ping = 9
    case pong = 10
  }

  package var opcode: Opcode
  package var payload: [UInt8]
  package var isFinal = true

  package init(_ opcode: Opcode, _ payload: [UInt8], isFinal: Bool = true) {
    self.opcode = opcode
    self.payload = payload
    self.isFinal = isFinal
  }

  package static func text(_ text: String, isFinal: Bool = true) -> SocketFrame {
    SocketFrame(.text, Array(text.utf8), isFinal: isFinal)
  }

  package static func close(_ code: Int, _ reason: String = "") -> SocketFrame {
    SocketFrame(.close, [UInt8(code >> 8), UInt8(code & 255)] + Array(reason.utf8))
  }

  package var text: String { String(decoding: payload, as: UTF8.self) }

  var summary: String { "\(opcode) of \(payload.count) bytes\(isFinal ? "" : ", not the last"): \(text.prefix(80))" }

  package func json() throws -> JSONValue { try JSONValue(parsing: text) }

  /// Of a close frame; `nil` without one.
  package var closeCode: Int? {
    opcode == .close && payload.count >= 2 ? Int(payload[0]) << 8 | Int(payload[1]) : nil
  }

  /// Of a close frame.
  package var closeReason: String { String(decoding: payload.dropFirst(2), as: UTF8.self) }
}

/// A connection on which WebSocket is spoken, as frames. It checks nothing and answers nothing by itself.
package final class FrameWire {
  package let wire: Wire
  /// Whether this is the client's end, whose frames are masked.
  private let masks: Bool
  private var buffer: [UInt8]

  package init(_ wire: Wire, masks: Bool, rest: [UInt8] = []) {
    self.wire = wire
    self.masks = masks
    buffer = rest
  }

  /// The bytes of a frame as this end sends it.
  /// - Parameter isMasked: against the rules of this end.
  package func encode(_ frame: SocketFrame, isMasked: Bool? = nil) -> [UInt8] {
    let isMasked = isMasked ?? masks
    var bytes: [UInt8] = [(frame.isFinal ? 0x80 : 0) | frame.opcode.rawValue]
    let mask: UInt8 = isMasked ? 0x80 : 0
    let count = frame.payload.count
    switch count {
    case ..<126: bytes.append(mask | UInt8(count))
    case ..<65536: bytes += [mask | 126, UInt8(count >> 8), UInt8(count & 255)]
    default: bytes += [mask | 127] + (0..<8).map { UInt8(truncatingIfNeeded: count >> (56 - 8 * $0)) }
    }
    guard isMasked else { return bytes + frame.payload }
    let key = (0..<4).map { _ in UInt8.random(in: .min ... .max) }
    return bytes + key + frame.payload.enumerated().map { $1 ^ key[$0 & 3] }
  }

  package func send(_ frame: SocketFrame, isMasked: Bool? = nil) { wire.send(encode(frame, isMasked: isMasked)) }

  package func send(_ text: String) { send(.text(text)) }

  /// Returns once the kernel has taken the frame.
  package func write(_ frame: SocketFrame) async throws { try await wire.write(encode(frame)) }

  /// The next frame; `nil` at the end of the connection.
  package func next(within limit: Duration = patience) async throws -> SocketFrame? {
    while true {
      if let frame = try take() { return frame }
      guard let bytes = try await wire.read(within: limit) else { return nil }
      buffer += bytes
    }
  }

  /// The next frame, which has to come.
  package func frame(within limit: Duration = patience) async throws -> SocketFrame {
    guard let frame = try await next(within: limit) else { throw ScenarioError("the connection ended without a frame") }
    return frame
  }

  /// Reads the next frame and throws unless it is this one.
  package func expect(_ expected: SocketFrame, within limit: Duration = patience) async throws {
    let frame = try await frame(within: limit)
    guard frame == expected else { throw ScenarioError("\(frame.summary) came in place of \(expected.summary)") }
  }

  /// Reads the next message, its fragments put together.
  package func message() async throws -> SocketFrame {
    var message = try await frame()
    while !message.isFinal {
      let more = try await frame()
      message.payload += more.payload
      message.isFinal = more.isFinal
    }
    return message
  }

  package func close() async { await wire.close() }

  private func take() throws -> SocketFrame? {
    guard buffer.count >= 2 else { return nil }
    guard let opcode = SocketFrame.Opcode(rawValue: buffer[0] & 15), buffer[0] & 0x70 == 0 else {
      throw ScenarioError("a strange frame: \(buffer.prefix(16))")
    }
    let isMasked = buffer[1] & 0x80 != 0
    guard isMasked != masks else { throw ScenarioError(isMasked ? "a server masks" : "a client does not mask") }
    var length = Int(buffer[1] & 127)
    var start = 2
    if length >= 126 {
      let size = length == 126 ? 2 : 8
      guard buffer.count >= start + size else { return nil }
      length = buffer[start..<(start + size)].reduce(0) { $0 << 8 | Int($1) }
      start += size
    }
    let keyStart = start
    if isMasked { start += 4 }
    guard buffer.count >= start + length else { return nil }
    var payload = Array(buffer[start..<(start + length)])
    if isMasked {
      let key = Array(buffer[keyStart..<start])
      for index in payload.indices { payload[index] ^= key[index & 3] }
    }
    let isFinal = buffer[0] & 0x80 != 0
    buffer.removeFirst(start + length)
    return SocketFrame(opcode, payload, isFinal: isFinal)
  }
}
