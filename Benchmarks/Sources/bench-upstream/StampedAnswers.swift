import BenchSupport

/// The answers of one wire format, and room for a content event with its stamp.
final class StampedAnswers {
  let answers: Answers
  private let content: UnsafeMutableBufferPointer<UInt8>

  init(_ answers: Answers) {
    self.answers = answers
    content = .allocate(capacity: answers.content.count)
    _ = content.initialize(from: answers.content)
  }

  deinit { content.deallocate() }

  /// - Returns: the event, valid until the next one.
  func frame(_ stamp: FrameStamp) -> UnsafeBufferPointer<UInt8> {
    if let base = content.baseAddress { stamp.write(to: base + answers.stampOffset) }
    return UnsafeBufferPointer(content)
  }
}
