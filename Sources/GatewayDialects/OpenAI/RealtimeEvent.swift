package import GatewayCore

/// What the gateway needs to know of the events of a realtime session.
package enum RealtimeEvent {
  /// What stands before and behind the last dot of the types of events that tell usage.
  private static let types: [(before: [UInt8], after: [UInt8])] = [
    (Array("response".utf8), Array("done".utf8)),
    (Array("input_audio_transcription".utf8), Array("completed".utf8)),
  ]

  /// Whether an event holds the name of one that tells usage somewhere: most events are audio, and long, and not worth a parse.
  package static func mayHoldUsage(_ event: UnsafeRawBufferPointer) -> Bool {
    var rest = event[...]
    // Base64 has no dot.
    while let dot = rest.firstIndex(of: UInt8(ascii: ".")) {
      rest = rest[(dot + 1)...]
      for (before, after) in types
      where event[..<dot].suffix(before.count).elementsEqual(before)
        && rest.prefix(after.count).elementsEqual(after)
      {
        return true
      }
    }
    return false
  }

  /// The usage of one turn, from a provider's `response.done`, or of the transcription of what the user said, which another
  /// model makes, from `conversation.item.input_audio_transcription.completed`. One that is told in seconds has no tokens.
  ///
  /// - Returns: `nil` for every other event, and for what is not JSON: it is passed on and judged by the client.
  package static func usage(in event: UnsafeRawBufferPointer) -> TokenUsage? {
    guard let root = (try? JSONDocument(answer: event))?.root else { return nil }
    switch root["type"]?.string {
    case "response.done": return root["response"]?["usage"].flatMap(usage)
    case "conversation.item.input_audio_transcription.completed": return root["usage"].flatMap(usage)
    default: return nil
    }
  }

  /// `input_tokens` holds the cached ones, and both of them audio: the buckets are made disjoint.
  private static func usage(_ usage: JSONNode) -> TokenUsage? {
    let input = usage["input_tokens"]?.int ?? 0
    let output = usage["output_tokens"]?.int ?? 0
    if min(input, output) < 0 { return .impossible }
    guard input > 0 || output > 0 else { return nil }
    let details = usage["input_token_details"]
    let cached = min(count(details?["cached_tokens"]), input)
    let cachedAudio = min(count(details?["cached_tokens_details"]?["audio_tokens"]), cached)
    let audio = min(max(0, count(details?["audio_tokens"]) - cachedAudio), input - cached)
    let outputAudio = min(count(usage["output_token_details"]?["audio_tokens"]), output)
    return TokenUsage(
      inputUncached: input - cached - audio, inputCached: cached, inputAudio: audio, output: output - outputAudio,
      outputAudio: outputAudio)
  }

  private static func count(_ node: JSONNode?) -> Int { max(0, node?.int ?? 0) }
}
