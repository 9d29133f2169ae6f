import GatewayCore
import GatewayDialects
import GatewayPolicies
import NIOCore

/// A call about objects that a provider keeps (files, batches …), as it goes to that provider.
final class ObjectRequest {
  let surface: Surface
  let method: String
  /// Below the base path, with the query.
  let path: String
  let body: ByteBuffer
  let isContent: Bool
  /// One, but for lists: those are asked of every provider.
  let providers: [Provider]
  /// Of each provider, in a list: where it goes on after the last page.
  private let queries: [String]
  /// Elements of a page.
  let limit: Int?

  var isList: Bool { providers.count > 1 }

  init(_ object: ObjectPath, of exchange: Exchange) throws(GatewayError) {
    surface = object.surface
    method = exchange.string(exchange.head.methodRange)
    isContent = object.isContent
    let snapshot = exchange.snapshot
    let consumer = exchange.consumer ?? Identify.anonymous
    let isOwner = { (name: String) in snapshot.providers.contains { $0.name == name } }
    let (path, pathOwner) = object.stripped(isOwner: isOwner)
    let stripped = try Self.strip(exchange, isOwner: isOwner)
    body = stripped.bytes
    var query = ObjectQuery(exchange.string(exchange.head.query), isOwner: isOwner)
    let named = exchange.fieldValue(named: "x-sluice-provider").map { String(buffer: $0) } ?? query.provider
    var names = [pathOwner, stripped.owner, named].compactMap { $0 }
    if names.isEmpty, object.rest.isEmpty, method == "GET" {
      var all = ObjectOwner.candidates(for: surface, consumer: consumer, in: snapshot)
      // The providers before it have been listed.
      if let last = query.owner, let place = all.firstIndex(where: { $0.name == last }) { all.removeFirst(place) }
      if all.count > 1 {
        providers = all
        limit = query.limit
        let first = query.text
        query.after = nil
        queries = all.map { $0.name == query.owner ? first : query.text }
        self.path = path
        return
      }
    }
    if let owner = query.owner { names.append(owner) }
    if let owner = names.first, let other = names.first(where: { $0 != owner }) {
      throw GatewayError(
        .invalidParameter,
        "the request names objects of provider '\(owner)' and of '\(other)'; one call reaches one provider",
        parameter: "provider")
    }
    providers = [
      try ObjectOwner.provider(named: names.first, for: surface, consumer: consumer, in: snapshot)
    ]
    limit = nil
    queries = []
    self.path = path + query.text
  }

  func operation(_ index: Int = 0) -> UpstreamOperation {
    .object(method: method, path: isList ? path + queries[index] : path)
  }

  /// The body without the owners in its ids.
  private static func strip(
    _ exchange: Exchange, isOwner: (String) -> Bool
  ) throws(GatewayError) -> (bytes: ByteBuffer, owner: String?) {
    let body = exchange.body
    let isJSON = exchange.head.first(.contentType).map {
      exchange.headBytes.slice($0.value).startsIgnoringCase("application/json")
    }
    guard body.readableBytes > 0, isJSON ?? true else { return (body, nil) }
    do throws(DialectFault) {
      return try ObjectIDs.strip(body, isOwner: isOwner)
    } catch {
      throw GatewayError(.invalidParameter, error.message, parameter: error.path)
    }
  }
}

extension ObjectIDs {
  /// - Returns: the body itself where it names no object of a provider.
  static func strip(
    _ body: ByteBuffer, isOwner: (String) -> Bool
  ) throws(DialectFault) -> (bytes: ByteBuffer, owner: String?) {
    let result: Result<(bytes: ByteBuffer, owner: String?), DialectFault> = body.withUnsafeReadableBytes { bytes in
      do throws(DialectFault) {
        let document: JSONDocument
        do throws(JSONFault) {
          document = try JSONDocument(copying: bytes)
        } catch {
          throw DialectFault("the body is not valid JSON: \(error)")
        }
        let stripped = try ObjectIDs.strip(document.root, isOwner: isOwner)
        if stripped.edits.isEmpty { return .success((body, nil)) }
        return .success((ByteBuffer(bytes: BodyEdit.apply(stripped.edits, to: bytes)), stripped.owner))
      } catch {
        return .failure(error)
      }
    }
    return try result.get()
  }
}
