import GatewayConfiguration
package import GatewayDialects
package import Hummingbird
import NIOCore

/// Bodies of requests: JSON (RFC 8259) of 1 MiB at most, in which nothing stands that is not understood.
package enum AdminBody {
  package static let maximumBytes = 1 << 20

  /// - Throws: `AdminProblem`: 413 `body_too_large`, 400 `invalid_json`, 400 `invalid_request` with the place within the body.
  package static func decode<Value: Decodable>(
    _ type: Value.Type, from request: Request, context: AdminContext
  ) async throws -> Value {
    try decode(type, from: try await document(from: request).root)
  }

  /// The body as it stands.
  package static func document(from request: Request) async throws -> JSONDocument {
    if let type = request.headers[.contentType], !isJSON(type) {
      throw AdminProblem(
        .unsupportedMediaType, .invalidRequest, "a body is 'content-type: application/json', not '\(type)'")
    }
    let buffer: ByteBuffer
    do {
      buffer = try await request.body.collect(upTo: maximumBytes)
    } catch is NIOTooManyBytesError {
      throw AdminProblem(.contentTooLarge, .bodyTooLarge, "a body has 1 MiB at most")
    }
    do throws(JSONFault) {
      return try JSONDocument(Array(buffer.readableBytesView), refusesDuplicates: true)
    } catch {
      throw AdminProblem(
        .badRequest, .invalidJSON,
        buffer.readableBytes == 0 ? "the body is empty; send JSON" : "the body is no JSON: \(error)")
    }
  }

  /// Parameters, such as `charset`, say nothing of JSON.
  private static func isJSON(_ type: String) -> Bool {
    type.prefix { $0 != ";" }.filter { $0 != " " && $0 != "\t" }.lowercased() == "application/json"
  }

  /// - Parameter place: of `node` within the body.
  package static func decode<Value: Decodable>(
    _ type: Value.Type, from node: JSONNode, at place: JSONPlace = .root
  ) throws -> Value {
    do {
      return try Value(from: StrictDecoder(node: node, place: place))
    } catch let error as DecodingError {
      throw problem(for: error)
    }
  }

  private static func problem(for error: DecodingError) -> AdminProblem {
    switch error {
    case .keyNotFound(let key, let context):
      .invalidRequest("'\(key.stringValue)' is missing", at: JSONPlace(context.codingPath).pointer)
    case .typeMismatch(_, let context), .valueNotFound(_, let context), .dataCorrupted(let context):
      .invalidRequest(context.debugDescription, at: JSONPlace(context.codingPath).pointer)
    @unknown default: .invalidRequest("the body is not understood")
    }
  }
}

/// Where something stands in a document.
package struct JSONPlace: Sendable {
  let path: [any CodingKey]

  package static let root = JSONPlace([])

  init(_ path: [any CodingKey]) { self.path = path }

  /// RFC 6901: `/targets/0`.
  package var pointer: String {
    path.map { key in
      "/" + JSONPointer.token(key.intValue.map { String($0) } ?? key.stringValue)
    }.joined()
  }

  func adding(_ key: any CodingKey) -> JSONPlace { JSONPlace(path + [key]) }
  package func adding(_ name: String) -> JSONPlace { adding(JSONPlaceKey(stringValue: name)) }
  package func adding(_ index: Int) -> JSONPlace { adding(JSONPlaceKey(intValue: index)) }
}

/// A member or an element by itself.
struct JSONPlaceKey: CodingKey {
  let stringValue: String
  let intValue: Int?

  init(stringValue: String) { (self.stringValue, intValue) = (stringValue, nil) }
  init(intValue: Int) { (stringValue, self.intValue) = (String(intValue), intValue) }
}

/// A member that is taken as it stands.
package struct JSONMember: Decodable, Sendable {
  package let node: JSONNode
  package let place: JSONPlace

  init(node: JSONNode, place: JSONPlace) {
    self.node = node
    self.place = place
  }

  package init(from decoder: any Decoder) throws {
    guard let decoder = decoder as? StrictDecoder else {
      throw DecodingError.dataCorrupted(
        .init(codingPath: decoder.codingPath, debugDescription: "only a body of the admin API has members like this"))
    }
    node = decoder.node
    place = decoder.place
  }
}
