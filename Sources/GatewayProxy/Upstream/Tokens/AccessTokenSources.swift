import GatewayCore
import GatewayProviders
import Synchronization

/// The sources of access tokens, one for each identity: a token outlives a change of the configuration.
final class AccessTokenSources: Sendable {
  private let sources = Mutex<[KeyDigest: AccessTokenSource]>([:])
  private let report: AccessTokenSource.Report

  init(report: @escaping AccessTokenSource.Report) { self.report = report }

  func source(for grant: TokenGrant) -> AccessTokenSource {
    sources.withLock { sources in
      if let source = sources[grant.identity] { return source }
      let source = AccessTokenSource(grant, report: report)
      sources[grant.identity] = source
      return source
    }
  }

  /// Forgets the tokens that no provider of the new snapshot uses.
  func adopt(_ snapshot: GatewaySnapshot) {
    let current = Set(snapshot.providers.compactMap { $0.tokenGrant?.identity })
    sources.withLock { $0 = $0.filter { current.contains($0.key) } }
  }
}
