import GatewayCore
import GatewayDialects
import NIOCore

/// A body in which ids stand as their provider knows them.
struct StrippedBody {
  var bytes: ByteBuffer
  /// The provider that keeps what it names.
  var owner: String?
  /// Where the first id is that is not the caller's.
  var foreign: String?
  /// Where the first id is that names no provider.
  var unmarked: String?
}

extension ObjectIDs {
  static func strip(
    _ body: ByteBuffer, _ mark: ObjectMark, isModelCall: Bool = false
  ) throws(DialectFault) -> StrippedBody {
    let result: Result<StrippedBody, DialectFault> = body.withUnsafeReadableBytes { bytes in
      do throws(DialectFault) {
        let document: JSONDocument
        do throws(JSONFault) {
          // A body that another reader takes must not pass this one by.
          document = try JSONDocument(copying: bytes, loneSurrogates: .replaced)
        } catch {
          throw DialectFault("the body is not valid JSON: \(error)")
        }
        let stripped = try ObjectIDs.strip(document.root, mark, isModelCall: isModelCall)
        let changed =
          stripped.edits.isEmpty ? body : ByteBuffer(bytes: BodyEdit.apply(stripped.edits, to: bytes))
        return .success(
          StrippedBody(
            bytes: changed, owner: stripped.owner, foreign: stripped.foreign, unmarked: stripped.unmarked))
      } catch {
        return .failure(error)
      }
    }
    return try result.get()
  }
}

extension GatewayError {
  /// What is not the caller's is told like what is not there.
  static func unknownObject(at path: String) -> GatewayError {
    GatewayError(
      .unknownObject, "no such object: '\(path)' names nothing that was made with a key of this consumer",
      parameter: path)
  }
}
