import GatewayCore

/// `inlineData` and `fileData`.
enum GeminiMedia {
  /// `nil`: the part is none.
  static func read(_ node: JSONNode) throws(DialectFault) -> CanonicalPart? {
    let media: MediaPart
    if let inline = node.either("inlineData", "inline_data") {
      let members = try CheckedMembers(inline, "a blob")
      let type = try inline.either("mimeType", "mime_type").map(CheckedMembers.text)
      let name = try inline.either("displayName", "display_name").map(CheckedMembers.text)
      media = MediaPart(.base64(standardBase64(try members.requiredText("data"))), mediaType: type, name: name)
    } else if let file = node.either("fileData", "file_data") {
      _ = try CheckedMembers(file, "a file")
      guard let uri = file.either("fileUri", "file_uri") else {
        throw DialectFault("You must provide '\(file.path).fileUri'.", path: file.path + ".fileUri")
      }
      let type = try file.either("mimeType", "mime_type").map(CheckedMembers.text)
      let name = try file.either("displayName", "display_name").map(CheckedMembers.text)
      media = MediaPart(.url(try CheckedMembers.text(uri)), mediaType: type, name: name)
    } else {
      return nil
    }
    return part(media)
  }

  /// Google takes either alphabet of RFC 4648, and its own Python SDK writes the one that is safe in URLs; other providers take
  /// the first alone, padded.
  static func standardBase64(_ text: RawText) -> RawText {
    let missing = text.isEscaped ? 0 : (4 - text.count % 4) % 4
    guard missing > 0 || text.bytes.contains(where: { Base64.standard($0) != $0 }) else { return text }
    return RawText(
      storage: text.bytes.map(Base64.standard) + Array(repeating: UInt8(ascii: "="), count: missing),
      range: 0..<(text.count + missing), isEscaped: text.isEscaped)
  }

  /// By its media type.
  static func part(_ media: MediaPart) -> CanonicalPart {
    let type = media.mediaType?.bytes ?? []
    if type.starts(with: "image/".utf8) { return CanonicalPart(.image(media)) }
    if type.starts(with: "audio/".utf8) { return CanonicalPart(.audio(media)) }
    if type.starts(with: "video/".utf8) { return CanonicalPart(.video(media)) }
    return CanonicalPart(.file(media))
  }

  static func write(_ media: MediaPart, fallback: RawText, into json: inout JSONWriter) throws(DialectFault) {
    switch media.source {
    case .base64(let data):
      json.object("inlineData") { json in
        json.member("mimeType", media.mediaType ?? fallback)
        json.member("data", data)
      }
    case .url(let url):
      json.object("fileData") { json in
        json.member("mimeType", media.mediaType ?? guess(url) ?? fallback)
        json.member("fileUri", url)
      }
    case .fileID:
      throw DialectFault(unsupported: .files, "files of another provider must be sent as base64 or by a URL")
    case .text(let text): json.member("text", text)
    }
  }

  /// Of a URL's ending.
  private static func guess(_ url: RawText) -> RawText? {
    switch url.string.split(separator: "?").first?.split(separator: ".").last.map({ $0.lowercased() }) {
    case "png": "image/png"
    case "jpg", "jpeg": "image/jpeg"
    case "webp": "image/webp"
    case "gif": "image/gif"
    case "pdf": "application/pdf"
    case "mp4": "video/mp4"
    case "mp3": "audio/mp3"
    case "wav": "audio/wav"
    default: nil
    }
  }
}
