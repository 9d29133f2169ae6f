import Foundation
import GatewayCore
import NIOCore
import NIOPosix
import Synchronization

/// Finds the addresses of host names, for all loops. Each look-up blocks a thread of a pool of its own, so that a name server
/// that hangs holds up the calls to that one name only; equal look-ups are one.
final class NameResolver: Sendable {
  typealias Answer = Result<[SocketAddress], any Error>

  struct Unresolvable: Error, CustomStringConvertible {
    let host: String
    let reason: String

    var description: String { "the host name '\(host)' could not be resolved: \(reason)" }
  }

  /// Look-ups at once, each of another name.
  private static let threads = 16
  /// How long an answer serves further connections: short enough to follow a change, long enough for a burst.
  private static let freshness: Duration = .seconds(2)

  private struct State {
    var waiting: [String: [@Sendable (Answer) -> Void]] = [:]
    var fresh: [String: (addresses: [SocketAddress], until: Instant)] = [:]
  }

  private let state = Mutex(State())
  private let pool = NIOThreadPool(numberOfThreads: threads)
  private let hasStarted = Atomic<Bool>(false)
  private let lookUp: @Sendable (String) -> Answer
  private let now: @Sendable () -> Instant

  /// - Parameter lookUp: blocks until the name is known or is not.
  init(
    lookUp: @escaping @Sendable (String) -> Answer = NameResolver.askSystem,
    now: @escaping @Sendable () -> Instant = { Instant.current }
  ) {
    self.now = now
    self.lookUp = lookUp
  }

  /// - Parameter completion: called once, on any thread; the addresses have port 0.
  func addresses(of host: String, completion: @escaping @Sendable (Answer) -> Void) {
    let known: Answer? = state.withLock { state in
      if let fresh = state.fresh[host], now() < fresh.until { return .success(fresh.addresses) }
      let isFirst = state.waiting[host] == nil
      state.waiting[host, default: []].append(completion)
      if isFirst { start(host) }
      return nil
    }
    if let known { completion(known) }
  }

  private func start(_ host: String) {
    // The threads come with the first name; a gateway that calls addresses only needs none.
    if !hasStarted.exchange(true, ordering: .relaxed) { pool.start() }
    pool.submit { [self] work in
      let answer: Answer = work == .active ? lookUp(host) : .failure(ChannelError.ioOnClosedChannel)
      let waiting = state.withLock { state in
        if case .success(let addresses) = answer {
          let now = now()
          state.fresh = state.fresh.filter { now < $0.value.until }
          state.fresh[host] = (addresses, now + Self.freshness)
        }
        return state.waiting.removeValue(forKey: host) ?? []
      }
      for completion in waiting { completion(answer) }
    }
  }

  /// `getaddrinfo`, which reads the hosts file and asks the name servers.
  static func askSystem(_ host: String) -> Answer {
    var hints = addrinfo()
    hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
    var list: UnsafeMutablePointer<addrinfo>?
    let status = getaddrinfo(host, nil, &hints, &list)
    defer { if let list { freeaddrinfo(list) } }
    guard status == 0 else {
      return .failure(Unresolvable(host: host, reason: String(cString: gai_strerror(status))))
    }
    var addresses: [SocketAddress] = []
    var next = list
    while let entry = next?.pointee {
      if let address = address(of: entry, host: host) { addresses.append(address) }
      next = entry.ai_next
    }
    return .success(addresses)
  }

  private static func address(of entry: addrinfo, host: String) -> SocketAddress? {
    guard let bytes = entry.ai_addr else { return nil }
    switch entry.ai_family {
    case AF_INET:
      return bytes.withMemoryRebound(to: sockaddr_in.self, capacity: 1) { SocketAddress($0.pointee, host: host) }
    case AF_INET6:
      return bytes.withMemoryRebound(to: sockaddr_in6.self, capacity: 1) { SocketAddress($0.pointee, host: host) }
    default: return nil
    }
  }
}

/// The look-up of one connection, as NIO's connector wants it: IPv4 and IPv6 apart, so that it can try both (RFC 8305).
final class NameLookup: Resolver, Sendable {
  private let names: NameResolver
  private let version4: EventLoopPromise<[SocketAddress]>
  private let version6: EventLoopPromise<[SocketAddress]>
  private let admits: (@Sendable (SocketAddress) -> Bool)?

  /// - Parameter admits: which of the addresses may be connected to; `nil`: all.
  init(_ names: NameResolver, eventLoop: any EventLoop, admits: (@Sendable (SocketAddress) -> Bool)? = nil) {
    self.names = names
    self.admits = admits
    version4 = eventLoop.makePromise()
    version6 = eventLoop.makePromise()
  }

  func initiateAQuery(host: String, port: Int) -> EventLoopFuture<[SocketAddress]> { version4.futureResult }

  /// The connector asks for both; this one starts the look-up.
  func initiateAAAAQuery(host: String, port: Int) -> EventLoopFuture<[SocketAddress]> {
    names.addresses(of: host) { [version4, version6, admits] answer in
      switch Self.admitted(answer, admits) {
      case .failure(let error):
        version4.fail(error)
        version6.fail(error)
      case .success(let addresses):
        let ported = addresses.map { address in
          var address = address
          address.port = port
          return address
        }
        version4.succeed(ported.filter { $0.protocol == .inet })
        version6.succeed(ported.filter { $0.protocol == .inet6 })
      }
    }
    return version6.futureResult
  }

  private static func admitted(
    _ answer: NameResolver.Answer, _ admits: (@Sendable (SocketAddress) -> Bool)?
  ) -> NameResolver.Answer {
    guard let admits, case .success(let addresses) = answer else { return answer }
    let admitted = addresses.filter(admits)
    return admitted.isEmpty && !addresses.isEmpty ? .failure(PrivateAddress()) : .success(admitted)
  }

  func cancelQueries() {
    version4.fail(ChannelError.ioOnClosedChannel)
    version6.fail(ChannelError.ioOnClosedChannel)
  }
}
