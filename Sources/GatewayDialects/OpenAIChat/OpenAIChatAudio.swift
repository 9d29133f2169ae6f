/// The `audio` of an answer, whole or put together from the chunks of a stream.
struct OpenAIChatAudio {
  private var data: [UInt8] = []
  private var transcript: [UInt8] = []

  mutating func take(_ node: JSONNode) {
    if let piece = node["transcript"]?.text { transcript += piece.bytes }
    guard let piece = node["data"]?.text else { return }
    // Each chunk is base64 of its own: padding within the whole would end it.
    if data.last == UInt8(ascii: "="), let first = Base64.decoded(data[...]), let second = Base64.decoded(piece.bytes) {
      data = Base64.encoded(first + second)
    } else {
      data += piece.bytes
    }
  }

  /// The transcript stands in `context`.
  var media: MediaPart {
    var media = MediaPart(.base64(RawText(joined: data)))
    if !transcript.isEmpty { media.context = RawText(joined: transcript) }
    return media
  }

  /// - Parameter context: the id and the time of the answer make those of the sound, which nobody keeps.
  static func write(_ media: MediaPart, _ context: AnswerContext, into json: inout JSONWriter) {
    guard case .base64(let data) = media.source else { return }
    json.object("audio") { json in
      json.member("id", "audio_\(context.exchangeID)")
      json.member("data", data)
      json.member("expires_at", context.created)
      json.member("transcript", media.context ?? .empty)
    }
  }
}
