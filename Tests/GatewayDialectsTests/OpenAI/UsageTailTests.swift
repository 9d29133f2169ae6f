import GatewayCore
import GatewayDialects
import Testing

@Suite struct UsageTailTests {
  private func usage(_ text: String, piece: Int = 7) -> TokenUsage? {
    var tail = UsageTail()
    let bytes = Array(text.utf8)
    for start in stride(from: 0, to: bytes.count, by: piece) {
      bytes[start..<min(start + piece, bytes.count)].withUnsafeBytes { tail.append($0) }
    }
    return tail.usage
  }

  @Test(arguments: [1, 7, 4096, 1_000_000])
  func theLastEventTellsIt(piece: Int) {
    let events =
      "data: {\"usage\":{\"input_tokens\":1,\"output_tokens\":1}}\n\ndata: {\"b64_json\":\""
      + String(repeating: "A", count: 9000)
      + "\",\"usage\":{\"total_tokens\":115,\"input_tokens\":14,\"input_token_details\":{\"text_tokens\":10,\"audio_tokens\":4},"
      + "\"output_tokens\":101}}\n\ndata: [DONE]\n\n"
    #expect(usage(events, piece: piece) == TokenUsage(inputUncached: 10, inputAudio: 4, output: 101))
  }

  @Test(arguments: [
    "", "data: {\"usage\":null}\n\n", "data: {\"text\":\"\\\"usage\\\":{\\\"input_tokens\\\":1}\"}\n\n",
    "data: {\"usage\":{\"input_tokens\":", "data: {\"usage\":{\"type\":\"duration\",\"seconds\":2}}\n\n",
  ])
  func otherStreamsTellNone(events: String) { #expect(usage(events) == nil) }
}
