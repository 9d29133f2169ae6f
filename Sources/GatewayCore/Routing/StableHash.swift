/// FNV-1a (64 bit) with the finalizer of MurmurHash3. Fixed for all time and the same on every machine: what is decided with it
/// survives restarts and is agreed upon by all nodes. Not for secrets and not against an adversary.
package struct StableHash: Sendable {
  private var state: UInt64 = 0xCBF2_9CE4_8422_2325

  package init() {}

  package mutating func combine(byte: UInt8) { state = (state ^ UInt64(byte)) &* 0x0000_0100_0000_01B3 }

  /// The bytes of `text`, and an end mark that no UTF-8 text holds: `a` + `bc` is not `ab` + `c`.
  package mutating func combine(_ text: String) {
    for byte in text.utf8 { combine(byte: byte) }
    combine(byte: 0xFF)
  }

  /// Uniform over all of `UInt64`. FNV alone spreads short texts badly in the high bits, which are those that matter here.
  package var value: UInt64 {
    var word = state
    word = (word ^ (word >> 33)) &* 0xFF51_AFD7_ED55_8CCD
    word = (word ^ (word >> 33)) &* 0xC4CE_B9FE_1A85_EC53
    return word ^ (word >> 33)
  }
}
