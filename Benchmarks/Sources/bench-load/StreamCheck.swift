import BenchSupport
import Glibc

/// Follows the events of one stream: every content frame, in order, and one end: `[DONE]`, or Anthropic's `message_stop`.
struct StreamCheck {
  private(set) var received = 0
  private(set) var isInOrder = true
  private(set) var doneCount = 0
  /// When the first content frame arrived.
  private(set) var firstContentAt: UInt64?
  private var partial: [UInt8] = []

  mutating func feed(_ bytes: UnsafeBufferPointer<UInt8>, now: UInt64, lateness: inout LatencyHistogram) {
    guard let base = bytes.baseAddress else { return }
    var start = 0
    while let feed = memchr(base + start, 0x0A, bytes.count - start) {
      let end = UnsafeRawPointer(feed) - UnsafeRawPointer(base)
      let line = UnsafeBufferPointer(rebasing: bytes[start..<end])
      if partial.isEmpty {
        take(line, now: now, lateness: &lateness)
      } else {
        let joined = partial + line
        partial = []
        joined.withUnsafeBufferPointer { take($0, now: now, lateness: &lateness) }
      }
      start = end + 1
    }
    if start < bytes.count { partial.append(contentsOf: bytes[start...]) }
  }

  func isWhole(frames: Int) -> Bool { received == frames && isInOrder && doneCount == 1 && partial.isEmpty }

  private mutating func take(
    _ line: UnsafeBufferPointer<UInt8>, now: UInt64, lateness: inout LatencyHistogram
  ) {
    guard line.count > 6 else { return }
    if let stamp = FrameStamp(in: line) {
      received += 1
      if stamp.sequence != received { isInOrder = false }
      if firstContentAt == nil { firstContentAt = now }
      lateness.record(now > stamp.sentAt ? now - stamp.sentAt : 0)
    } else if line.count < 16, MessageHead.find("[DONE]", in: line) != nil {
      doneCount += 1
    } else if line.count < 64, line[0] == UInt8(ascii: "d"), MessageHead.find("message_stop", in: line) != nil {
      doneCount += 1
    }
  }
}
