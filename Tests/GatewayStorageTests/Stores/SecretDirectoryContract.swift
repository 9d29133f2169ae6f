import GatewayCore
import GatewayStorage
import Testing

extension PostgresTests {
  @Suite struct SecretDirectoryContract {
    private func secret(_ name: String, _ fill: UInt8, at time: Int64 = 1) throws -> StoredSecret {
      let sealed = try SealedSecret(bytes: [1] + [UInt8](repeating: fill, count: 40))
      return StoredSecret(name: name, sealed: sealed, setAt: WallTime(milliseconds: time))
    }

    @Test(arguments: DatabaseKind.allCases) func whatWasPutLastIsThereByName(_ kind: DatabaseKind) async throws {
      try await kind.with { fixture in
        let store = try await fixture.open()
        for secret in [try secret("b", 1), try secret("a", 2), try secret("b", 3, at: 9)] {
          try await store.put(secret, by: .gateway)
        }
        #expect(try await store.secrets() == [try secret("a", 2), try secret("b", 3, at: 9)])
        #expect(try await store.removeSecret(named: "a", by: .gateway))
        #expect(try await store.removeSecret(named: "a", by: .gateway) == false)
        #expect(try await store.secrets().map(\.name) == ["b"])
      }
    }

    @Test(arguments: DatabaseKind.allCases) func allAreSealedAnewOrNone(_ kind: DatabaseKind) async throws {
      try await kind.with { fixture in
        let store = try await fixture.open()
        let old = [try secret("a", 1), try secret("b", 1), try secret("c", 1)]
        for secret in old { try await store.put(secret, by: .gateway) }
        let new = try secret("a", 7).sealed
        await #expect(throws: (any Error).self) {
          try await store.reseal(by: .gateway) { if $0.name == "c" { throw SecretFault.damaged } else { new } }
        }
        #expect(try await store.secrets() == old)
        #expect(try await store.reseal(by: .gateway) { $0.name == "c" ? nil : new } == 2)
        #expect(try await store.secrets().map(\.sealed) == [new, new, old[2].sealed])
      }
    }

    @Test(arguments: DatabaseKind.allCases) func aChangeOfSecretsMovesTheVersion(_ kind: DatabaseKind) async throws {
      try await kind.with { fixture in
        let store = try await fixture.open()
        let version = try await store.version()
        try await store.put(try secret("a", 1), by: .gateway)
        #expect(try await store.version() != version)
      }
    }
  }
}
