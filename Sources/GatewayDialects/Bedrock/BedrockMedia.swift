/// Formats of images, documents, sound and video: Bedrock names them by a word of its own, other dialects by media type.
enum BedrockMedia {
  /// As blocks are named.
  enum Kind: String { case image, document, video, audio }

  /// The first media type of a format is the one that it is read as; the rest are understood on the way out.
  private static func table(_ kind: Kind) -> [(format: StaticString, types: [StaticString])] {
    switch kind {
    case .image: images
    case .document: documents
    case .video: videos
    case .audio: sounds
    }
  }

  private static let images: [(format: StaticString, types: [StaticString])] = [
    ("png", ["image/png"]), ("jpeg", ["image/jpeg", "image/jpg"]), ("gif", ["image/gif"]), ("webp", ["image/webp"]),
  ]

  private static let documents: [(format: StaticString, types: [StaticString])] = [
    ("pdf", ["application/pdf", "application/x-pdf"]), ("csv", ["text/csv"]), ("doc", ["application/msword"]),
    ("docx", ["application/vnd.openxmlformats-officedocument.wordprocessingml.document"]),
    ("xls", ["application/vnd.ms-excel"]),
    ("xlsx", ["application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"]), ("html", ["text/html"]),
    ("txt", ["text/plain"]), ("md", ["text/markdown", "text/x-markdown"]),
  ]

  private static let videos: [(format: StaticString, types: [StaticString])] = [
    ("mp4", ["video/mp4"]), ("mov", ["video/quicktime", "video/mov"]), ("mkv", ["video/x-matroska"]),
    ("webm", ["video/webm"]), ("flv", ["video/x-flv"]), ("mpeg", ["video/mpeg"]), ("mpg", ["video/mpg"]),
    ("wmv", ["video/x-ms-wmv", "video/wmv"]), ("three_gp", ["video/3gpp"]),
  ]

  private static let sounds: [(format: StaticString, types: [StaticString])] = [
    ("wav", ["audio/wav", "audio/x-wav", "audio/wave"]), ("mp3", ["audio/mp3", "audio/mpeg"]), ("opus", ["audio/opus"]),
    ("aac", ["audio/aac"]), ("flac", ["audio/flac"]), ("mp4", ["audio/mp4"]), ("ogg", ["audio/ogg"]),
    ("mkv", ["audio/x-matroska"]), ("mka", ["audio/x-mka"]), ("x-aac", ["audio/x-aac"]),
    ("m4a", ["audio/x-m4a", "audio/m4a"]),
    ("mpeg", ["audio/x-mpeg"]), ("mpga", ["audio/mpga"]), ("pcm", ["audio/pcm", "audio/l16"]), ("webm", ["audio/webm"]),
  ]

  /// The media type of a format; nil for one that is not known.
  static func mediaType(of format: RawText, _ kind: Kind) -> RawText? {
    table(kind).first { format.equals($0.format) }.map { RawText("\($0.types[0])") }
  }

  /// The format of a part: by its media type, else by the end of its name, else by the first bytes.
  static func format(of part: MediaPart, _ kind: Kind) -> StaticString? {
    let table = table(kind)
    if let type = part.mediaType {
      let bare = RawText(utf8: type.decoded.prefix { $0 != UInt8(ascii: ";") })
      if let row = table.first(where: { $0.types.contains { bare.equals($0) } }) { return row.format }
      // OpenAI names sounds by a bare word.
      if let row = table.first(where: { type.equals($0.format) }) { return row.format }
      if kind != .document { return nil }
    }
    if let name = part.name, let row = table.first(where: { Self.ends(name, with: $0.format) }) { return row.format }
    if case .base64(let data) = part.source { return sniffed(data, kind) }
    if case .url(let url) = part.source { return table.first { Self.ends(url, with: $0.format) }?.format }
    return nil
  }

  /// What the format may be, for messages.
  static func formats(_ kind: Kind) -> String { table(kind).map { "\($0.format)" }.joined(separator: ", ") }

  private static func ends(_ name: RawText, with format: StaticString) -> Bool {
    name.string.lowercased().hasSuffix(".\(format)")
  }

  /// The first bytes of files, in base64.
  private static func sniffed(_ data: RawText, _ kind: Kind) -> StaticString? {
    func starts(_ text: StaticString) -> Bool {
      data.bytes.starts(with: UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
    }
    switch kind {
    case .image:
      if starts("iVBORw0KGgo") { return "png" }
      if starts("/9j/") { return "jpeg" }
      if starts("R0lGOD") { return "gif" }
      return starts("UklGR") ? "webp" : nil
    case .document: return starts("JVBERi") ? "pdf" : nil
    case .audio: return starts("UklGR") ? "wav" : nil
    case .video: return nil
    }
  }
}
