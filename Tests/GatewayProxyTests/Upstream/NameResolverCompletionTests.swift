import GatewayCore
import NIOCore
import Synchronization
import Testing

@testable import GatewayProxy

/// Who is told of a look-up, how often, and for how long its answer serves.
@Suite struct NameResolverCompletionTests {
  /// How often each of many completions was called.
  private final class Calls: Sendable {
    private let state = Mutex<[Int: Int]>([:])

    var counts: [Int: Int] { state.withLock { $0 } }

    func add(_ number: Int) { state.withLock { $0[number, default: 0] += 1 } }
  }

  private func resolver(_ server: NameServer) -> NameResolver { NameResolver { server.answer($0) } }

  private func addresses(of host: String, _ names: NameResolver) async throws -> [SocketAddress] {
    try await withCheckedContinuation { continuation in
      names.addresses(of: host) { continuation.resume(returning: $0) }
    }.get()
  }

  @Test func equalNamesAskedAtOnceAreOneLookUpAndAllAreAnsweredOnce() async throws {
    let server = NameServer(hanging: ["name"])
    let names = resolver(server)
    let answers = Mutex(Array(repeating: 0, count: 50))
    for index in 0..<50 { names.addresses(of: "name") { _ in answers.withLock { $0[index] += 1 } } }
    try await eventually("the name is being looked up") { !server.questions.isEmpty }
    #expect(answers.withLock { $0.allSatisfy { $0 == 0 } })
    server.release("name")
    try await eventually("all are answered") { answers.withLock { !$0.contains(0) } }
    // Another look-up later nobody has been called again.
    _ = try await addresses(of: "other", names)
    #expect(answers.withLock { $0.allSatisfy { $0 == 1 } })
    #expect(server.questions == ["name", "other"])
  }

  @Test func everyCompletionIsCalledOnceUnderLoad() async throws {
    let server = NameServer(failing: ["bad-0", "bad-1"])
    let names = resolver(server)
    let calls = Calls()
    await withTaskGroup(of: Void.self) { group in
      for task in 0..<8 {
        group.addTask {
          for index in 0..<200 {
            let host = index % 3 == 0 ? "bad-\(index % 2)" : "good-\(index % 7)"
            names.addresses(of: host) { _ in calls.add(task * 200 + index) }
          }
        }
      }
    }
    try await eventually("all are answered") { calls.counts.count == 1600 }
    #expect(calls.counts.values.allSatisfy { $0 == 1 })
  }

  @Test func allWhoWaitForAFailureAreTold() async throws {
    let server = NameServer(hanging: ["gone"], failing: ["gone"])
    let names = resolver(server)
    let failures = Atomic(0)
    for _ in 0..<5 {
      names.addresses(of: "gone") { answer in
        if case .failure = answer { failures.add(1, ordering: .relaxed) }
      }
    }
    server.release("gone")
    try await eventually("all are told") { failures.load(ordering: .relaxed) == 5 }
  }

  @Test func anAnswerIsKeptForTwoSeconds() async throws {
    let server = NameServer()
    let milliseconds = Atomic(0)
    let names = NameResolver(
      lookUp: { server.answer($0) },
      now: { Instant(nanoseconds: 0) + .milliseconds(milliseconds.load(ordering: .relaxed)) })
    for (time, questions) in [(0, 1), (1000, 1), (1999, 1), (2000, 2), (3999, 2), (4000, 3)] {
      milliseconds.store(time, ordering: .relaxed)
      #expect(try await addresses(of: "name", names).count == 1)
      #expect(server.questions.count == questions, "after \(time) ms")
    }
  }
}
