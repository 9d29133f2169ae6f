import GatewayCore
import GatewayPolicies
import Testing

@Suite struct ObjectProofTests {
  private func proof(_ byte: UInt8) throws -> ObjectProof {
    let bytes = [UInt8](repeating: byte, count: 32)
    return ObjectProof(key: try #require(bytes.withUnsafeBytes { KeyDigest(bytes: $0) }))
  }

  @Test func aTagIsTheSameEveryTime() throws {
    let tag = try proof(1).tag(consumer: "ann", id: "file-1", owner: "a")
    #expect(tag.count == 16)
    // Computed with Python's hmac and base64 modules.
    #expect(tag == "3jbumyfzswepzt7x")
  }

  @Test func everyPartCounts() throws {
    let proof = try proof(1)
    let tags = [
      proof.tag(consumer: "ann", id: "file-1", owner: "a"), proof.tag(consumer: "ben", id: "file-1", owner: "a"),
      proof.tag(consumer: "ann", id: "file-2", owner: "a"), proof.tag(consumer: "ann", id: "file-1", owner: "b"),
      proof.tag(consumer: "anna", id: "file-1", owner: ""),
      try self.proof(2).tag(consumer: "ann", id: "file-1", owner: "a"),
    ]
    #expect(Set(tags).count == tags.count)
  }
}
