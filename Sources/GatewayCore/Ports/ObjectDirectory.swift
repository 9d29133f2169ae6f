/// Remembers whose the objects are that providers keep, and how large: what the lists of a consumer show, and what limits of
/// stored bytes count.
package protocol ObjectDirectory: Sendable {
  /// The installation's secret from which the proofs in ids are made.
  var proofKey: KeyDigest { get }
  /// Takes down whose an object is, unless somebody has it already. Returns at once.
  func keep(_ object: KeptObject)
  /// Takes the room of a claim, if all of its limits have it: for an hour at most, unless it is kept or let go before. Of calls at
  /// once, also on several nodes, no more are let in than have room.
  ///
  /// - Parameter completion: called once, on any thread.
  func take(
    _ claim: StoredClaim, now: WallTime,
    completion: @escaping @Sendable (Result<LimitRefusal?, any Error>) -> Void)
  /// Nothing was stored. Returns at once.
  func letGo(_ claim: StoredClaim)
  /// The object is gone. Returns at once.
  func forget(id: String, provider: String)
  /// One page of a consumer's list, which shows all that was taken down before.
  ///
  /// - Parameter completion: called once, on any thread.
  func page(
    _ query: ObjectPageQuery, completion: @escaping @Sendable (Result<ObjectPage, any Error>) -> Void)
}

/// An object that a consumer has at a provider.
package struct KeptObject: Hashable, Sendable {
  package var provider: String
  /// As the provider knows it.
  package var id: String
  /// The surface that lists it.
  package var kind: Surface
  package var consumer: String
  /// Of a file.
  package var purpose: String?
  /// nil: it is not known.
  package var bytes: Int64?
  /// When the provider deletes it by itself; nil: never.
  package var expiresAt: WallTime?
  /// Beside the consumer.
  package var owner: StoredOwner?
  /// The id of the claim whose room it takes over.
  package var claim: String?

  package init(provider: String, id: String, kind: Surface, consumer: String, purpose: String? = nil) {
    self.provider = provider
    self.id = id
    self.kind = kind
    self.consumer = consumer
    self.purpose = purpose
  }
}

/// What a page of a list shall have.
package struct ObjectPageQuery: Hashable, Sendable {
  package struct Place: Hashable, Sendable {
    package let id: String
    package let provider: String

    package init(id: String, provider: String) {
      self.id = id
      self.provider = provider
    }
  }

  package var consumer: String
  package var kind: Surface
  /// Objects of others are left out.
  package var providers: [String]
  package var purpose: String?
  /// The last one of the page before.
  package var after: Place?
  /// The first one of the page after.
  package var before: Place?
  package var limit: Int
  /// The oldest first.
  package var isAscending = false

  package init(consumer: String, kind: Surface, providers: [String], limit: Int) {
    self.consumer = consumer
    self.kind = kind
    self.providers = providers
    self.limit = limit
  }
}

package struct ObjectPage: Hashable, Sendable {
  package var places: [ObjectPageQuery.Place]
  package var hasMore: Bool

  package init(places: [ObjectPageQuery.Place], hasMore: Bool) {
    self.places = places
    self.hasMore = hasMore
  }
}
