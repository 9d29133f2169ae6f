/// Makes names of documents that Bedrock takes: letters, digits, single spaces, hyphens, parentheses and square brackets, at most
/// 200, each name once in a request.
struct BedrockDocumentNames {
  private static let maximumLength = 200

  private var used: [String] = []

  mutating func name(for name: RawText?) -> RawText {
    var plain = Self.plain(name?.string ?? "")
    if plain.isEmpty { plain = "document" }
    var candidate = plain
    var number = 2
    while used.contains(candidate) {
      candidate = "\(plain.prefix(Self.maximumLength - 8)) (\(number))"
      number += 1
    }
    used.append(candidate)
    return RawText(candidate)
  }

  private static func plain(_ name: String) -> String {
    var result: [UInt8] = []
    for character in name.unicodeScalars {
      guard result.count < maximumLength else { break }
      switch character {
      case "a"..."z", "A"..."Z", "0"..."9", "-", "(", ")", "[", "]": result.append(UInt8(ascii: character))
      case " ", "\t", "\n", "\r":
        if let last = result.last, last != UInt8(ascii: " ") { result.append(UInt8(ascii: " ")) }
      default: result.append(UInt8(ascii: "-"))
      }
    }
    if result.last == UInt8(ascii: " ") { result.removeLast() }
    return String(decoding: result, as: UTF8.self)
  }
}
