/// Images, sounds, videos and files of chat messages.
enum OpenAIChatMedia {
  static func image(_ node: JSONNode, _ members: CheckedMembers) throws(DialectFault) -> MediaPart {
    guard let image = node["image_url"] else { throw members.missing("image_url") }
    // Some clients send the URL itself.
    if let url = image.text { return try media(url, at: image) }
    let inner = try CheckedMembers(image, "an image")
    var part = try media(try inner.requiredText("url"), at: inner.node["url"] ?? image)
    part.detail = try inner.text("detail")
    return part
  }

  static func video(_ node: JSONNode, _ members: CheckedMembers) throws(DialectFault) -> MediaPart {
    guard let video = node["video_url"] else { throw members.missing("video_url") }
    if let url = video.text { return try media(url, at: video) }
    return try media(try CheckedMembers(video, "a video").requiredText("url"), at: video["url"] ?? video)
  }

  static func audio(_ node: JSONNode, _ members: CheckedMembers) throws(DialectFault) -> MediaPart {
    guard let audio = node["input_audio"] else { throw members.missing("input_audio") }
    let inner = try CheckedMembers(audio, "a sound")
    let data = try inner.requiredText("data")
    let format = try inner.text("format")
    var part = media(data)
    // Qwen takes URLs too.
    if case .url = part.source, !data.bytes.starts(with: "http".utf8) { part.source = .base64(data) }
    part.mediaType = part.mediaType ?? format.map { RawText("audio/") + ($0.equals("mp3") ? "mpeg" : $0) }
    return part
  }

  static func file(_ node: JSONNode, _ members: CheckedMembers) throws(DialectFault) -> MediaPart {
    guard let file = node["file"] else { throw members.missing("file") }
    let inner = try CheckedMembers(file, "a file")
    let name = try inner.text("filename")
    if let id = try inner.text("file_id") { return MediaPart(.fileID(id), name: name) }
    guard let data = try inner.text("file_data") else { throw inner.missing("file_data") }
    var part = media(data)
    if case .url(let text) = part.source, !text.bytes.starts(with: "http".utf8) { part.source = .base64(data) }
    part.name = name
    return part
  }

  /// The same for a caller's URL, which must be one.
  static func media(_ url: RawText, at node: JSONNode) throws(DialectFault) -> MediaPart {
    let part = media(url)
    if case .url = part.source, url.isEmpty || url.bytes.starts(with: "data:".utf8) {
      throw CheckedMembers.wrong(node, "an https URL or a data URL with base64")
    }
    return part
  }

  /// A `data:` URL taken apart, or another URL.
  static func media(_ url: RawText) -> MediaPart {
    guard let (type, data) = dataURL(url) else { return MediaPart(.url(url)) }
    return MediaPart(.base64(data), mediaType: type.isEmpty ? nil : type)
  }

  /// `data:image/png;base64,…` (RFC 2397).
  static func dataURL(_ url: RawText) -> (type: RawText, data: RawText)? {
    let bytes = url.bytes
    guard bytes.starts(with: "data:".utf8), let comma = bytes.prefix(256).firstIndex(of: UInt8(ascii: ",")) else {
      return nil
    }
    let head = bytes[(bytes.startIndex + 5)..<comma]
    guard head.suffix(7).elementsEqual(";base64".utf8) else { return nil }
    let typeEnd = head.firstIndex(of: UInt8(ascii: ";")) ?? head.endIndex
    return (
      url.slice(5..<(typeEnd - bytes.startIndex)), url.slice((comma + 1 - bytes.startIndex)..<bytes.count)
    )
  }

  // MARK: Writing

  static func write(_ part: CanonicalPart, into json: inout JSONWriter) throws(DialectFault) {
    switch part.content {
    case .image(let media):
      json.member("type", "image_url")
      try json.object("image_url") { (json) throws(DialectFault) in
        try writeURL(media, fallback: "image/png", .images, into: &json)
        json.member("detail", media.detail)
      }
    case .video(let media):
      json.member("type", "video_url")
      try json.object("video_url") { (json) throws(DialectFault) in
        try writeURL(media, fallback: "video/mp4", .video, into: &json)
      }
    case .audio(let media):
      guard case .base64(let data) = media.source else {
        throw DialectFault(unsupported: .audio, "sounds must be sent as base64")
      }
      json.member("type", "input_audio")
      json.object("input_audio") { json in
        json.member("data", data)
        json.member("format", audioFormat(media.mediaType))
      }
    case .file(let media): try writeFile(media, into: &json)
    default: break
    }
  }

  /// `wav`, `mp3` …
  private static func audioFormat(_ type: RawText?) -> String {
    let name = type?.string.split(separator: "/").last.map(String.init) ?? "wav"
    switch name {
    case "mpeg", "mpga": return "mp3"
    case "x-wav", "wave", "vnd.wave": return "wav"
    default: return name
    }
  }

  private static func writeURL(
    _ media: MediaPart, fallback: String, _ part: RequestPart, into json: inout JSONWriter
  ) throws(DialectFault) {
    switch media.source {
    case .url(let url): json.member("url", url)
    case .base64(let data):
      json.name("url")
      json.string { append(data, media.mediaType, fallback, to: &$0) }
    case .fileID, .text:
      throw DialectFault(unsupported: part, "files of another provider must be sent as base64 or by a URL")
    }
  }

  private static func writeFile(_ media: MediaPart, into json: inout JSONWriter) throws(DialectFault) {
    // Plain text is what every model reads.
    if case .text(let text) = media.source {
      json.member("type", "text")
      json.member("text", text)
      return
    }
    if case .url = media.source {
      throw DialectFault(unsupported: .files, "files must be sent as base64, not by a URL")
    }
    json.member("type", "file")
    json.object("file") { json in
      json.member("filename", media.name)
      switch media.source {
      case .fileID(let id): json.member("file_id", id)
      case .base64(let data):
        json.name("file_data")
        json.string { append(data, media.mediaType, "application/pdf", to: &$0) }
      case .url, .text: break
      }
    }
  }

  static func append(_ data: RawText, _ type: RawText?, _ fallback: String, to bytes: inout [UInt8]) {
    JSONText.append("data:", to: &bytes)
    if let type { bytes += type.bytes } else { bytes += fallback.utf8 }
    JSONText.append(";base64,", to: &bytes)
    bytes += data.bytes
  }
}
