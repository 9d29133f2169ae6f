/// Images of a message: `{"type":"image_url","image_url":{"url":…,"detail":…}}`, an address or a `data:` URL.
enum CohereImage {
  static func read(_ part: CheckedMembers) throws(DialectFault) -> CanonicalPart {
    guard let image = part.node["image_url"] else { throw part.missing("image_url") }
    let url: RawText
    var detail: RawText?
    if let text = image.text {
      url = text
    } else {
      let members = try CheckedMembers(image, "a URL or an object with 'url'")
      url = try members.requiredText("url")
      detail = try members.text("detail")
    }
    guard var media = source(of: url) else {
      throw DialectFault(
        "'\(image.path)' must be an https URL or a data URL with base64.", at: image)
    }
    media.detail = detail
    return CanonicalPart(.image(media))
  }

  /// - Returns: nil for a `data:` URL without base64.
  static func source(of url: RawText) -> MediaPart? {
    // Some writers escape every slash.
    let url = url.isEscaped ? RawText(utf8: url.decoded) : url
    let bytes = url.bytes
    guard bytes.starts(with: "data:".utf8) else { return MediaPart(.url(url)) }
    guard let comma = bytes.firstIndex(of: UInt8(ascii: ",")) else { return nil }
    let head = bytes[..<comma]
    guard head.count >= 12, head.suffix(7).elementsEqual(";base64".utf8) else { return nil }
    let start = bytes.startIndex
    let type = head.dropFirst(5).prefix { $0 != UInt8(ascii: ";") }
    let data = url.slice((comma + 1 - start)..<bytes.count)
    let mediaType = type.isEmpty ? nil : url.slice(5..<(5 + type.count))
    return MediaPart(.base64(data), mediaType: mediaType)
  }

  /// Writes the URL of an image as a string.
  static func writeURL(_ part: MediaPart, into json: inout JSONWriter) throws(DialectFault) {
    switch part.source {
    case .url(let url): json.value(url)
    case .base64(let data):
      let type = part.mediaType
      json.string { bytes in
        JSONText.append("data:", to: &bytes)
        if let type { bytes.append(contentsOf: type.bytes) } else { JSONText.append(mediaType(of: data), to: &bytes) }
        JSONText.append(";base64,", to: &bytes)
        bytes.append(contentsOf: data.bytes)
      }
    case .fileID, .text:
      throw DialectFault(unsupported: .images, "An image must be sent as a URL or as base64, not as the id of a file.")
    }
  }

  /// What the first bytes of an image say.
  private static func mediaType(of base64: RawText) -> StaticString {
    let bytes = base64.bytes
    if bytes.starts(with: "/9j/".utf8) { return "image/jpeg" }
    if bytes.starts(with: "R0lG".utf8) { return "image/gif" }
    if bytes.starts(with: "UklG".utf8) { return "image/webp" }
    return "image/png"
  }
}
