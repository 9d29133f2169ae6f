/// Decodes `Transfer-Encoding: chunked`, strictly.
struct ChunkDecoder {
  private enum State: Equatable { case size, data(Int), dataEnd, trailers, complete }

  private var state = State.size
  private var decoded: [UInt8] = []

  var isComplete: Bool { state == .complete }

  /// What has been decoded since the last call.
  mutating func take() -> [UInt8] {
    defer { decoded = [] }
    return decoded
  }

  /// Decodes as much of `bytes` as it can and returns how many it has used.
  mutating func decode(_ bytes: [UInt8]) throws -> Int {
    var used = 0
    while state != .complete {
      switch state {
      case .data(let left):
        let count = min(left, bytes.count - used)
        decoded += bytes[used..<(used + count)]
        used += count
        guard count == left else {
          state = .data(left - count)
          return used
        }
        state = .dataEnd
      case .size, .dataEnd, .trailers:
        guard let end = bytes.firstIndex(ofSequence: [13, 10], from: used) else { return used }
        let line = String(decoding: bytes[used..<end], as: UTF8.self)
        used = end + 2
        try take(line: line)
      case .complete:
        break
      }
    }
    return used
  }

  private mutating func take(line: String) throws {
    switch state {
    case .dataEnd:
      guard line.isEmpty else { throw ScenarioError("a chunk that is longer than its size") }
      state = .size
    case .trailers:
      if line.isEmpty { state = .complete }
    case .size:
      guard let size = Int(line.prefix { $0 != ";" }, radix: 16) else {
        throw ScenarioError("a bad chunk size: \(line)")
      }
      state = size == 0 ? .trailers : .data(size)
    case .data, .complete:
      break
    }
  }
}
