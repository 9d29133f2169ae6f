import GatewayCore
import GatewayStorage
import Testing

@Suite struct SQLiteStoreObjectTests {
  private let directory: TemporaryDirectory
  private let store: SQLiteStore

  init() throws {
    directory = try TemporaryDirectory()
    store = try SQLiteStore(path: directory.path("sluice.db"))
  }

  private func keep(_ id: String, of consumer: String = "ann", at provider: String = "a", purpose: String? = nil) {
    store.keep(KeptObject(provider: provider, id: id, kind: .files, consumer: consumer, purpose: purpose))
  }

  private func page(
    of consumer: String = "ann", limit: Int = 10, _ change: (inout ObjectPageQuery) -> Void = { _ in }
  ) async throws -> (ids: [String], hasMore: Bool) {
    var query = ObjectPageQuery(consumer: consumer, kind: .files, providers: ["a", "b"], limit: limit)
    change(&query)
    let page = try await withCheckedThrowingContinuation { continuation in
      store.page(query) { continuation.resume(with: $0) }
    }
    return (page.places.map { "\($0.id)@\($0.provider)" }, page.hasMore)
  }

  @Test func aListShowsTheNewestFirst() async throws {
    for id in ["1", "2", "3"] { keep(id) }
    keep("4", of: "ben")
    #expect(try await page() == (["3@a", "2@a", "1@a"], false))
    #expect(try await page(of: "ben").ids == ["4@a"])
    #expect(try await page(of: "cleo").ids.isEmpty)
    #expect(try await page { $0.isAscending = true }.ids == ["1@a", "2@a", "3@a"])
    #expect(try await page { $0.kind = .batches }.ids.isEmpty)
  }

  @Test func pagesFollowEachOther() async throws {
    for id in ["1", "2", "3", "4"] { keep(id) }
    #expect(try await page(limit: 3) == (["4@a", "3@a", "2@a"], true))
    let place = ObjectPageQuery.Place(id: "2", provider: "a")
    #expect(try await page { $0.after = place } == (["1@a"], false))
    #expect(try await page { $0.before = place }.ids == ["4@a", "3@a"])
    let foreign = ObjectPageQuery.Place(id: "9", provider: "a")
    #expect(try await page { $0.after = foreign }.ids.isEmpty)
  }

  @Test func providersAndPurposesAreTakenApart() async throws {
    keep("1", purpose: "batch")
    keep("1", at: "b", purpose: "user_data")
    keep("1", at: "c")
    #expect(try await page().ids == ["1@b", "1@a"])
    #expect(try await page { $0.providers = ["c"] }.ids == ["1@c"])
    #expect(try await page { $0.providers = [] }.ids.isEmpty)
    #expect(try await page { $0.purpose = "batch" }.ids == ["1@a"])
  }

  @Test func anObjectStaysWithWhoHadItFirst() async throws {
    keep("1")
    keep("1", of: "ben")
    let other = try SQLiteStore(path: directory.path("sluice.db"))
    other.keep(KeptObject(provider: "a", id: "1", kind: .files, consumer: "ben"))
    #expect(try await page().ids == ["1@a"])
    try other.close()
    #expect(try await page(of: "ben").ids.isEmpty)
  }

  @Test func whatIsForgottenMayBeKeptAgain() async throws {
    keep("1")
    store.forget(id: "1", provider: "a")
    #expect(try await page().ids.isEmpty)
    keep("1", of: "ben")
    #expect(try await page(of: "ben").ids == ["1@a"])
  }

  @Test func theProofKeyBelongsToTheInstallation() throws {
    let key = store.proofKey
    try store.close()
    #expect(try SQLiteStore(path: directory.path("sluice.db")).proofKey == key)
    #expect(try SQLiteStore(path: directory.path("other.db")).proofKey != key)
  }

  @Test func whatCannotBeWrittenIsTold() async throws {
    try await confirmation { told in
      let (failures, continuation) = AsyncStream.makeStream(of: StorageError.self)
      let closed = try SQLiteStore(path: directory.path("closed.db")) { continuation.yield($0) }
      try closed.close()
      closed.keep(KeptObject(provider: "a", id: "1", kind: .files, consumer: "ann"))
      for await _ in failures {
        told()
        break
      }
    }
  }
}
