import NIOCore
import NIOPosix
import Testing

@testable import GatewayProxy

/// The look-up of one connection, as the connector asks for it.
@Suite struct NameLookupTests {
  private static let both = ["::1", "127.0.0.1", "fe80::2", "10.0.0.1"]

  private func lookUp(_ addresses: [String]) -> NameResolver {
    NameResolver { _ in Result { try addresses.map { try SocketAddress(ipAddress: $0, port: 0) } } }
  }

  @Test func aLookUpSplitsTheFamiliesAndSetsThePort() async throws {
    let lookup = NameLookup(lookUp(Self.both), eventLoop: MultiThreadedEventLoopGroup.singleton.next())
    let six = lookup.initiateAAAAQuery(host: "name", port: 8443)
    let four = lookup.initiateAQuery(host: "name", port: 8443)
    #expect(try await six.get().map(\.ipAddress) == ["::1", "fe80::2"])
    #expect(try await four.get().map(\.ipAddress) == ["127.0.0.1", "10.0.0.1"])
    #expect(try await (six.get() + four.get()).allSatisfy { $0.port == 8443 })
    lookup.cancelQueries()
  }

  @Test func addressesThatAreNotAdmittedAreLeftOut() async throws {
    let names = lookUp(["::1", "127.0.0.1", "8.8.8.8", "2606:4700::1111", "::ffff:10.0.0.1", "169.254.169.254"])
    let lookup = NameLookup(
      names, eventLoop: MultiThreadedEventLoopGroup.singleton.next(), admits: PrivateAddress.isPublic)
    let six = lookup.initiateAAAAQuery(host: "name", port: 443)
    let four = lookup.initiateAQuery(host: "name", port: 443)
    #expect(try await six.get().map(\.ipAddress) == ["2606:4700::1111"])
    #expect(try await four.get().map(\.ipAddress) == ["8.8.8.8"])
    lookup.cancelQueries()
  }

  @Test func aNameWithoutAnAdmittedAddressFails() async throws {
    let lookup = NameLookup(
      lookUp(Self.both), eventLoop: MultiThreadedEventLoopGroup.singleton.next(), admits: PrivateAddress.isPublic)
    let six = lookup.initiateAAAAQuery(host: "name", port: 443)
    let four = lookup.initiateAQuery(host: "name", port: 443)
    await #expect(throws: PrivateAddress.self) { _ = try await six.get() }
    await #expect(throws: PrivateAddress.self) { _ = try await four.get() }
    lookup.cancelQueries()
  }

  @Test func aFailedLookUpFailsBothFamilies() async throws {
    let server = NameServer(failing: ["gone"])
    let lookup = NameLookup(NameResolver { server.answer($0) }, eventLoop: MultiThreadedEventLoopGroup.singleton.next())
    let six = lookup.initiateAAAAQuery(host: "gone", port: 80)
    let four = lookup.initiateAQuery(host: "gone", port: 80)
    await #expect(throws: NameResolver.Unresolvable.self) { _ = try await six.get() }
    await #expect(throws: NameResolver.Unresolvable.self) { _ = try await four.get() }
    lookup.cancelQueries()
    lookup.cancelQueries()
  }

  @Test func aLookUpMayBeCancelledBeforeItsAnswer() async throws {
    let server = NameServer(hanging: ["slow"])
    let names = NameResolver { server.answer($0) }
    let lookup = NameLookup(names, eventLoop: MultiThreadedEventLoopGroup.singleton.next())
    let six = lookup.initiateAAAAQuery(host: "slow", port: 80)
    let four = lookup.initiateAQuery(host: "slow", port: 80)
    lookup.cancelQueries()
    await #expect(throws: ChannelError.self) { _ = try await six.get() }
    await #expect(throws: ChannelError.self) { _ = try await four.get() }
    server.release("slow")
    // The late answer finds nobody, and serves the next who asks.
    let later = NameLookup(names, eventLoop: MultiThreadedEventLoopGroup.singleton.next())
    #expect(try await later.initiateAAAAQuery(host: "slow", port: 80).get().isEmpty)
    #expect(try await later.initiateAQuery(host: "slow", port: 80).get().count == 1)
    #expect(server.questions == ["slow"])
    lookup.cancelQueries()
  }
}
