import GatewayCore
import GatewayStorage
import Testing

@testable import GatewayAdmin

/// Operations that are refused again and again.
@Suite struct RefusalCountsTests {
  private func refusal(_ name: String = "bob", _ operation: String = "DELETE /api/v1/users/{name}") -> RefusedAccess {
    RefusedAccess(author: AuditAuthor(name: name), role: .viewer, operation: operation, request: operation)
  }

  private func at(_ seconds: Int64) -> WallTime { WallTime(milliseconds: seconds * 1000) }

  @Test func theFirstIsToldAndTheRestOfTheMinuteIsCounted() {
    var counts = RefusalCounts()
    let told = (0...50).map { counts.isNews(refusal(), now: at($0)) }
    #expect(told == [true] + Array(repeating: false, count: 50))
    let early = counts.due(now: at(59))
    #expect(early.isEmpty)
    let due = counts.due(now: at(60))
    #expect(due.map(\.repeats) == [50] && due.first?.refusal.author.name == "bob")
    let again = counts.isNews(refusal(), now: at(62))
    #expect(again)
  }

  @Test func othersAndOtherOperationsCountForThemselves() {
    var counts = RefusalCounts()
    let told = [
      counts.isNews(refusal(), now: at(0)), counts.isNews(refusal("ada"), now: at(0)),
      counts.isNews(refusal("bob", "PUT /api/v1/limits"), now: at(0)), counts.isNews(refusal("ada"), now: at(1)),
    ]
    #expect(told == [true, true, true, false])
    let due = counts.due(now: at(2), isLast: true)
    #expect(due.map(\.refusal.author.name) == ["ada"])
  }

  @Test func whoHammersFillsNoTrail() async throws {
    try await AccessFixture.run { plane in
      try await plane.make("bob", .viewer)
      let bob = try await plane.signIn("bob").headers
      for number in 0..<20 { #expect(try await plane.call("DELETE", "/users/u\(number)", nil, bob).status == 403) }
      #expect(try await plane.call("POST", "/users", "{}", bob).status == 403)
      func refused() async throws -> [AuditRecord] {
        try await plane.store.auditRecords(AuditQuery(limit: 99)).filter { $0.entry.action == "access.refused" }
      }
      #expect(try await refused().count == 2)
      plane.pass(seconds: 61)
      try await plane.access.tellRepeats()
      let last = try #require(try await refused().first)
      #expect(try await refused().count == 3 && last.author.name == "bob")
      #expect(
        last.entry.detail == #"{"role":"viewer","request":"DELETE /api/v1/users/{name}","repeats":19}"#)
      #expect(try await plane.call("DELETE", "/users/u1", nil, bob).status == 403)
      #expect(try await refused().count == 4)
    }
  }
}
