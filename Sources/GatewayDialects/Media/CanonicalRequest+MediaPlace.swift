extension CanonicalRequest {
  /// Where the media stand that a provider does not take; nil where the request has several forms of the kind, of which
  /// one may be no fault.
  ///
  /// - Parameter body: what the caller sent.
  package func place(of part: RequestPart, in body: JSONNode) -> String? {
    let media = messages.flatMap(\.parts).flatMap { $0.mediaParts(of: part) }
    guard let first = media.first, media.allSatisfy({ $0.form == first.form }) else { return nil }
    return body.find(ending: first.source.text)?.path
  }
}

extension CanonicalPart {
  fileprivate func mediaParts(of part: RequestPart) -> [MediaPart] {
    switch (part, content) {
    case (.images, .image(let media)), (.audio, .audio(let media)), (.video, .video(let media)),
      (.files, .file(let media)):
      [media]
    case (_, .toolResult(let result)): result.parts.flatMap { $0.mediaParts(of: part) }
    default: []
    }
  }
}

extension MediaPart {
  /// What a provider may take or not: kind of source, scheme of the URL, type.
  fileprivate var form: [[UInt8]] {
    let source: [UInt8] =
      switch source {
      case .url(let url): Array(url.bytes.prefix { $0 != UInt8(ascii: ":") })
      case .base64: [1]
      case .fileID: [2]
      case .text: [3]
      }
    return [source, mediaType.map { Array($0.bytes) } ?? []]
  }
}

extension MediaPart.Source {
  fileprivate var text: RawText {
    switch self {
    case .url(let text), .base64(let text), .fileID(let text), .text(let text): text
    }
  }
}
