import GatewayCore
import NIOCore

/// Collects the body of one request, within its limit.
final class RequestBody {
  enum Progress {
    case incomplete
    case complete(ByteBuffer)
    case failed(GatewayError)
  }

  private let limit: Int
  private let length: Int?
  private var decoder = ChunkedDecoder()
  private var collected = ByteBuffer()

  /// - Parameter framing: `.length` or `.chunked`; a request has no other body.
  init(framing: BodyFraming, limit: Int) {
    self.limit = limit
    if case .length(let length) = framing { self.length = length } else { length = nil }
  }

  /// Moves what belongs to the body out of `input`.
  func take(from input: inout ByteBuffer) -> Progress {
    if let length { return takeCounted(length, from: &input) }
    return takeChunked(from: &input)
  }

  /// A body that is declared too large is refused before it is read.
  static func refusal(of framing: BodyFraming, limit: Int) -> GatewayError? {
    switch framing {
    case .length(let length) where length > limit: tooLarge(limit: limit)
    case .chunked where limit == 0: tooLarge(limit: limit)
    case .length, .chunked, .none, .untilClose: nil
    }
  }

  private func takeCounted(_ length: Int, from input: inout ByteBuffer) -> Progress {
    if length > limit { return .failed(Self.tooLarge(limit: limit)) }
    let missing = length - collected.readableBytes
    guard input.readableBytes >= missing else {
      // The whole size is reserved only once a good part has come, so that a claim alone costs no memory.
      if collected.readableBytes > 1 << 20, collected.capacity < length { collected.reserveCapacity(length) }
      collected.writeBuffer(&input)
      return .incomplete
    }
    guard var rest = input.readSlice(length: missing) else { return .incomplete }
    if collected.readableBytes == 0 { return .complete(rest) }
    collected.writeBuffer(&rest)
    return .complete(collected)
  }

  private func takeChunked(from input: inout ByteBuffer) -> Progress {
    let bytes = input
    let result: Result<(consumed: Int, isComplete: Bool), HTTPFault> = bytes.withUnsafeReadableBytes { raw in
      do throws(HTTPFault) {
        return .success(
          try decoder.decode(raw) { range in
            if collected.readableBytes <= limit { collected.writeBytes(UnsafeRawBufferPointer(rebasing: raw[range])) }
          })
      } catch {
        return .failure(error)
      }
    }
    switch result {
    case .failure(let fault): return .failed(fault.gatewayError)
    case .success(let progress):
      input.moveReaderIndex(forwardBy: progress.consumed)
      if collected.readableBytes > limit { return .failed(Self.tooLarge(limit: limit)) }
      return progress.isComplete ? .complete(collected) : .incomplete
    }
  }

  private static func tooLarge(limit: Int) -> GatewayError {
    GatewayError(
      .bodyTooLarge,
      "the request body is larger than \(limit) bytes (server.limits.body); send less, or raise the limit")
  }
}

extension HTTPFault {
  var gatewayError: GatewayError {
    switch status {
    case 417: GatewayError(.expectationFailed, message)
    case 431: GatewayError(.headTooLarge, message)
    case 505: GatewayError(.versionNotSupported, message)
    default: GatewayError(.malformedRequest, message, status: status)
    }
  }
}
