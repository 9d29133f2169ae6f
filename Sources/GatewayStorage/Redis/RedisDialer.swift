import GatewayCore
import NIOCore
import NIOPosix
import NIOSSL

/// Opens connections to a server and logs in. One serves all event loops.
package struct RedisDialer: Sendable {
  package let settings: RedisSettings
  private let tls: NIOSSLContext?

  /// Reads the trusted certificates; blocks for some milliseconds.
  package init(_ settings: RedisSettings) throws(RedisError) {
    self.settings = settings
    guard settings.isTLS else {
      tls = nil
      return
    }
    do {
      var configuration = TLSConfiguration.makeClientConfiguration()
      configuration.minimumTLSVersion = .tlsv12
      if let text = settings.certificateAuthority {
        configuration.trustRoots = .certificates(try NIOSSLCertificate.fromPEMBytes(Array(text.utf8)))
      }
      tls = try NIOSSLContext(configuration: configuration)
    } catch {
      throw .invalidAddress(reason: "its certificate authority cannot be used: \(error)")
    }
  }

  /// Connects, logs in, loads `scripts` and calls `then` on the loop, within the time-out for connections.
  func dial(
    _ address: RedisAddress, on eventLoop: any EventLoop, scripts: [RedisScript],
    then: @escaping (Result<RedisConnection, RedisError>) -> Void
  ) {
    let start = NIODeadline.now()
    bootstrap(address, on: eventLoop).connect(host: address.host, port: address.port)
      .assumeIsolated().whenComplete { result in
        do {
          let channel = try result.get()
          let connection = try channel.pipeline.syncOperations.handler(type: RedisConnection.self)
          greet(connection, scripts: scripts, timeout: settings.connectTimeout - (.now() - start), then: then)
        } catch {
          then(.failure(.unreachable(reason: "\(address): \(Self.describe(error))")))
        }
      }
  }

  private func bootstrap(_ address: RedisAddress, on eventLoop: any EventLoop) -> ClientBootstrap {
    ClientBootstrap(group: eventLoop)
      .connectTimeout(settings.connectTimeout)
      .channelOption(.tcpOption(.tcp_nodelay), value: 1)
      .channelOption(.socketOption(.so_keepalive), value: 1)
      .channelInitializer { [tls, settings] channel in
        channel.eventLoop.makeCompletedFuture {
          if let tls {
            // An IP address is no server name (RFC 6066 §3); it is still compared with the certificate.
            let isName = (try? SocketAddress(ipAddress: address.host, port: 0)) == nil
            try channel.pipeline.syncOperations.addHandler(
              NIOSSLClientHandler(context: tls, serverHostname: isName ? address.host : nil))
          }
          try channel.pipeline.syncOperations.addHandler(RedisConnection(settings))
        }
      }
  }

  /// All steps of the login leave at once; the first that is refused ends the connection.
  private func greet(
    _ connection: RedisConnection, scripts: [RedisScript], timeout: TimeAmount,
    then: @escaping (Result<RedisConnection, RedisError>) -> Void
  ) {
    let steps = greeting(scripts)
    var failure: RedisError?
    var left = steps.count
    for step in steps {
      connection.send(step, timeout: max(timeout, .milliseconds(1))) { answer in
        left -= 1
        // A user who may not PING is logged in all the same.
        if case .failure(let error) = answer, error.code != "NOPERM" || left > 0 { failure = failure ?? error }
        guard left == 0 else { return }
        guard let failure else { return then(.success(connection)) }
        connection.fail(failure)
        then(.failure(failure))
      }
    }
  }

  private func greeting(_ scripts: [RedisScript]) -> [RedisCommand] {
    var steps: [RedisCommand] = []
    if let password = settings.password {
      steps.append(password.reveal { RedisCommand(["AUTH"] + (settings.user.map { [$0] } ?? []) + [$0]) })
    }
    if settings.database != 0 { steps.append(RedisCommand("SELECT", String(settings.database))) }
    for script in scripts { steps.append(RedisCommand("SCRIPT", "LOAD", script.source)) }
    // Shows that it is Redis, that it wants no password and has loaded its data.
    steps.append(RedisCommand("PING"))
    return steps
  }

  static func describe(_ error: any Error) -> String {
    switch error {
    case let error as NIOConnectionError:
      if let cause = error.connectionErrors.first?.error { return describe(cause) }
      return error.dnsAError != nil || error.dnsAAAAError != nil ? "its name cannot be resolved" : "\(error)"
    // NIO's own text says in brackets where in NIO it was noticed.
    case let error as IOError: return SystemError.describe(error.errnoCode)
    case ChannelError.connectTimeout: return "no connection in time"
    default: return "\(error)"
    }
  }
}
