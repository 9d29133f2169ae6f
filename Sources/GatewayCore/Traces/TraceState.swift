/// What `tracestate` carries for others (W3C Trace Context, level 2, §3.3): passed on as it came, if it is one.
package enum TraceState {
  private static let longestList = 32
  /// Bytes that have to be carried on (§3.3.1.5); it is kept with each exchange until its spans are sent.
  private static let longestText = 512

  /// The members of all fields in their order, with commas; nil: one of them is malformed, or they are too long, and then none goes further (§3.3.1.1).
  package static func joined(_ fields: [UnsafeRawBufferPointer]) -> String? {
    var members: [Substring] = []
    var names: Set<Substring> = []
    for field in fields {
      guard field.allSatisfy({ 0x20...0x7E ~= $0 || $0 == 0x09 }) else { return nil }
      for part in String(decoding: field, as: UTF8.self).split(separator: ",") {
        let member = trimmed(part)
        if member.isEmpty { continue }
        guard let equals = member.firstIndex(of: "="), isKey(member[..<equals].utf8),
          isValue(member[member.index(after: equals)...].utf8), names.insert(member[..<equals]).inserted
        else { return nil }
        members.append(member)
      }
    }
    let text = members.joined(separator: ",")
    return members.count > longestList || text.utf8.count > longestText ? nil : text
  }

  /// Blanks around a member are no part of it; those at the end of a value are cut with them.
  private static func trimmed(_ text: Substring) -> Substring {
    var text = text
    while let first = text.utf8.first, isBlank(first) { text.removeFirst() }
    while let last = text.utf8.last, isBlank(last) { text.removeLast() }
    return text
  }

  private static func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 }

  /// §3.3.1.3.1, which includes `tenant@system` of level 1.
  private static func isKey(_ key: Substring.UTF8View) -> Bool {
    guard let first = key.first, key.count <= 256, isLowerCaseOrDigit(first) else { return false }
    return key.allSatisfy { isLowerCaseOrDigit($0) || "_-*/@".utf8.contains($0) }
  }

  private static func isLowerCaseOrDigit(_ byte: UInt8) -> Bool {
    0x30...0x39 ~= byte || 0x61...0x7A ~= byte
  }

  /// §3.3.1.3.2
  private static func isValue(_ value: Substring.UTF8View) -> Bool {
    (1...256).contains(value.count) && value.allSatisfy { 0x20...0x7E ~= $0 && $0 != 0x3D }
  }
}
