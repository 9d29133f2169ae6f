package import GatewayCore

/// Puts bytes in the place of URLs in the body of a request, and leaves the rest of it as it is.
struct MediaEdits {
  let media: (MediaReference) -> FetchedMedia?
  private(set) var edits: [BodyEdit] = []

  init(_ media: @escaping (MediaReference) -> FetchedMedia?) { self.media = media }

  /// `{"image_url":{"url":…}}`, also without the inner object.
  mutating func chat(_ part: JSONNode) {
    for (member, kind) in [(part["image_url"], MediaKind.image), (part["video_url"], .video)] {
      guard let member, let node = member.isString ? member : member["url"], let url = node.text,
        let fetched = media(MediaReference(url: url, kind: kind))
      else { continue }
      edits.append(BodyEdit(range: node.raw.range, replacement: Self.dataURL(fetched)))
    }
  }

  /// `{"type":"image","source":{"type":"url",…}}`, also within the results of tools.
  mutating func anthropic(_ block: JSONNode) {
    if let content = block["content"] { for inner in content.elements { anthropic(inner) } }
    guard let source = block["source"], let url = source["url"]?.text, let type = block["type"]?.text else { return }
    let isImage = type.equals("image")
    guard let fetched = media(MediaReference(url: url, kind: isImage ? .image : .file)),
      isImage || fetched.mediaType == "application/pdf"
    else { return }
    var json = JSONWriter(capacity: fetched.data.count + 80)
    json.object { json in
      json.member("type", "base64" as RawText)
      json.member("media_type", fetched.mediaType)
      json.member("data", fetched.data)
    }
    edits.append(BodyEdit(range: source.raw.range, replacement: json.bytes))
  }

  private static func dataURL(_ media: FetchedMedia) -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(media.data.count + 64)
    bytes.append(UInt8(ascii: "\""))
    OpenAIChatMedia.append(media.data, RawText(media.mediaType), "", to: &bytes)
    bytes.append(UInt8(ascii: "\""))
    return bytes
  }
}

extension Dialect {
  /// Whether `mediaEdits` knows the dialect.
  package var editsMedia: Bool { self == .openAIChat || self == .anthropic }

  /// What has to change in a body of this dialect: sorted, without overlaps; nil where the request must be written anew.
  ///
  /// - Parameters:
  ///   - body: the root of the document of the whole body.
  ///   - media: what stood at a URL; nil leaves it.
  package func mediaEdits(
    _ body: JSONNode, _ media: @escaping (MediaReference) -> FetchedMedia?
  ) -> [BodyEdit]? {
    guard editsMedia, let messages = body["messages"] else { return nil }
    var edits = MediaEdits(media)
    for message in messages.elements {
      guard let content = message["content"] else { continue }
      for part in content.elements { if self == .anthropic { edits.anthropic(part) } else { edits.chat(part) } }
    }
    return edits.edits.sorted { $0.range.lowerBound < $1.range.lowerBound }
  }
}
