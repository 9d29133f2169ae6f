import GatewayCore
import GatewayDialects
import GatewayPolicies
import GatewayProviders
import NIOCore

/// A call about objects that a provider keeps (files, batches …), as it goes to that provider.
final class ObjectRequest {
  let surface: Surface
  let method: String
  /// Whether it is about a whole collection.
  let isCollection: Bool
  /// Whether it is about one object of a collection, and nothing within it.
  let isWhole: Bool
  let isContent: Bool
  /// Whether the answer is wanted as a stream of events.
  let isStream: Bool
  let body: ByteBuffer
  /// One, but for lists: those of all providers, or of each object that is asked for.
  let providers: [Provider]
  /// Below the base path, with the query: for each provider.
  private let paths: [String]
  let isList: Bool
  /// Elements of a page, in a list.
  let limit: Int?
  /// The elements of a list, which are asked for one by one.
  let page: ObjectPage?

  /// - Parameter provider: that must be asked, where it has been chosen.
  init(_ object: ObjectPath, of exchange: Exchange, provider: String? = nil) throws(GatewayError) {
    surface = object.surface
    method = exchange.string(exchange.head.methodRange)
    isContent = object.isContent
    isCollection = object.isCollection
    isWhole = object.rest.count { $0 == "/" } == 1
    page = nil
    let snapshot = exchange.snapshot
    let caller = exchange.caller
    let mark = exchange.objectMark
    let (path, pathOwner, isProven) = object.read(mark, makesSomething: method == "POST")
    guard isProven else { throw Self.unknown(object) }
    let stripped = try Self.strip(exchange, mark)
    body = stripped.bytes
    var query = ObjectQuery(
      exchange.string(exchange.head.query), mark, credentials: exchange.snapshot.authentication.queryParameters)
    isStream = object.surface == .storedResponses && method == "GET" && query.isStream
    let named = exchange.namedProvider ?? query.provider
    var names = [pathOwner, stripped.owner, provider, named].compactMap { $0 }
    if names.isEmpty, object.isCollection, method == "GET" {
      var all = ObjectOwner.candidates(for: surface, caller: caller, in: snapshot)
      // The providers before it have been listed.
      if let last = query.owner, let place = all.firstIndex(where: { $0.name == last }) { all.removeFirst(place) }
      if all.count > 1 {
        providers = all
        isList = true
        limit = query.limit
        let first = query.text
        query.after = nil
        paths = all.map { path + ($0.name == query.owner ? first : query.text) }
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
      try ObjectOwner.provider(named: names.first, for: surface, caller: caller, in: snapshot)
    ]
    isList = false
    limit = nil
    paths = [path + query.text]
  }

  /// A list of what the caller has: each object is asked for.
  init(_ page: ObjectPage, of object: ObjectPath, in snapshot: GatewaySnapshot) {
    surface = object.surface
    method = "GET"
    isContent = false
    isCollection = true
    isWhole = false
    isStream = false
    body = ByteBuffer()
    isList = true
    limit = nil
    let known = page.places.compactMap { place in
      snapshot.providers.first { $0.name == place.provider }.map { (place: place, provider: $0) }
    }
    self.page = ObjectPage(places: known.map(\.place), hasMore: page.hasMore)
    providers = known.map(\.provider)
    let collection = object.surface.path.dropFirst("/v1".utf8.count)
    paths = known.map { "\(collection)/\(UpstreamCall.percentEncoded($0.place.id))" }
  }

  /// As the provider knows the object that the call is about; nil: it is about a collection, or a part of an object.
  var wholeID: String? {
    guard isWhole, !isList else { return nil }
    return paths[0].split(separator: "?", maxSplits: 1).first?.split(separator: "/").last.map(String.init)
  }

  func operation(_ index: Int = 0) -> UpstreamOperation { .object(method: method, path: paths[index]) }

  /// What is not the caller's is told like what is not there.
  private static func unknown(_ object: ObjectPath) -> GatewayError {
    GatewayError(.unknownObject, "no such object: \(object.surface.path)\(object.rest.prefix(256))", parameter: "id")
  }

  /// The body without the owners in its ids.
  private static func strip(
    _ exchange: Exchange, _ mark: ObjectMark
  ) throws(GatewayError) -> (bytes: ByteBuffer, owner: String?) {
    let body = exchange.body
    guard body.readableBytes > 0 else { return (body, nil) }
    let type = exchange.head.first(.contentType).map { exchange.headBytes.slice($0.value) }
    if let type, !type.startsIgnoringCase("application/json") {
      guard mark.isProofNeeded else { return (body, nil) }
      // What cannot be read cannot be told to be the caller's.
      try ObjectForm.check(body, type)
      return (body, nil)
    }
    let stripped: StrippedBody
    do throws(DialectFault) {
      stripped = try ObjectIDs.strip(body, mark)
    } catch {
      throw GatewayError(.invalidParameter, error.message, parameter: error.path)
    }
    if let path = stripped.foreign ?? stripped.unmarked { throw .unknownObject(at: path) }
    return (stripped.bytes, stripped.owner)
  }
}
