/// One text for all documents that say the same: members in the order of their names, no white space, strings with the escapes that
/// they need and no others. Numbers keep their text: `1` and `1.0` are two.
package enum CanonicalJSON {
  package static func write(_ node: JSONNode, into bytes: inout [UInt8]) {
    switch node.kind {
    case .object:
      let members = node.members.map { (name: $0.name.decoded, value: $0.value) }
        .sorted { $0.name.lexicographicallyPrecedes($1.name) }
      bytes.append(UInt8(ascii: "{"))
      for (index, member) in members.enumerated() {
        if index > 0 { bytes.append(UInt8(ascii: ",")) }
        quote(member.name, into: &bytes)
        bytes.append(UInt8(ascii: ":"))
        write(member.value, into: &bytes)
      }
      bytes.append(UInt8(ascii: "}"))
    case .array:
      bytes.append(UInt8(ascii: "["))
      for (index, element) in node.elements.enumerated() {
        if index > 0 { bytes.append(UInt8(ascii: ",")) }
        write(element, into: &bytes)
      }
      bytes.append(UInt8(ascii: "]"))
    case .string:
      guard let text = node.text else { return }
      quote(text.decoded, into: &bytes)
    case .number, .true, .false, .null: bytes.append(contentsOf: node.raw.bytes)
    }
  }

  private static func quote(_ text: [UInt8], into bytes: inout [UInt8]) {
    bytes.append(UInt8(ascii: "\""))
    text.withUnsafeBytes { JSONText.escape(into: &bytes, $0) }
    bytes.append(UInt8(ascii: "\""))
  }
}
