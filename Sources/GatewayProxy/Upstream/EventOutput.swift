import NIOCore

/// Events on their way from the provider's bytes to the client. Those that stay as they came are not copied as long as they
/// follow each other: the answer is then a part of the input.
struct EventOutput {
  /// What is written.
  private var written: ByteBuffer
  /// What follows it, in the input.
  private var run = 0..<0

  /// - Parameter held: what was written before.
  init(behind held: ByteBuffer) { written = held }

  /// Takes bytes of the input as they are.
  mutating func take(_ range: Range<Int>, of input: UnsafeRawBufferPointer) {
    if run.upperBound == range.lowerBound, !run.isEmpty {
      run = run.lowerBound..<range.upperBound
    } else {
      write(from: input)
      run = range
    }
  }

  /// Where to write what does not stand in the input.
  mutating func write(behind input: UnsafeRawBufferPointer, _ body: (inout ByteBuffer) -> Void) {
    write(from: input)
    body(&written)
  }

  /// All of it; shares the storage of the input where nothing was written.
  func taken(from input: ByteBuffer) -> ByteBuffer {
    guard !run.isEmpty else { return written }
    guard written.readableBytes > 0 else {
      return input.getSlice(at: input.readerIndex + run.lowerBound, length: run.count) ?? written
    }
    return kept(from: input)
  }

  /// All of it, in storage of its own: the input may be a large buffer of which this is a small part.
  func kept(from input: ByteBuffer) -> ByteBuffer {
    var whole = self
    input.withUnsafeReadableBytes { whole.write(from: $0) }
    return whole.written
  }

  private mutating func write(from input: UnsafeRawBufferPointer) {
    guard !run.isEmpty else { return }
    written.writeBytes(UnsafeRawBufferPointer(rebasing: input[run]))
    run = 0..<0
  }
}
