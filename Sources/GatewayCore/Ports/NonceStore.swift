/// Where several gateways remember the nonces of signed requests together. One belongs to an event loop and is called on it only.
package protocol NonceStore: AnyObject {
  /// Remembers a nonce, unless it is known.
  ///
  /// - Parameters:
  ///   - key: of the signature.
  ///   - life: for how long it is remembered.
  ///   - then: called once, on the event loop, within the time-out of the store.
  func take(
    nonce: String, of key: String, life: Duration, then: @escaping (NonceAnswer) -> Void)
}

package enum NonceAnswer: Hashable, Sendable {
  case fresh
  /// A request with it has come already.
  case seen
  /// The store does not answer.
  case unknown
}
