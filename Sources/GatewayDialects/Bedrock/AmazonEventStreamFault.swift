/// Why bytes are not an Amazon event stream. Nothing after it can be read: the places of the frames are lost.
package enum AmazonEventStreamFault: Error, Hashable, Sendable, CustomStringConvertible {
  /// The length that the frame claims, in bytes.
  case frameTooLarge(length: Int, maximum: Int)
  /// A total length or length of the headers that no frame can have.
  case invalidLength
  case preludeChecksum
  case messageChecksum
  /// A header that runs past the headers, has an unknown type, or says nothing where something is required.
  case invalidHeader
  /// The body ended within a frame.
  case cutFrame

  package var description: String {
    switch self {
    case .frameTooLarge(let length, let maximum):
      "an event stream frame of \(length) bytes; at most \(maximum) are taken"
    case .invalidLength: "an event stream frame with impossible lengths"
    case .preludeChecksum: "an event stream frame whose prelude has a wrong checksum"
    case .messageChecksum: "an event stream frame with a wrong checksum"
    case .invalidHeader: "an event stream frame with a malformed header"
    case .cutFrame: "an event stream that ends within a frame"
    }
  }
}

extension AnswerFault {
  package init(_ fault: AmazonEventStreamFault) { self.init("malformed answer: \(fault)") }
}
