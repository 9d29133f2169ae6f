import GatewayCore
import Testing

@Suite struct CRC32Tests {
  private func sum(_ text: some StringProtocol) -> UInt32 { Array(text.utf8).withUnsafeBytes { CRC32.checksum($0) } }

  @Test func theChecksumIsTheUsualOne() {
    #expect(sum("123456789") == 0xCBF4_3926)
    #expect(sum("") == 0)
  }

  /// Groups of eight and the bytes behind them, against one bit after the other.
  @Test func everyLengthHasTheChecksumOfItsBits() {
    let text = "The quick brown fox jumps over the lazy dog"
    for length in 0...text.count {
      var plain: UInt32 = ~0
      for byte in text.utf8.prefix(length) {
        plain ^= UInt32(byte)
        for _ in 0..<8 { plain = plain & 1 == 1 ? 0xEDB8_8320 ^ (plain >> 1) : plain >> 1 }
      }
      #expect(sum(text.prefix(length)) == ~plain)
    }
  }
}
