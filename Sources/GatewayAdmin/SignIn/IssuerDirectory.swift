import GatewayCore
import GatewayPolicies
import GatewayProviders
import Logging

/// What is known of the issuer that people sign in by: its endpoints and keys, fetched when they are needed.
actor IssuerDirectory {
  struct Issuer: Sendable {
    let metadata: IssuerMetadata
    let keys: KeySet
  }

  /// How long both serve.
  private static let life: Int64 = 600_000
  /// Between two fetches after one that failed, and for the sake of a key that nobody knows.
  private static let pause: Int64 = 5_000
  private static let unknownKeyPause: Int64 = 30_000

  private let client: any IssuerClient
  private let logger: Logger
  private let clock: @Sendable () -> WallTime
  private var place: Place?
  private var known: Issuer?
  private var fetchedAt: WallTime?
  private var failure: (fault: IssuerFault, at: WallTime)?
  private var soughtAt: WallTime?
  private var isBusy = false
  private var waiting: [CheckedContinuation<Void, Never>] = []

  /// Whom all of it is of.
  private struct Place: Hashable {
    let issuer: String
    let server: IssuerServer
    let hasSecret: Bool
  }

  init(client: any IssuerClient, logger: Logger, clock: @escaping @Sendable () -> WallTime) {
    self.client = client
    self.logger = logger
    self.clock = clock
  }

  /// - Parameter seeksKey: a token names a key that is not known.
  func issuer(_ provider: SignInProvider, seeksKey: Bool = false) async throws(IssuerFault) -> Issuer {
    // One fetch at a time; whoever waited takes what came of it.
    while isBusy { await withCheckedContinuation { waiting.append($0) } }
    let wanted = Place(
      issuer: provider.issuer, server: provider.discovery, hasSecret: provider.clientSecret != nil)
    if place != wanted { (place, known, fetchedAt, failure, soughtAt) = (wanted, nil, nil, nil, nil) }
    let now = clock()
    if seeksKey {
      if let known, let soughtAt, now.milliseconds - soughtAt.milliseconds < Self.unknownKeyPause { return known }
      soughtAt = now
    } else if let known, let fetchedAt, now.milliseconds - fetchedAt.milliseconds < Self.life {
      return known
    }
    if let failure, now.milliseconds - failure.at.milliseconds < Self.pause {
      guard let known else { throw failure.fault }
      return known
    }
    isBusy = true
    defer { leave() }
    do throws(IssuerFault) {
      let fetched = try await fetch(provider)
      (known, fetchedAt, failure) = (fetched, clock(), nil)
      return fetched
    } catch {
      failure = (error, clock())
      // What was known before serves until the issuer answers again.
      guard let known else { throw error }
      logger.warning(
        "an issuer could not be asked again", metadata: ["issuer": "\(provider.issuer)", "reason": "\(error.sentence)"])
      return known
    }
  }

  private func fetch(_ provider: SignInProvider) async throws(IssuerFault) -> Issuer {
    let metadata = try IssuerMetadata(try await document(provider.discovery), of: provider)
    let body = try await document(metadata.keys)
    do throws(KeySet.Problem) {
      return Issuer(metadata: metadata, keys: try KeySet(body))
    } catch {
      throw IssuerFault("its keys cannot be used: \(error.sentence)")
    }
  }

  private func document(_ server: IssuerServer) async throws(IssuerFault) -> [UInt8] {
    let reply = try await client.ask(IssuerQuestion(server))
    let place = "\(server.endpoint.authority)\(server.target)"
    guard reply.status == 200 else { throw IssuerFault("\(place) answered \(reply.status)") }
    return reply.body
  }

  private func leave() {
    isBusy = false
    let next = waiting
    waiting = []
    for continuation in next { continuation.resume() }
  }
}
