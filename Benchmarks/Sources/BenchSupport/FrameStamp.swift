/// What a content frame of a scripted stream carries as its text: `@@00001:00000000000000000000`, its number from 1 and the
/// moment in nanoseconds at which the upstream wrote it. Of fixed length, so that it is patched into a ready-made frame.
package struct FrameStamp: Equatable {
  package static let placeholder = "@@00000:00000000000000000000"
  private static let sequenceDigits = 5
  private static let timeDigits = 20

  package var sequence: Int
  package var sentAt: UInt64

  package init(sequence: Int, sentAt: UInt64) {
    self.sequence = sequence
    self.sentAt = sentAt
  }

  /// Writes the digits over a placeholder that starts at `destination`.
  package func write(to destination: UnsafeMutablePointer<UInt8>) {
    Self.write(UInt64(sequence), digits: Self.sequenceDigits, to: destination + 2)
    Self.write(sentAt, digits: Self.timeDigits, to: destination + 3 + Self.sequenceDigits)
  }

  /// - Parameter line: a line of an event stream.
  /// - Returns: the first stamp in it, if any.
  package init?(in line: UnsafeBufferPointer<UInt8>) {
    let marker = UInt8(ascii: "@")
    let length = Self.placeholder.utf8.count
    guard line.count >= length, let base = line.baseAddress else { return nil }
    var index = 0
    while index <= line.count - length {
      if base[index] == marker, base[index + 1] == marker {
        sequence = Int(Self.read(base + index + 2, digits: Self.sequenceDigits))
        sentAt = Self.read(base + index + 3 + Self.sequenceDigits, digits: Self.timeDigits)
        return
      }
      index += 1
    }
    return nil
  }

  private static func read(_ source: UnsafePointer<UInt8>, digits: Int) -> UInt64 {
    var value: UInt64 = 0
    for index in 0..<digits { value = value &* 10 &+ UInt64(source[index] &- 0x30) }
    return value
  }

  package static func write(_ value: UInt64, digits: Int, to destination: UnsafeMutablePointer<UInt8>) {
    var rest = value
    for index in stride(from: digits - 1, through: 0, by: -1) {
      destination[index] = 0x30 + UInt8(truncatingIfNeeded: rest % 10)
      rest /= 10
    }
  }
}
