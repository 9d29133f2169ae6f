/// Media that a request names by a URL of the Internet.
package struct MediaReference: Hashable, Sendable {
  package var url: RawText
  package var kind: MediaKind

  package init(url: RawText, kind: MediaKind) {
    self.url = url
    self.kind = kind
  }
}

/// What stood at a URL.
package struct FetchedMedia: Hashable, Sendable {
  /// Base64.
  package var data: RawText
  package var mediaType: String

  package init(data: RawText, mediaType: String) {
    self.data = data
    self.mediaType = mediaType
  }
}

extension CanonicalRequest {
  /// URLs of those kinds, each once, in the caller's order. Addresses of a provider's own stores (`s3:`, `gs:`) are none.
  package func mediaURLs(_ kinds: Set<MediaKind>) -> [MediaReference] {
    var found: [MediaReference] = []
    var known: Set<MediaReference> = []
    for message in messages {
      for part in message.parts {
        part.visitURLs { reference in
          if kinds.contains(reference.kind), known.insert(reference).inserted { found.append(reference) }
        }
      }
    }
    return found
  }

  /// Puts bytes in the place of URLs.
  ///
  /// - Parameter media: what stood there; nil leaves the URL.
  package mutating func replaceMediaURLs(_ media: (MediaReference) -> FetchedMedia?) {
    for message in messages.indices {
      for part in messages[message].parts.indices { messages[message].parts[part].replaceURLs(media) }
    }
  }
}

extension CanonicalPart {
  fileprivate func visitURLs(_ visit: (MediaReference) -> Void) {
    if case .toolResult(let result) = content {
      for part in result.parts { part.visitURLs(visit) }
    } else if let (media, kind) = media, case .url(let url) = media.source, url.isOfInternet {
      visit(MediaReference(url: url, kind: kind))
    }
  }

  fileprivate mutating func replaceURLs(_ replacement: (MediaReference) -> FetchedMedia?) {
    if case .toolResult(var result) = content {
      for index in result.parts.indices { result.parts[index].replaceURLs(replacement) }
      content = .toolResult(result)
      return
    }
    guard let (original, kind) = media, case .url(let url) = original.source, url.isOfInternet,
      let fetched = replacement(MediaReference(url: url, kind: kind))
    else { return }
    var media = original
    media.source = .base64(fetched.data)
    media.mediaType = RawText(fetched.mediaType)
    switch kind {
    case .image: content = .image(media)
    case .audio: content = .audio(media)
    case .video: content = .video(media)
    case .file: content = .file(media)
    }
  }

  private var media: (MediaPart, MediaKind)? {
    switch content {
    case .image(let media): (media, .image)
    case .audio(let media): (media, .audio)
    case .video(let media): (media, .video)
    case .file(let media): (media, .file)
    case .text, .toolCall, .toolResult, .reasoning, .refusal, .opaque: nil
    }
  }
}

extension RawText {
  var isOfInternet: Bool {
    let start = (isEscaped ? decoded[...] : bytes).prefix(8).map { $0 | 0x20 }
    return start.starts(with: "https://".utf8.map { $0 | 0x20 }) || start.starts(with: "http://".utf8.map { $0 | 0x20 })
  }
}
