import CHiredis
package import NIOCore

/// A command with its arguments, which may be any bytes.
package struct RedisCommand: Sendable {
  /// The arguments one after another.
  private var bytes: [UInt8] = []
  /// Where each of them ends in `bytes`.
  private var ends: [Int] = []

  /// - Parameter words: the name, and arguments that are text.
  package init(_ words: String...) { for word in words { append(word) } }

  package init(_ words: [String]) { for word in words { append(word) } }

  package mutating func append(_ argument: String) {
    bytes.append(contentsOf: argument.utf8)
    ends.append(bytes.count)
  }

  package mutating func append(_ argument: [UInt8]) {
    bytes.append(contentsOf: argument)
    ends.append(bytes.count)
  }

  package mutating func append(_ argument: ByteBuffer) {
    bytes.append(contentsOf: argument.readableBytesView)
    ends.append(bytes.count)
  }

  package mutating func append(_ argument: Int64) { append(String(argument)) }

  /// The arguments of another one.
  package mutating func append(contentsOf other: RedisCommand) {
    let start = bytes.count
    bytes.append(contentsOf: other.bytes)
    for end in other.ends { ends.append(start + end) }
  }

  package func appending(_ argument: [UInt8]) -> RedisCommand {
    var command = self
    command.append(argument)
    return command
  }

  /// About the bytes that it takes on the wire.
  var size: Int { bytes.count + 16 * ends.count }

  /// The key that decides which node of a cluster is asked; `nil` for commands without one.
  var key: ArraySlice<UInt8>? {
    switch argument(0).map({ String(decoding: $0, as: UTF8.self).uppercased() }) {
    case "EVAL", "EVALSHA":
      argument(2).flatMap { Int(String(decoding: $0, as: UTF8.self)) } ?? 0 > 0 ? argument(3) : nil
    case "PUBLISH", "SCRIPT", "PING", "CLUSTER", "INFO", "TIME", nil: nil
    default: argument(1)
    }
  }

  private func argument(_ index: Int) -> ArraySlice<UInt8>? {
    guard index < ends.count else { return nil }
    return bytes[(index == 0 ? 0 : ends[index - 1])..<ends[index]]
  }

  /// Writes it as the server reads it.
  func write(into buffer: inout ByteBuffer) {
    precondition(!bytes.isEmpty, "a command has a name")
    bytes.withUnsafeBytes { base in
      withUnsafeTemporaryAllocation(of: UnsafePointer<CChar>?.self, capacity: ends.count) { arguments in
        withUnsafeTemporaryAllocation(of: Int.self, capacity: ends.count) { lengths in
          var start = 0
          for (index, end) in ends.enumerated() {
            arguments[index] = base.baseAddress.map { ($0 + start).assumingMemoryBound(to: CChar.self) }
            lengths[index] = end - start
            start = end
          }
          var formatted: UnsafeMutablePointer<CChar>?
          let length = lengths.withMemoryRebound(to: size_t.self) {
            redisFormatCommandArgv(&formatted, CInt(ends.count), arguments.baseAddress, $0.baseAddress)
          }
          precondition(length > 0, "out of memory")
          buffer.writeBytes(UnsafeRawBufferPointer(start: formatted, count: Int(length)))
          redisFreeCommand(formatted)
        }
      }
    }
  }
}
