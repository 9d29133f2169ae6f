package import HTTPTypes
package import Hummingbird

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// Answers of the admin plane.
package enum AdminJSON {
  package static func response(
    _ status: HTTPResponse.Status = .ok, _ value: some Encodable, contentType: String = "application/json"
  ) throws -> Response {
    response(status, bytes: Array(try text(value).utf8), contentType: contentType)
  }

  static func text(_ value: some Encodable) throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return String(decoding: try encoder.encode(value), as: UTF8.self)
  }

  package static func response(
    _ status: HTTPResponse.Status, bytes: [UInt8], contentType: String = "application/json"
  ) -> Response {
    Response(
      status: status, headers: [.contentType: contentType], body: ResponseBody(byteBuffer: ByteBuffer(bytes: bytes)))
  }
}
