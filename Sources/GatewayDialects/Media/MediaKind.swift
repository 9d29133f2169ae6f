package import GatewayCore

/// Which part of a conversation a medium is.
package enum MediaKind: String, CaseIterable, Hashable, Sendable {
  case image, audio, video, file

  package var part: RequestPart {
    switch self {
    case .image: .images
    case .audio: .audio
    case .video: .video
    case .file: .files
    }
  }

  /// For messages.
  package var noun: String {
    switch self {
    case .image: "image"
    case .audio: "sound"
    case .video: "video"
    case .file: "document"
    }
  }
}

extension Dialect {
  /// What it takes as bytes, but not by a URL of the Internet.
  package var mediaAsBytesOnly: Set<MediaKind> {
    switch self {
    case .bedrockConverse: [.image, .audio, .video, .file]
    case .openAIChat, .minimax: [.audio, .file]
    // The others fetch by themselves, or take nothing of the kind at all.
    case .openAIResponses, .openAICompletions, .anthropic, .gemini, .cohere, .dashscope, .hunyuan, .dify, .coze: []
    }
  }
}
