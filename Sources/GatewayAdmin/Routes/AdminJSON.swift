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
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return response(status, bytes: Array(try encoder.encode(value)), contentType: contentType)
  }

  package static func response(
    _ status: HTTPResponse.Status, bytes: [UInt8], contentType: String = "application/json"
  ) -> Response {
    Response(
      status: status, headers: [.contentType: contentType], body: ResponseBody(byteBuffer: ByteBuffer(bytes: bytes)))
  }
}
