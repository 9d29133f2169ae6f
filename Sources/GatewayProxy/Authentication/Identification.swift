import Crypto
import GatewayCore
import GatewayPolicies
import NIOCore

/// One exchange on its way through the methods of `authentication`, in their order: the first that knows its caller lets it in, and
/// of those that refuse it one tells why. It may have to wait for an issuer of tokens, or for the body of a signed request.
final class Identification {
  enum Step {
    case caller(Caller)
    case refused(GatewayError)
    /// `Exchange.identified` follows.
    case waiting
    /// `take` is to be called with the body.
    case needsBody
  }

  private enum Finding {
    case caller(Caller)
    case waiting
    case needsBody
    /// Not by this method.
    case passed
  }

  /// Of a body that is hashed at once, before others of the loop have their turn.
  private static let hashLimit = 1 << 20
  /// By which the clocks of gateways that share nonces may differ.
  private static let skew: Duration = .seconds(60)

  /// nil: nobody waits any more.
  private var exchange: Exchange?
  private let authenticator: Authenticator
  private let loop: Loop
  private var index = 0
  /// The method at `index` has made the exchange wait already.
  private var hasWaited = false
  /// What the server has said that the method at `index` asked.
  private var answer: TokenInquiry.Answer?
  private var refusals = Refusals()
  /// What stands where gateway keys stand.
  private let bearer: [UInt8]?
  private var signed: (request: SignedRequest, key: SigningKey)?
  /// Whether `take` is to be called with the body.
  var needsBody: Bool { signed != nil }

  /// - Parameter bearer: what stands where gateway keys stand; nil: nothing.
  init(_ exchange: Exchange, bearer: [UInt8]?) {
    self.exchange = exchange
    loop = exchange.loop
    authenticator = exchange.loop.authenticator
    self.bearer = bearer
  }

  func cancel() { exchange = nil }

  /// Goes on until somebody is known, or nothing is left to try.
  func advance() -> Step {
    guard let exchange else { return .waiting }
    while index < authenticator.methods.count {
      switch find(authenticator.methods[index], exchange) {
      case .caller(let caller):
        exchange.record.authentication = AuthenticationRecord(
          authenticator.authentication.methods[index].kind, .accepted)
        return .caller(caller)
      case .waiting: return .waiting
      case .needsBody: return .needsBody
      case .passed:
        index += 1
        hasWaited = false
        answer = nil
      }
    }
    let (error, record) = refusals.outcome(authenticator.authentication)
    exchange.record.authentication = record
    exchange.wantedScopes = refusals.wantedScopes
    return .refused(error)
  }

  private func resume() {
    guard let exchange else { return }
    loop.clock.tick()
    exchange.identified(advance())
  }

  private func find(_ method: Authenticator.Method, _ exchange: Exchange) -> Finding {
    switch method {
    case .keys: return findKey(exchange)
    case .jwt(let verifier): return find(verifier, exchange)
    case .introspection(let inquiry): return find(inquiry, exchange)
    case .hmac(let window): return findSignature(window, exchange)
    case .mtls: return findCertificate(exchange)
    }
  }

  private func findCertificate(_ exchange: Exchange) -> Finding {
    switch exchange.certified {
    case .success(let caller)?: return .caller(caller)
    case .failure(let error)?:
      refusals.add(certificate: error)
      return .passed
    case nil: return .passed
    }
  }

  // MARK: Gateway keys

  private func findKey(_ exchange: Exchange) -> Finding {
    guard let bearer else { return .passed }
    do throws(GatewayError) {
      return .caller(try exchange.holder(of: bearer))
    } catch {
      // Whoever holds a key that is over is told so; all others may have sent something else.
      refusals.add(key: error, isKnown: exchange.isKey(bearer))
      return .passed
    }
  }

  // MARK: Tokens

  private func token(at place: TokenDemands.Place, _ exchange: Exchange) -> [UInt8]? {
    switch place {
    case .bearer: return bearer
    case .header(let name):
      guard let value = exchange.fieldValue(named: name), value.readableBytes > 0 else { return nil }
      return value.withUnsafeReadableBytes { Array(Identify.bearerToken($0) ?? $0) }
    case .cookie(let name): return exchange.cookie(name).flatMap { $0.isEmpty ? nil : Array($0.utf8) }
    case .query(let name): return exchange.queryValue(name).flatMap { $0.isEmpty ? nil : Array($0.utf8) }
    }
  }

  private func find(_ verifier: TokenVerifier, _ exchange: Exchange) -> Finding {
    let place = verifier.issuer.demands.place
    guard let token = token(at: place, exchange) else { return .passed }
    guard token.count <= CompactToken.maximumBytes else {
      refusals.add(.tooLong(token.count), by: .jwt)
      return .passed
    }
    let answer = token.withUnsafeBytes { bytes in
      verifier.verify(bytes, mayWait: !hasWaited) { self.resume() }
    }
    switch answer {
    case .accepted(let caller): return .caller(caller)
    case .refused(let refusal): refusals.add(refusal, by: .jwt)
    case .waiting:
      hasWaited = true
      return .waiting
    case .unavailable:
      refusals.add(
        unavailable: Self.unavailable("the keys that tokens are verified with could not be fetched yet"), by: .jwt)
    case nil:
      refusals.add(place == .bearer ? .notAToken : .malformed("it is no JSON Web Token"), by: .jwt)
    }
    return .passed
  }

  private func find(_ inquiry: TokenInquiry, _ exchange: Exchange) -> Finding {
    guard !refusals.isOfVerifiedToken, let token = token(at: inquiry.introspection.demands.place, exchange) else {
      return .passed
    }
    guard token.count <= CompactToken.maximumBytes else {
      refusals.add(.tooLong(token.count), by: .introspection)
      return .passed
    }
    let known =
      answer
      ?? token.withUnsafeBytes { bytes in
        inquiry.ask(bytes) { answer in
          self.answer = answer
          self.resume()
        }
      }
    switch known {
    case .success(.success(let caller)): return .caller(caller)
    case .success(.failure(let refusal)): refusals.add(refusal, by: .introspection)
    case .failure:
      refusals.add(
        unavailable: Self.unavailable("the server that says whether a token is good did not say it"), by: .introspection
      )
    case nil: return .waiting
    }
    return .passed
  }

  private static func unavailable(_ what: String) -> GatewayError {
    GatewayError(.authenticationUnavailable, "\(what); try again shortly", retryAfter: .seconds(1))
  }

  // MARK: Signatures

  private func findSignature(_ window: Duration, _ exchange: Exchange) -> Finding {
    let authentication = authenticator.authentication
    if let id = exchange.signedBy {
      guard let key = authentication.signingKeys[id] else {
        refusals.add(
          signature: GatewayError(.invalidSignature, "the key '\(id)' of the signature is not known any more"))
        return .passed
      }
      return .caller(Self.caller(key))
    }
    guard let field = exchange.head.first(.authorization) else { return .passed }
    let read: Result<(SignedRequest, SigningKey)?, GatewayError> = exchange.headBytes.slice(field.value)
      .withUnsafeReadableBytes { bytes in
        do throws(GatewayError) {
          guard let request = try SignedRequest(bytes) else { return .success(nil) }
          return .success((request, try request.key(in: authentication, window: window, now: .current)))
        } catch {
          return .failure(error)
        }
      }
    switch read {
    case .success(nil): return .passed
    case .success(let found?):
      signed = found
      return .needsBody
    case .failure(let error):
      refusals.add(signature: error)
      return .passed
    }
  }

  /// The whole body of a signed request is here.
  func take(_ body: ByteBuffer) -> Step {
    let digest = hash(body, SHA256())
    return digest.map(decide) ?? .waiting
  }

  /// - Returns: nil where the rest is hashed later.
  private func hash(_ body: ByteBuffer, _ begun: SHA256) -> KeyDigest? {
    var (hash, rest) = (begun, body)
    let part = rest.readSlice(length: min(rest.readableBytes, Self.hashLimit)) ?? ByteBuffer()
    part.withUnsafeReadableBytes { hash.update(bufferPointer: $0) }
    if rest.readableBytes == 0 { return hash.finalize().withUnsafeBytes { KeyDigest(sha256: $0) } }
    let state = LoopConfined((self, rest, hash))
    loop.eventLoop.execute {
      let (identification, rest, hash) = state.value
      guard let exchange = identification.exchange, let digest = identification.hash(rest, hash) else { return }
      exchange.identified(identification.decide(digest))
    }
    return nil
  }

  private func decide(_ digest: KeyDigest) -> Step {
    guard let exchange, let (request, key) = signed, case .hmac(let window) = authenticator.methods[index] else {
      return .waiting
    }
    do throws(GatewayError) {
      try request.check(exchange.signedLine, digest: digest, key: key)
      if let nonces = loop.counters.nonces {
        nonces.take(nonce: request.nonce, of: key.id, life: window + window + Self.skew) { self.answered($0) }
        return .waiting
      }
      try loop.shared.takeNonce(request.nonce, of: key.id, window: window, now: loop.clock.now)
    } catch {
      return refuse(error)
    }
    return accept(key, exchange)
  }

  /// The store of several gateways has said whether the nonce is new.
  private func answered(_ answer: NonceAnswer) {
    guard let exchange, let (_, key) = signed else { return }
    loop.clock.tick()
    switch answer {
    case .fresh: exchange.identified(accept(key, exchange))
    case .seen: exchange.identified(refuse(.nonceSeen))
    case .unknown:
      let what = "whether a request with this nonce has come to another gateway cannot be told"
      exchange.identified(refuse(Self.unavailable(what)))
    }
  }

  private func refuse(_ error: GatewayError) -> Step {
    if error.kind == .authenticationUnavailable {
      refusals.add(unavailable: error, by: .hmac)
    } else {
      refusals.add(signature: error)
    }
    index += 1
    signed = nil
    return advance()
  }

  private func accept(_ key: SigningKey, _ exchange: Exchange) -> Step {
    exchange.signedBy = key.id
    exchange.record.authentication = AuthenticationRecord(.hmac, .accepted)
    return .caller(Self.caller(key))
  }

  private static func caller(_ key: SigningKey) -> Caller {
    Caller(consumer: key.consumer, claims: CallerClaims(subject: key.id))
  }
}
