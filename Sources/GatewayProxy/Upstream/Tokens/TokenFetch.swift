import Foundation
import GatewayCore
import GatewayProviders
import NIOCore

/// One request for an access token, over a connection of its own: with the proxy and the authorities of the provider whose token
/// it is. Redirects are not followed.
final class TokenFetch: AnswerReceiver, Sweepable {
  /// The whole of it, names, proxy and TLS included.
  static let timeLimit: Duration = .seconds(10)

  private enum State {
    /// → `awaiting`, `ended`
    case connecting
    /// → `ended`
    case awaiting(status: Int, ByteBuffer)
    case ended
  }

  private let grant: TokenGrant
  private let provider: Provider
  private let loop: Loop
  private let startedAt: Instant
  private var state = State.connecting
  private var onEnd: ((Result<AccessToken, TokenFailure>) -> Void)?
  private var secrets: [Secret] = []
  private var pending: UpstreamConnection?
  private var source: (any AnswerSource)?
  var sweepIndex = -1

  /// - Parameter onEnd: called once, on the loop.
  init(
    _ grant: TokenGrant, provider: Provider, loop: Loop,
    onEnd: @escaping (Result<AccessToken, TokenFailure>) -> Void
  ) {
    self.grant = grant
    self.provider = provider
    self.loop = loop
    self.onEnd = onEnd
    startedAt = loop.clock.now
  }

  func start() {
    loop.attemptSweep.add(self)
    let request: TokenRequest
    do throws(TokenFailure) {
      request = try TokenRequest(grant, unixTime: Int(time(nil)))
    } catch {
      return end(.failure(error))
    }
    secrets = request.secrets
    let pool = loop.pools.tokenPool(for: grant, of: provider)
    pending = pool.connect(timeout: Self.timeLimit, now: loop.clock.now) { [self] result in
      guard case .connecting = state else { return }
      pending = nil
      switch result {
      case .success(let connection): send(request, over: connection)
      case .failure(let error): end(.failure(unreachable(ConnectError.sentence(for: error))))
      }
    }
  }

  private func send(_ request: TokenRequest, over connection: UpstreamConnection) {
    var head = HeadStart.make("POST", request.endpoint.basePath, to: request.endpoint, through: provider.proxy)
    head.writeString(
      "content-type: application/x-www-form-urlencoded\r\naccept: application/json\r\nconnection: close\r\n")
    HeadWriter.writeField("content-length", request.body.utf8.count, into: &head)
    HeadWriter.writeEnd(into: &head)
    head.writeString(request.body)
    state = .awaiting(status: 0, ByteBuffer())
    source = connection
    connection.send([head], to: self)
  }

  // MARK: The answer

  func receiveHead(_ head: AnswerHead) {
    guard case .awaiting = state else { return }
    state = .awaiting(status: head.status, ByteBuffer())
  }

  func receiveBody(_ bytes: ByteBuffer) {
    guard case .awaiting(let status, var held) = state else { return }
    held.append(bytes)
    state = .awaiting(status: status, held)
    if held.readableBytes > TokenAnswer.maximumBytes {
      end(.failure(TokenFailure("the token endpoint's answer is too large")))
    }
  }

  func receiveEnd() {
    source = nil
    guard case .awaiting(let status, let body) = state else { return }
    end(
      body.withUnsafeReadableBytes {
        TokenAnswer.read(status: status, body: $0, hiding: secrets, now: startedAt)
      })
  }

  func sourceFailed(_ failure: UpstreamFailure, after rest: ByteBuffer, isStale: Bool) {
    source = nil
    end(.failure(unreachable(failure.reason)))
  }

  func sweep(now: Instant) {
    guard now - startedAt >= Self.timeLimit else { return }
    end(.failure(TokenFailure("the token endpoint '\(grant.endpoint.host)' did not answer within 10 s")))
  }

  private func unreachable(_ reason: String) -> TokenFailure {
    TokenFailure("the token endpoint '\(grant.endpoint.host)' could not be asked: \(reason)")
  }

  private func end(_ result: Result<AccessToken, TokenFailure>) {
    guard let onEnd else { return }
    self.onEnd = nil
    state = .ended
    loop.attemptSweep.remove(self)
    pending?.close()
    pending = nil
    source?.cancel()
    source = nil
    onEnd(result)
  }
}
