import Foundation
import NIOCore
import Synchronization
import Testing

@testable import GatewayProxy

@Suite struct NameResolverTests {
  private struct Unknown: Error {}

  private static let address: [SocketAddress] = (try? [SocketAddress(ipAddress: "192.0.2.1", port: 0)]) ?? []

  private func ask(_ resolver: NameResolver, _ host: String) async -> NameResolver.Answer {
    await withCheckedContinuation { continuation in
      resolver.addresses(of: host) { continuation.resume(returning: $0) }
    }
  }

  @Test func aNameThatHangsHoldsUpNoOther() async throws {
    let gate = DispatchSemaphore(value: 0)
    let resolver = NameResolver { host in
      if host == "dead.test" { gate.wait() }
      return .success(Self.address)
    }
    defer { gate.signal() }
    resolver.addresses(of: "dead.test") { _ in }
    #expect(try await ask(resolver, "good.test").get().count == 1)
  }

  @Test func equalNamesAskedAtOnceAreOneLookUp() async throws {
    let gate = DispatchSemaphore(value: 0)
    let count = Mutex(0)
    let resolver = NameResolver { _ in
      count.withLock { $0 += 1 }
      gate.wait()
      return .success(Self.address)
    }
    let answers = await withTaskGroup(of: Bool.self) { group in
      for _ in 0..<10 {
        group.addTask { (try? await ask(resolver, "one.test").get().count) == 1 }
      }
      // Whoever asks after the answer is served by what is fresh, so one look-up is enough in any order.
      gate.signal()
      return await group.reduce(into: 0) { $0 += $1 ? 1 : 0 }
    }
    #expect(answers == 10)
    #expect(count.withLock { $0 } == 1)
  }

  @Test func aFailureIsNotKept() async throws {
    let count = Mutex(0)
    let resolver = NameResolver { _ in
      let isFirst = count.withLock { count in
        count += 1
        return count == 1
      }
      return isFirst ? .failure(Unknown()) : .success(Self.address)
    }
    #expect((try? await ask(resolver, "new.test").get()) == nil)
    #expect(try await ask(resolver, "new.test").get().count == 1)
  }

  @Test func theSystemSaysWhichNameItDoesNotKnow() {
    guard case .failure(let error) = NameResolver.askSystem("no-such-host.invalid") else {
      return #expect(Bool(false), "a name of .invalid was found")
    }
    #expect("\(error)".contains("no-such-host.invalid"))
  }
}
