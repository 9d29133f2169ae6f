import GatewayCore
import GatewayDialects
import GatewayPolicies
import NIOCore

/// A list of what a consumer has, where each sees its own only: the directory says what there is, and each object is asked
/// for at its provider.
final class ObjectListing: ExchangeCall {
  /// Elements of a page: OpenAI's own default, and what a client gets at most.
  private static let usual = 20
  private static let maximum = 100

  private let exchange: Exchange
  private let path: ObjectPath
  private let query: ObjectPageQuery
  private var isStopped = false

  let tries = 0

  /// - Returns: `nil` for a call that is no such list.
  init?(_ path: ObjectPath, of exchange: Exchange) throws(GatewayError) {
    guard exchange.snapshot.separatesObjects, path.isCollection, exchange.head.method == .get,
      let caller = exchange.identified
    else { return nil }
    self.exchange = exchange
    self.path = path
    let written = ObjectQuery(
      exchange.string(exchange.head.query), exchange.objectMark,
      credentials: exchange.snapshot.authentication.queryParameters)
    for place in written.places.values where !place.isProven { throw .unknownObject(at: "after") }
    let named = exchange.namedProvider ?? written.provider
    var providers = ObjectOwner.candidates(for: path.surface, caller: caller, in: exchange.snapshot).map(\.name)
    if let named { providers.removeAll { $0 != named } }
    var query = ObjectPageQuery(
      consumer: caller.consumer.name, kind: path.surface, providers: providers,
      limit: min(max(1, written.limit ?? Self.usual), Self.maximum))
    query.purpose = written.purpose
    query.isAscending = written.isAscending
    query.after = written.places["after"].map { ObjectPageQuery.Place(id: $0.id, provider: $0.owner) }
    query.before = written.places["before"].map { ObjectPageQuery.Place(id: $0.id, provider: $0.owner) }
    self.query = query
  }

  func start() {
    let eventLoop = exchange.loop.eventLoop
    let confined = LoopConfined(self)
    exchange.loop.shared.objects.page(query) { result in
      eventLoop.execute { confined.value.received(result) }
    }
  }

  private func received(_ result: Result<ObjectPage, any Error>) {
    guard !isStopped else { return }
    exchange.loop.clock.tick()
    guard case .success(let page) = result else {
      return exchange.answer(GatewayError(.internalError, "the directory of kept objects cannot be read"))
    }
    do throws(GatewayError) {
      let request = ObjectRequest(page, of: path, in: exchange.snapshot)
      guard !request.providers.isEmpty else {
        let list = ObjectList.write([], of: path.surface, hasMore: false, exchange.objectMark)
        return exchange.answer(json: list)
      }
      exchange.admit(try ModelCall(exchange: exchange, object: request))
    } catch {
      exchange.answer(error)
    }
  }

  func interrupt() {
    isStopped = true
    exchange.callStopped()
  }

  func clientWritabilityChanged(_ isWritable: Bool) {}
}
