import GatewayCore
import GatewayDialects
import NIOCore

/// Where an answer comes from: a pooled connection, or the built-in echo. Its events go to an `AnswerReceiver`.
protocol AnswerSource: AnyObject {
  /// Stop reading: the client is slow.
  func pause()
  func resume()
  /// Nothing more is wanted: the connection is closed at once, so that the provider stops working.
  func cancel()
  /// The answer is complete for the client; what may still come is read to its end so that the connection can be used again.
  func detach()
}

protocol AnswerReceiver: AnyObject {
  func receiveHead(_ head: AnswerHead)
  func receiveBody(_ bytes: ByteBuffer)
  func receiveEnd()
  /// The answer will not be completed.
  /// - Parameters:
  ///   - rest: bytes of the body that came together with the fault.
  ///   - isStale: a kept-alive connection was closed before any byte of an answer: the provider had closed it while it was
  ///     idle, so the request may be sent again on a fresh one.
  func sourceFailed(_ failure: UpstreamFailure, after rest: ByteBuffer, isStale: Bool)
}

/// The head of a provider's answer, as far as the relay needs it. A class: it is handed on often and holds much.
final class AnswerHead {
  let status: Int
  /// The raw head and its fields; empty for the built-in echo.
  let bytes: ByteBuffer
  let fields: [HeaderField]
  private(set) var contentType: ByteBuffer?
  private(set) var hasForeignEncoding = false
  private(set) var retryAfter: ByteBuffer?
  /// `content-length`, where one was sent.
  private(set) var length: Int?

  init(status: Int, contentType: String) {
    self.status = status
    bytes = ByteBuffer()
    fields = []
    self.contentType = ByteBuffer(string: contentType)
  }

  init(_ head: ResponseHead, bytes: ByteBuffer) {
    self.bytes = bytes
    status = head.status
    fields = head.fields
    if case .length(let length) = head.framing { self.length = length }
    for field in head.fields {
      switch field.known {
      case .contentType where contentType == nil: contentType = bytes.slice(field.value)
      case .retryAfter where retryAfter == nil: retryAfter = bytes.slice(field.value)
      case .contentEncoding:
        let value = bytes.slice(field.value)
        hasForeignEncoding = hasForeignEncoding || !(value.readableBytes == 0 || value.equalsIgnoringCase("identity"))
      default: break
      }
    }
  }

  /// Of a list whose elements are all gone.
  static var emptyList: AnswerHead { AnswerHead(status: 200, contentType: "application/json") }

  var isJSON: Bool { contentType?.startsIgnoringCase("application/json") ?? false }

  /// Whether it says of itself what a stream of that dialect says.
  func isStream(of dialect: Dialect) -> Bool {
    contentType?.startsIgnoringCase(dialect.streamContentType) ?? false
  }
}

extension ByteBuffer {
  /// A part of a message head; the buffer begins at the head's first byte.
  func slice(_ range: ByteRange) -> ByteBuffer {
    getSlice(at: readerIndex + Int(range.lower), length: range.count) ?? ByteBuffer()
  }

  func startsIgnoringCase(_ text: StaticString) -> Bool {
    guard readableBytes >= text.utf8CodeUnitCount else { return false }
    return withUnsafeReadableBytes { bytes in
      (0..<text.utf8CodeUnitCount).allSatisfy { index in
        let byte = bytes[index]
        return (byte &- 0x41 < 26 ? byte | 0x20 : byte) == text.utf8Start[index]
      }
    }
  }

  func equalsIgnoringCase(_ text: StaticString) -> Bool {
    readableBytes == text.utf8CodeUnitCount && startsIgnoringCase(text)
  }
}
