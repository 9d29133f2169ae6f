import GatewayCore
import GatewayDialects
import NIOCore

/// Forms (RFC 7578) in calls about objects.
enum ObjectForm {
  static func isForm(_ contentType: ByteBuffer) -> Bool { contentType.startsIgnoringCase("multipart/form-data") }

  /// - Parameter contentType: of a form, with its boundary.
  static func fields(of body: ByteBuffer, _ contentType: ByteBuffer) throws(GatewayError) -> [FormField] {
    let fields: Result<[FormField], RequestFault> = body.withUnsafeReadableBytes { bytes in
      contentType.withUnsafeReadableBytes { type in
        do throws(RequestFault) {
          return .success(try RequestLens.fields(ofForm: bytes, contentType: type))
        } catch {
          return .failure(error)
        }
      }
    }
    switch fields {
    case .failure(let fault): throw fault.gatewayError
    case .success(let fields): return fields
    }
  }

  /// Where callers have to prove which objects are theirs: ids in fields are not read, so there may be none.
  static func check(_ body: ByteBuffer, _ contentType: ByteBuffer) throws(GatewayError) {
    guard isForm(contentType) else {
      throw GatewayError(.unsupportedMediaType, "send the body as application/json, or files as multipart/form-data")
    }
    let named = try fields(of: body, contentType).first { ObjectIDs.isName(ofField: $0.name) }
    guard let named else { return }
    throw GatewayError(
      .invalidParameter, "'\(named.name)' names an object: send the body as application/json", parameter: named.name)
  }
}
