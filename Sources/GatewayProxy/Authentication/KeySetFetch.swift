import GatewayCore
import GatewayDialects
import GatewayProviders
import NIOCore

/// Gets the keys of an issuer: from where they are, or from where its discovery document says (OpenID Connect Discovery §4).
struct KeySetFetch {
  static let timeLimit: Duration = .seconds(10)

  let address: KeySetAddress
  let loop: Loop

  /// - Parameter onEnd: called once, on the loop.
  func start(onEnd: @escaping (Result<KeySet, IssuerRequest.Failure>) -> Void) {
    guard let issuer = address.discovers else { return fetch(from: address.server, onEnd) }
    ask(address.server) { result in
      switch result {
      case .failure(let failure): onEnd(.failure(failure))
      case .success(let body):
        do throws(IssuerRequest.Failure) {
          fetch(from: try place(in: body, of: issuer), onEnd)
        } catch {
          onEnd(.failure(error))
        }
      }
    }
  }

  private func fetch(from server: IssuerServer, _ onEnd: @escaping (Result<KeySet, IssuerRequest.Failure>) -> Void) {
    ask(server) { result in
      onEnd(
        result.flatMap { body in
          do throws(KeySet.Problem) {
            return .success(try KeySet(body))
          } catch {
            return .failure(IssuerRequest.Failure(reason: "its answer cannot be used: \(error.sentence)"))
          }
        })
    }
  }

  /// The body of an answer with 200.
  private func ask(_ server: IssuerServer, _ onEnd: @escaping (Result<[UInt8], IssuerRequest.Failure>) -> Void) {
    let content = IssuerRequest.Content(server: server, timeout: Self.timeLimit, limit: KeySet.maximumBytes)
    IssuerRequest(content, on: loop) { result in
      onEnd(
        result.flatMap { answer in
          answer.status == 200
            ? .success(answer.body) : .failure(IssuerRequest.Failure(reason: "it answered \(answer.status)"))
        })
    }.start()
  }

  private func place(in body: [UInt8], of issuer: String) throws(IssuerRequest.Failure) -> IssuerServer {
    guard let root = (try? JSONDocument(body))?.root, let place = root["jwks_uri"]?.string else {
      throw IssuerRequest.Failure(reason: "its discovery document names no 'jwks_uri'")
    }
    // OpenID Connect Discovery §4.3.
    guard root["issuer"]?.string == issuer else {
      throw IssuerRequest.Failure(reason: "its discovery document is another issuer's")
    }
    do throws(UpstreamURL.Problem) {
      let server = try IssuerURL.parse(place, privateCA: address.server.privateCA)
      guard server.endpoint.isTLS || !address.server.endpoint.isTLS else {
        throw UpstreamURL.Problem("it is not https")
      }
      return server
    } catch {
      throw IssuerRequest.Failure(reason: "the 'jwks_uri' of its discovery document cannot be used: \(error.sentence)")
    }
  }
}
