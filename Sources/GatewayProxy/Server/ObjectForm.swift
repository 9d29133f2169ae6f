import GatewayCore
import GatewayDialects
import NIOCore

/// Forms where callers have to prove which objects are theirs: ids in their fields are not read, so there may be none.
enum ObjectForm {
  static func check(_ body: ByteBuffer, _ contentType: ByteBuffer) throws(GatewayError) {
    guard contentType.startsIgnoringCase("multipart/form-data") else {
      throw GatewayError(.unsupportedMediaType, "send the body as application/json, or files as multipart/form-data")
    }
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
    case .success(let fields):
      guard let field = fields.first(where: { ObjectIDs.isName(ofField: $0.name) }) else { return }
      throw GatewayError(
        .invalidParameter, "'\(field.name)' names an object: send the body as application/json", parameter: field.name)
    }
  }
}
