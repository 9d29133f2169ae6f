package import GatewayDialects

/// A JSON value of a conversation whose texts are masked, and can be cut.
package indirect enum ConversationTree: Sendable {
  /// `null`, `true`, `false` or a number, as it stands.
  case plain(RawJSON)
  case text(String)
  case list([ConversationTree])
  /// In the order of the document.
  case members([(name: String, value: ConversationTree)])

  // Longer than any key, token or hash that means something to a reader.
  private static let longestCode = 2048
  // A number shorter than this is no number of a person.
  private static let shortestNumber = 8

  // JSON within a text of JSON, as in the arguments of a tool that calls another.
  private static let deepestText = 2

  /// - Parameter mask: of one text.
  package init<Fault: Error>(_ node: JSONNode, masking mask: (String) throws(Fault) -> String) throws(Fault) {
    try self.init(node, depth: 0, masking: mask)
  }

  /// - Parameter depth: how many texts the node stands in.
  private init<Fault: Error>(
    _ node: JSONNode, depth: Int, masking mask: (String) throws(Fault) -> String
  ) throws(Fault) {
    switch node.kind {
    case .object:
      var members: [(name: String, value: ConversationTree)] = []
      for (name, value) in node.members {
        members.append((try mask(name.string), try ConversationTree(value, depth: depth, masking: mask)))
      }
      self = .members(members)
    case .array:
      var elements: [ConversationTree] = []
      for element in node.elements { elements.append(try ConversationTree(element, depth: depth, masking: mask)) }
      self = .list(elements)
    case .string: self = .text(try Self.text(node.string ?? "", depth: depth, masking: mask))
    case .number where node.raw.range.count >= Self.shortestNumber:
      let digits = node.raw.string
      let masked = try mask(digits)
      self = masked == digits ? .plain(node.raw) : .text(masked)
    case .number, .true, .false, .null: self = .plain(node.raw)
    }
  }

  private static func text<Fault: Error>(
    _ text: String, depth: Int, masking mask: (String) throws(Fault) -> String
  ) throws(Fault) -> String {
    if let count = lengthOfCode(text) { return "[\(count) characters of base64 left out]" }
    // The text itself as well: an expression may look for names and values together.
    return try mask(try document(text, depth: depth, masking: mask) ?? text)
  }

  /// A text that is JSON itself, masked as such: its escapes hide what a mask looks for.
  /// - Returns: nil where it is none, or there was nothing to mask.
  private static func document<Fault: Error>(
    _ text: String, depth: Int, masking mask: (String) throws(Fault) -> String
  ) throws(Fault) -> String? {
    guard depth < deepestText, let first = text.utf8.first(where: { !" \n\r\t".utf8.contains($0) }),
      first == UInt8(ascii: "{") || first == UInt8(ascii: "["),
      let root = try? JSONDocument(Array(text.utf8), loneSurrogates: .replaced).root
    else { return nil }
    var hasMatched = false
    let tree = try ConversationTree(root, depth: depth + 1) { text throws(Fault) in
      let masked = try mask(text)
      if masked != text { hasMatched = true }
      return masked
    }
    guard hasMatched else { return nil }
    var bytes: [UInt8] = []
    tree.write(into: &bytes)
    return String(decoding: bytes, as: UTF8.self)
  }

  /// Of an image or another file in base64, by itself or in a `data:` URL; nil: it is a text.
  private static func lengthOfCode(_ text: String) -> Int? {
    let isURL = text.hasPrefix("data:") && text.contains(";base64,")
    guard isURL || text.utf8.count >= longestCode else { return nil }
    let code = Array(text.utf8)[...].drop { isURL && $0 != UInt8(ascii: ",") }.dropFirst(isURL ? 1 : 0)
    let isCode = code.allSatisfy { byte in
      byte | 0x20 &- 0x61 < 26 || byte &- 0x30 < 10 || "+/=-_\n\r".utf8.contains(byte)
    }
    return isCode ? code.count : nil
  }

  /// - Parameter longest: bytes of one text; what is longer is cut.
  package func write(into bytes: inout [UInt8], longest: Int = .max) {
    switch self {
    case .plain(let raw): bytes += raw.bytes
    case .text(let text): Self.write(text, into: &bytes, longest: longest)
    case .list(let elements):
      bytes.append(UInt8(ascii: "["))
      for (index, element) in elements.enumerated() {
        if index > 0 { bytes.append(UInt8(ascii: ",")) }
        element.write(into: &bytes, longest: longest)
      }
      bytes.append(UInt8(ascii: "]"))
    case .members(let members):
      bytes.append(UInt8(ascii: "{"))
      for (index, member) in members.enumerated() {
        if index > 0 { bytes.append(UInt8(ascii: ",")) }
        Self.write(member.name, into: &bytes, longest: longest)
        bytes.append(UInt8(ascii: ":"))
        member.value.write(into: &bytes, longest: longest)
      }
      bytes.append(UInt8(ascii: "}"))
    }
  }

  private static func write(_ text: String, into bytes: inout [UInt8], longest: Int) {
    guard text.utf8.count > longest else { return JSONText.quote(into: &bytes, text) }
    // Not within a character.
    var kept = Array(text.utf8.prefix(longest))[...]
    while let last = kept.last, last & 0xC0 == 0x80 { kept.removeLast() }
    if let last = kept.last, last >= 0xC0 { kept.removeLast() }
    let left = text.utf8.count - kept.count
    JSONText.quote(into: &bytes, String(decoding: kept, as: UTF8.self) + "… [\(left) bytes left out]")
  }
}
