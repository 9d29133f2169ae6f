/// Media that Bedrock cannot be given.
enum BedrockMediaRefusals {
  static func check(
    _ media: MediaPart, _ kind: BedrockMedia.Kind, refused: Set<String>, model: String
  ) throws(DialectFault) {
    if refused.contains(kind.rawValue) {
      throw DialectFault(unsupported: part(kind), "'\(model)' takes no \(plural(kind))")
    }
    switch media.source {
    case .base64: return
    case .url(let url) where url.string.hasPrefix("s3://"): return
    case .url where kind == .image:
      throw DialectFault(
        unsupported: .images,
        "Bedrock takes images as bytes or from S3, not from a URL; send the image itself as base64, or let the gateway "
          + "fetch it (media.fetch)")
    case .url:
      throw DialectFault(
        unsupported: part(kind), "Bedrock takes \(plural(kind)) as bytes or from S3, not from a URL; send base64")
    case .fileID:
      throw DialectFault(
        unsupported: part(kind), "Bedrock does not know files of other providers by id; send base64 or an s3:// address"
      )
    case .text where kind == .document: return
    case .text: throw DialectFault("\(plural(kind)) cannot be given as text")
    }
  }

  static func unknownFormat(_ media: MediaPart, _ kind: BedrockMedia.Kind) -> DialectFault {
    let type = media.mediaType.map { "of the type '\($0)'" } ?? "without a media type"
    return DialectFault(
      unsupported: part(kind), "Bedrock takes no \(plural(kind)) \(type); known are \(BedrockMedia.formats(kind))")
  }

  private static func plural(_ kind: BedrockMedia.Kind) -> String {
    switch kind {
    case .image: "images"
    case .document: "documents"
    case .video: "videos"
    case .audio: "sound"
    }
  }

  private static func part(_ kind: BedrockMedia.Kind) -> RequestPart {
    switch kind {
    case .image: .images
    case .document: .files
    case .video: .video
    case .audio: .audio
    }
  }
}
