import Synchronization

/// A port before a scripted upstream: at another address, or with TLS. Each of its connections is one of the upstream.
package final class Front: Sendable {
  /// How a connection ends when the upstream ends it.
  package enum Ending: Sendable {
    /// As TLS demands, with a `close_notify`.
    case orderly
    /// By closing TCP alone: to the peer it may be somebody else who cut the answer off.
    case abrupt
  }

  let listener: WireListener
  private let count: Count

  private final class Count: Sendable {
    let bytes = Atomic(0)
  }

  private init(listener: WireListener, count: Count) {
    self.listener = listener
    self.count = count
  }

  static func start(
    host: String, port: Int, identity: CertificateAuthority.Identity?, ending: Ending, upstream: Int
  ) async throws -> Front {
    let count = Count()
    let listener = try await WireListener.start(host: host, port: port, identity: identity) { accepted in
      // The upstream knows nothing of a connection on which no request begins.
      guard let first = try? await accepted.wire.read(within: .seconds(600)) else { return }
      count.bytes.add(first.count, ordering: .relaxed)
      guard let behind = try? await Wire.connect(port: upstream), (try? await behind.write(first)) != nil else {
        return
      }
      async let back: Void = {
        await behind.pump(to: accepted.wire)
        switch ending {
        case .orderly: await accepted.wire.close()
        case .abrupt: await accepted.closeAbruptly()
        }
      }()
      await accepted.wire.pump(to: behind) { count.bytes.add($0.count, ordering: .relaxed) }
      await behind.close()
      await back
    }
    return Front(listener: listener, count: count)
  }

  package var port: Int { listener.port }

  /// Connections accepted so far, whether or not TLS was agreed upon.
  package var connectionCount: Int { listener.connectionCount }

  package var openConnectionCount: Int { listener.openConnectionCount }

  /// Bytes of requests, decrypted.
  package var bytesReceived: Int { count.bytes.load(ordering: .relaxed) }
}
