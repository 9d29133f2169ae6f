import CryptoExtras
import Foundation

/// What is kept of a password: scrypt (RFC 7914) with its parameters and salt, as `$scrypt$ln=15,r=8,p=1$SALT$HASH` in base64.
package struct PasswordHash: Hashable, Sendable {
  /// How much work a guess costs.
  struct Cost: Hashable, Sendable {
    /// Binary logarithm of the number of rounds.
    var rounds: Int
    var blockSize: Int
    var parallelism: Int

    /// 32 MiB and about 100 ms.
    static let standard = Cost(rounds: 15, blockSize: 8, parallelism: 1)
  }

  private static let length = 32
  private static let saltLength = 16

  let cost: Cost
  let salt: [UInt8]
  let hash: [UInt8]

  /// Hashes `password` with a new salt. Blocks for as long as a guess costs.
  init(of password: String, cost: Cost = .standard) throws {
    var generator = SystemRandomNumberGenerator()
    let salt = (0..<Self.saltLength).map { _ in UInt8.random(in: .min ... .max, using: &generator) }
    self.init(cost: cost, salt: salt, hash: try Self.derive(password, salt, cost))
  }

  private init(cost: Cost, salt: [UInt8], hash: [UInt8]) {
    (self.cost, self.salt, self.hash) = (cost, salt, hash)
  }

  /// Reads what `text` wrote; nil: it is something else.
  init?(_ text: String) {
    let parts = text.split(separator: "$", omittingEmptySubsequences: false)
    guard parts.count == 5, parts[0].isEmpty, parts[1] == "scrypt" else { return nil }
    let numbers = parts[2].split(separator: ",").compactMap { $0.split(separator: "=").last.flatMap { Int($0) } }
    guard numbers.count == 3, (1...20).contains(numbers[0]), (1...32).contains(numbers[1]),
      (1...16).contains(numbers[2]),
      let salt = Data(base64Encoded: String(parts[3])), let hash = Data(base64Encoded: String(parts[4])),
      hash.count == Self.length
    else { return nil }
    self.init(
      cost: Cost(rounds: numbers[0], blockSize: numbers[1], parallelism: numbers[2]), salt: Array(salt),
      hash: Array(hash))
  }

  var text: String {
    "$scrypt$ln=\(cost.rounds),r=\(cost.blockSize),p=\(cost.parallelism)$\(Data(salt).base64EncodedString())$"
      + Data(hash).base64EncodedString()
  }

  /// Blocks for as long as a guess costs.
  func matches(_ password: String) throws -> Bool {
    let other = try Self.derive(password, salt, cost)
    return zip(hash, other).reduce(UInt8(0)) { $0 | ($1.0 ^ $1.1) } == 0
  }

  /// The same characters are the same password, however a keyboard has put them together (NFC).
  private static func derive(_ password: String, _ salt: [UInt8], _ cost: Cost) throws -> [UInt8] {
    let key = try KDF.Scrypt.deriveKey(
      from: Array(password.precomposedStringWithCanonicalMapping.utf8), salt: salt, outputByteCount: length,
      rounds: 1 << cost.rounds, blockSize: cost.blockSize, parallelism: cost.parallelism)
    return key.withUnsafeBytes { Array($0) }
  }
}
