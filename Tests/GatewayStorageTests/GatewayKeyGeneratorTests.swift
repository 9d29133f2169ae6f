import Foundation
import GatewayStorage
import Testing

@Suite struct GatewayKeyGeneratorTests {
  /// Hands out 1, 2, 3 … instead of random numbers.
  private struct Counting: RandomNumberGenerator {
    private var count: UInt64 = 0

    mutating func next() -> UInt64 {
      count += 1
      return count &* 0x9E37_79B9_7F4A_7C15
    }
  }

  @Test func aKeyIsThePrefixAndTheBase64URLOfThirtyTwoRandomBytes() throws {
    var generator = Counting()
    let key = GatewayKeyGenerator.make(using: &generator)
    var same = Counting()
    let bytes = (0..<32).map { _ in UInt8.random(in: .min ... .max, using: &same) }
    let expected = Data(bytes).base64EncodedString().replacing("+", with: "-").replacing("/", with: "_")
      .replacing("=", with: "")
    #expect(key == "sk-sluice-" + expected)
    #expect(key.count == 53)
  }

  @Test func keysDiffer() {
    #expect(Set((0..<100).map { _ in GatewayKeyGenerator.make() }).count == 100)
  }

  @Test func theLabelShowsFourCharactersOfTheSecret() {
    #expect(GatewayKeyGenerator.label(of: "sk-sluice-abcdefgh") == "sk-sluice-abcd")
  }
}
