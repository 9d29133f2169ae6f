import Foundation
import GatewayCore

/// What a record of the trail says of records that were taken away: up to which number, and the digest of the last of them. So what
/// is left can be followed from there.
struct AuditAnchor: Hashable, Sendable {
  static let archive = "audit.archive"
  static let expiry = "audit.expire"

  var kind: AuditFile.Kind
  /// They are gone for good, and not in an archive file.
  var isExpiry: Bool
  var through: Int64
  var hash: [UInt8]
  /// Whose file it is; nil: of the only node.
  var node: String?

  private struct Detail: Codable {
    var file: String
    var through: Int64
    var hash: String
    var node: String?
  }

  init(kind: AuditFile.Kind, isExpiry: Bool, through: Int64, hash: [UInt8], node: String?) {
    self.kind = kind
    self.isExpiry = isExpiry
    self.through = through
    self.hash = hash
    self.node = node
  }

  /// nil: the record says nothing of others.
  init?(of record: AuditRecord) {
    let action = record.entry.action
    guard action == Self.archive || action == Self.expiry, let text = record.entry.detail,
      let detail = try? JSONDecoder().decode(Detail.self, from: Data(text.utf8)),
      let hash = HexText.bytes(detail.hash), let kind = AuditFile(name: detail.file)?.kind
    else { return nil }
    self.init(
      kind: kind, isExpiry: action == Self.expiry, through: detail.through, hash: hash, node: detail.node)
  }

  /// - Parameter file: its name.
  func entry(of file: String) -> AuditEntry {
    var detail = AuditDetail()
    detail.add("file", file)
    detail.add("through", json: "\(through)")
    detail.add("hash", HexText.write(hash))
    detail.add("node", node)
    return AuditEntry(isExpiry ? Self.expiry : Self.archive, file, detail: detail.text)
  }
}

/// Bytes as lower-case hexadecimal digits.
enum HexText {
  private static let digits = Array("0123456789abcdef".utf8)

  static func write(_ bytes: some Collection<UInt8>) -> String {
    String(unsafeUninitializedCapacity: bytes.count * 2) { buffer in
      var place = 0
      for byte in bytes {
        buffer[place] = digits[Int(byte >> 4)]
        buffer[place + 1] = digits[Int(byte & 15)]
        place += 2
      }
      return place
    }
  }

  /// nil: no pairs of digits.
  static func bytes(_ text: String) -> [UInt8]? {
    let nibbles = text.utf8.map { byte in digits.firstIndex(of: byte) }
    guard nibbles.count.isMultiple(of: 2) else { return nil }
    var bytes: [UInt8] = []
    for pair in stride(from: 0, to: nibbles.count, by: 2) {
      guard let high = nibbles[pair], let low = nibbles[pair + 1] else { return nil }
      bytes.append(UInt8(high << 4 | low))
    }
    return bytes
  }
}
