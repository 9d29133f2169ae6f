import GatewayCore

/// `image` and `document` blocks of requests.
enum AnthropicMedia {
  static func write(
    _ media: MediaPart, of content: CanonicalPart.Content, into json: inout JSONWriter
  ) throws(DialectFault) {
    var isImage = false
    if case .image = content { isImage = true }
    // Some callers send images as files.
    if media.mediaType?.bytes.starts(with: "image/".utf8) == true { isImage = true }
    json.member("type", isImage ? "image" : "document")
    try writeSource(media, isImage: isImage, into: &json)
    if isImage { return }
    json.member("title", media.name)
    json.member("context", media.context)
    if let cites = media.citesSource { json.object("citations") { $0.member("enabled", cites) } }
  }

  private static func writeSource(
    _ media: MediaPart, isImage: Bool, into json: inout JSONWriter
  ) throws(DialectFault) {
    var source = media.source
    if !isImage, case .base64(let data) = source, let type = media.mediaType { source = try document(data, type) }
    if case .url(let url) = source, !isFetched(url) {
      throw DialectFault(
        unsupported: isImage ? .images : .files, "the Messages API fetches from http and https URLs only")
    }
    json.object("source") { json in
      switch source {
      case .base64(let data):
        json.member("type", "base64")
        json.member("media_type", media.mediaType ?? (isImage ? "image/png" : "application/pdf"))
        json.member("data", data)
      case .url(let url):
        json.member("type", "url")
        json.member("url", url)
      case .fileID(let id):
        json.member("type", "file")
        json.member("file_id", id)
      case .text(let text):
        json.member("type", "text")
        json.member("media_type", "text/plain")
        json.member("data", text)
      }
    }
  }

  private static func isFetched(_ url: RawText) -> Bool {
    let start = url.decoded.prefix(8).map { $0 | 0x20 }
    return start.starts(with: "https:".utf8) || start.starts(with: "http:".utf8)
  }

  /// Base64 is PDF here, and text is plain.
  private static func document(_ data: RawText, _ type: RawText) throws(DialectFault) -> MediaPart.Source {
    if type.equals("application/pdf") { return .base64(data) }
    if type.bytes.starts(with: "text/".utf8) || type.equals("application/json"),
      let bytes = Base64.decoded(data.decoded[...])
    {
      return .text(RawText(utf8: bytes))
    }
    throw DialectFault(
      unsupported: .files, "the Messages API takes no files of the type \(type.string): PDF, text and images only")
  }
}
