package import GatewayCore

/// What the gateway needs to know of the events of a realtime session.
package enum RealtimeEvent {
  /// Whether an event holds `response.done` somewhere: most events are audio, and long, and not worth a parse.
  package static func mayHoldUsage(_ event: UnsafeRawBufferPointer) -> Bool {
    let (before, after) = (Array("response".utf8), Array("done".utf8))
    var rest = event[...]
    // Base64 has no dot.
    while let dot = rest.firstIndex(of: UInt8(ascii: ".")) {
      if event[..<dot].suffix(before.count).elementsEqual(before),
        event[(dot + 1)...].prefix(after.count).elementsEqual(after)
      {
        return true
      }
      rest = rest[(dot + 1)...]
    }
    return false
  }

  /// The usage of one turn, from a provider's `response.done`.
  ///
  /// - Returns: `nil` for every other event, and for what is not JSON: it is passed on and judged by the client.
  package static func usage(in event: UnsafeRawBufferPointer) -> TokenUsage? {
    guard let document = try? JSONDocument(copying: event, loneSurrogates: .replaced),
      document.root["type"]?.text?.string == "response.done"
    else { return nil }
    return document.root["response"]?["usage"].flatMap(usage)
  }

  /// `input_tokens` holds the cached ones, and both of them audio: the buckets are made disjoint.
  private static func usage(_ usage: JSONNode) -> TokenUsage? {
    let input = count(usage["input_tokens"])
    let output = count(usage["output_tokens"])
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
