/// What fetched bytes are.
package enum MediaTypes {
  /// Bytes from the beginning that tell a format.
  package static let signatureLength = 16

  /// The media type of what was fetched; nil: it is nothing of the kind.
  ///
  /// - Parameters:
  ///   - declared: the `content-type` that came with it.
  ///   - start: its first bytes.
  package static func type(declared: String?, start: [UInt8], kind: MediaKind) -> String? {
    let declared = declared.map(bare).flatMap { isUnspecific($0) ? nil : $0 }
    let sniffed = sniff(start)
    guard let declared else { return sniffed.flatMap { fits($0, kind) ? $0 : nil } }
    guard fits(declared, kind) else { return nil }
    // Models refuse bytes that are not what they are said to be, and servers mix image formats up.
    if kind == .image, let sniffed, fits(sniffed, kind) { return sniffed }
    return declared
  }

  /// Whether the `content-type` alone says that it is nothing of the kind.
  package static func isRefused(declared: String?, kind: MediaKind) -> Bool {
    guard let declared = declared.map(bare), !isUnspecific(declared) else { return false }
    return !fits(declared, kind)
  }

  private static func bare(_ type: String) -> String {
    String(type.prefix { $0 != ";" }.filter { $0 != " " && $0 != "\t" }).lowercased()
  }

  /// As storage services call what they know nothing of.
  private static func isUnspecific(_ type: String) -> Bool {
    type.isEmpty || type == "application/octet-stream" || type == "binary/octet-stream"
  }

  private static func fits(_ type: String, _ kind: MediaKind) -> Bool {
    switch kind {
    case .image: type.hasPrefix("image/") && isPlain(type)
    case .audio: (type.hasPrefix("audio/") || type == "application/ogg") && isPlain(type)
    case .video: type.hasPrefix("video/") && isPlain(type)
    // A page of HTML is mostly one that asks to log in.
    case .file: (type.hasPrefix("application/") || type.hasPrefix("text/")) && type != "text/html" && isPlain(type)
    }
  }

  /// Goes into a JSON string, or a data URL.
  private static func isPlain(_ type: String) -> Bool {
    type.utf8.count <= 128
      && type.utf8.allSatisfy { byte in
        switch byte {
        case 0x30...0x39, 0x61...0x7A, UInt8(ascii: "/"), UInt8(ascii: "-"), UInt8(ascii: "+"), UInt8(ascii: "."),
          UInt8(ascii: "_"):
          true
        default: false
        }
      }
  }

  /// By the first bytes (WHATWG MIME Sniffing §6).
  private static func sniff(_ start: [UInt8]) -> String? {
    func has(_ text: StaticString, at offset: Int = 0) -> Bool {
      let bytes = UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount)
      return start.dropFirst(offset).starts(with: bytes)
    }
    if start.starts(with: [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]) { return "image/png" }
    if start.starts(with: [0xFF, 0xD8, 0xFF]) { return "image/jpeg" }
    if has("GIF87a") || has("GIF89a") { return "image/gif" }
    if has("RIFF"), has("WEBP", at: 8) { return "image/webp" }
    if has("RIFF"), has("WAVE", at: 8) { return "audio/wav" }
    if has("%PDF-") { return "application/pdf" }
    if has("ID3") || start.starts(with: [0xFF, 0xFB]) { return "audio/mpeg" }
    if has("fLaC") { return "audio/flac" }
    if has("OggS") { return "audio/ogg" }
    if has("ftyp", at: 4) { return isoMedia(start) }
    return start.starts(with: [0x1A, 0x45, 0xDF, 0xA3]) ? "video/webm" : nil
  }

  /// By the brand of an ISO base media file.
  private static func isoMedia(_ start: [UInt8]) -> String {
    let brand = String(decoding: start.dropFirst(8).prefix(4), as: UTF8.self)
    switch brand {
    case "avif": return "image/avif"
    case "heic", "heix": return "image/heic"
    case "M4A ": return "audio/m4a"
    case "qt  ": return "video/quicktime"
    default: return "video/mp4"
    }
  }
}
