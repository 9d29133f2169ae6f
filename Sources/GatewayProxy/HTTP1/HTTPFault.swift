/// Why a message from a peer was refused. After a fault the connection has no known framing and must be closed.
package enum HTTPFault: UInt8, Error, Equatable, Sendable, CaseIterable {
  // Lines
  case lineEndBeforeStart, bareLineFeed, bareCarriageReturn, headTooLarge, tooManyFields
  // Request line
  case malformedRequestLine, invalidMethod, methodTooLong, invalidTarget, unsupportedTarget, malformedVersion
  case unsupportedVersion, connectUnsupported
  // Status line
  case malformedStatusLine, invalidStatus, invalidReason, unexpectedUpgrade
  // Fields
  case foldedField, missingColon, invalidFieldName, whitespaceBeforeColon, invalidFieldValue
  case missingHost, repeatedHost, invalidHost, unknownExpectation
  // Framing
  case invalidContentLength, repeatedContentLength, contentLengthWithTransferEncoding, unsupportedTransferCoding
  case repeatedTransferEncoding, transferEncodingInHTTP10
  // Chunks
  case invalidChunkSize, chunkSizeTooLarge, chunkLineTooLong, invalidChunkExtension, unterminatedChunkLine
  case unterminatedChunk, invalidTrailer, trailersTooLarge

  /// The status code of the answer when the message was a request.
  package var status: Int {
    switch self {
    case .headTooLarge, .tooManyFields, .trailersTooLarge: 431
    case .unsupportedVersion: 505
    case .unknownExpectation: 417
    case .connectUnsupported: 501
    default: 400
    }
  }

  /// What is wrong, as a phrase that ends an error message. Never holds bytes of the message.
  package var message: String {
    switch self {
    case .lineEndBeforeStart: "a line end stands where the message should start"
    case .bareLineFeed: "a line of the head ends with LF alone, not with CR LF"
    case .bareCarriageReturn: "the head holds a CR that is not followed by LF"
    case .headTooLarge: "the head is larger than the limit"
    case .tooManyFields: "the head has more than 256 fields"
    case .malformedRequestLine: "the request line is not 'METHOD TARGET HTTP/1.1' with single spaces"
    case .invalidMethod: "the method holds a byte that is not a token character"
    case .methodTooLong: "the method is longer than 32 bytes"
    case .invalidTarget: "the request target holds a control, space, '#' or non-ASCII byte"
    case .unsupportedTarget: "the request target is neither a path, nor an http(s) URL, nor '*' with OPTIONS"
    case .malformedVersion: "the protocol version is not of the form HTTP/1.1"
    case .unsupportedVersion: "only HTTP/1.1 and HTTP/1.0 are spoken here"
    case .connectUnsupported: "CONNECT is not supported: this is not a forward proxy"
    case .malformedStatusLine: "the status line is not 'HTTP/1.1 STATUS REASON' with single spaces"
    case .invalidStatus: "the status code is not three digits from 100 to 599"
    case .invalidReason: "the reason phrase holds a control byte, or a CR that is not followed by LF"
    case .unexpectedUpgrade: "101 Switching Protocols was answered to a request that asked for no upgrade"
    case .foldedField: "a header field is folded over two lines"
    case .missingColon: "a header line has no colon"
    case .invalidFieldName: "a field name is empty or holds a byte that is not a token character"
    case .whitespaceBeforeColon: "there is whitespace between a field name and its colon"
    case .invalidFieldValue: "a field value holds a control byte"
    case .missingHost: "an HTTP/1.1 request needs a Host field"
    case .repeatedHost: "the Host field is given more than once"
    case .invalidHost: "the Host field or the URL's authority is not a host with an optional port"
    case .unknownExpectation: "the only supported expectation is 100-continue"
    case .invalidContentLength: "Content-Length is not a plain decimal number, is followed by a tab, or is too large"
    case .repeatedContentLength: "Content-Length is given more than once"
    case .contentLengthWithTransferEncoding: "Content-Length and Transfer-Encoding are both given"
    case .unsupportedTransferCoding: "the only supported transfer coding is chunked"
    case .repeatedTransferEncoding: "Transfer-Encoding is given more than once"
    case .transferEncodingInHTTP10: "an HTTP/1.0 message cannot have a Transfer-Encoding"
    case .invalidChunkSize: "a chunk size is not a plain hexadecimal number"
    case .chunkSizeTooLarge: "a chunk size has more than 16 digits or is too large"
    case .chunkLineTooLong: "a chunk size line is longer than 256 bytes"
    case .invalidChunkExtension: "a chunk extension is malformed"
    case .unterminatedChunkLine: "a chunk size line does not end with CR LF"
    case .unterminatedChunk: "the data of a chunk is not followed by CR LF"
    case .invalidTrailer: "a trailer field is malformed, or is one that frames the message"
    case .trailersTooLarge: "the trailer fields are larger than 8 KiB"
    }
  }
}
