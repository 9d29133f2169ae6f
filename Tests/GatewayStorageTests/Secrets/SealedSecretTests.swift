import Foundation
import GatewayCore
import Testing

@testable import GatewayStorage

@Suite struct SealedSecretTests {
  private func key(_ byte: UInt8 = 7) throws -> MasterKey {
    try MasterKey(Secret(Data(repeating: byte, count: 32).base64EncodedString()))
  }

  @Test func `what is sealed opens again, and does not show`() throws {
    let ring = MasterKeyRing(current: try key())
    for text in ["", "sk-secret", "密钥 🔑", String(repeating: "x", count: 100_000)] {
      let sealed = try ring.seal(text, named: "openai")
      #expect(try ring.open(sealed, named: "openai") == text)
      #expect(text.isEmpty || !Data(sealed.bytes).contains(Data(text.utf8)))
    }
  }

  @Test func `the same text is never sealed to the same bytes`() throws {
    let ring = MasterKeyRing(current: try key())
    let sealed = try (0..<100).map { _ in try ring.seal("sk", named: "a").bytes }
    #expect(Set(sealed).count == 100)
  }

  @Test func `a sealed secret does not open under another name`() throws {
    let ring = MasterKeyRing(current: try key())
    let sealed = try ring.seal("sk", named: "openai")
    #expect(throws: SecretFault.damaged) { try ring.open(sealed, named: "anthropic") }
  }

  @Test func `every changed byte is noticed`() throws {
    let ring = MasterKeyRing(current: try key())
    let sealed = try ring.seal("sk-secret", named: "openai")
    for place in sealed.bytes.indices {
      var bytes = sealed.bytes
      bytes[place] ^= 1
      #expect(throws: SecretFault.self) { try ring.open(SealedSecret(bytes: bytes), named: "openai") }
    }
    for count in 0..<sealed.bytes.count {
      let cut = Array(sealed.bytes.prefix(count))
      #expect(throws: SecretFault.self) { try ring.open(SealedSecret(bytes: cut), named: "openai") }
    }
  }

  @Test func `another master key is named by its id, and a previous one still opens`() throws {
    let (old, new) = (try key(1), try key(2))
    let sealed = try MasterKeyRing(current: old).seal("sk", named: "a")
    #expect(throws: SecretFault.otherKey(sealedWith: old.id, known: [new.id])) {
      try MasterKeyRing(current: new).open(sealed, named: "a")
    }
    #expect(try MasterKeyRing(current: new, previous: [old]).open(sealed, named: "a") == "sk")
  }

  @Test func `a master key is read in base64, base64url and hexadecimal`() throws {
    let bytes = Data((0..<32).map { UInt8($0 * 8 ^ 0xFB) })
    let base64 = bytes.base64EncodedString()
    let hex = bytes.map { String(format: "%02x", $0) }.joined()
    let forms = [base64, base64.replacing("=", with: ""), " \(base64)\n", hex, hex.uppercased()]
    let url = base64.replacing("+", with: "-").replacing("/", with: "_")
    let ids = try (forms + [url]).map { try MasterKey(Secret($0)).id }
    #expect(Set(ids).count == 1)
  }

  @Test(arguments: ["", "short", String(repeating: "zz", count: 32), String(repeating: "ab", count: 31), "ab=="])
  func `what is no master key is refused`(_ text: String) {
    #expect(throws: SecretFault.malformedKey) { try MasterKey(Secret(text)) }
  }

  @Test func `generated keys differ and are good`() throws {
    let keys = try (0..<10).map { _ in try MasterKey(MasterKey.generate()).id }
    #expect(Set(keys).count == 10)
  }

  @Test(arguments: ["a", "team/openai-2", "A.b_c"]) func `plain words are names`(_ name: String) {
    #expect(StoredSecret.isName(name))
  }

  @Test(arguments: ["", "a b", "ä", "a:b", String(repeating: "a", count: 129)])
  func `other texts are no names`(_ name: String) { #expect(!StoredSecret.isName(name)) }
}
