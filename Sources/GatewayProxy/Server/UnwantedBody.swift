import NIOCore

/// The body of a request that was refused by its head: thrown away as it arrives, up to its end, where the next request
/// begins.
final class UnwantedBody {
  enum Progress {
    case incomplete
    case complete
    /// Its end will not be found: it is malformed, or longer than is worth reading.
    case failed
  }

  /// The bytes, framing included, that are read for the sake of a connection: about what a new one costs, and no more than
  /// a client has under way before it sees its answer.
  static let limit = 64 << 10

  /// Bytes that may still come.
  private var remaining: Int
  /// For chunks.
  private var decoder: ChunkedDecoder?

  /// `nil` when the body is not worth reading, or when nobody knows whether it will come: a client that has asked for
  /// `100 Continue` and gets a final answer may send its body or not (RFC 9110 §10.1.1).
  init?(of head: RequestHead) {
    guard !head.expectsContinue else { return nil }
    switch head.framing {
    case .length(let length) where length <= Self.limit: remaining = length
    case .chunked:
      remaining = Self.limit
      decoder = ChunkedDecoder()
    case .length, .none, .untilClose: return nil
    }
  }

  func take(from input: inout ByteBuffer) -> Progress {
    decoder == nil ? takeCounted(from: &input) : takeChunked(from: &input)
  }

  private func takeCounted(from input: inout ByteBuffer) -> Progress {
    let count = min(remaining, input.readableBytes)
    input.moveReaderIndex(forwardBy: count)
    remaining -= count
    return remaining == 0 ? .complete : .incomplete
  }

  private func takeChunked(from input: inout ByteBuffer) -> Progress {
    let progress = input.withUnsafeReadableBytes { bytes in try? decoder?.decode(bytes) { _ in } }
    guard let progress, progress.consumed <= remaining else { return .failed }
    input.moveReaderIndex(forwardBy: progress.consumed)
    remaining -= progress.consumed
    return progress.isComplete ? .complete : .incomplete
  }
}
