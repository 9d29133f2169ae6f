import GatewayCore
import GatewayDialects
import Testing

@Suite struct RealtimeEventTests {
  private func usage(_ event: String) -> TokenUsage? {
    Array(event.utf8).withUnsafeBytes { RealtimeEvent.mayHoldUsage($0) ? RealtimeEvent.usage(in: $0) : nil }
  }

  @Test func theBucketsOfATurnAreDisjoint() {
    let event = """
      {"type":"response.done","response":{"usage":{"total_tokens":253,"input_tokens":132,"output_tokens":121,\
      "input_token_details":{"text_tokens":119,"audio_tokens":13,"cached_tokens":64,\
      "cached_tokens_details":{"text_tokens":60,"audio_tokens":4}},\
      "output_token_details":{"text_tokens":30,"audio_tokens":91}}}}
      """
    #expect(
      usage(event) == TokenUsage(inputUncached: 59, inputCached: 64, inputAudio: 9, output: 30, outputAudio: 91))
  }

  @Test func detailsLargerThanTheirTotalAreCut() {
    let event = """
      {"response":{"usage":{"input_tokens":5,"output_tokens":1,"input_token_details":{"cached_tokens":9,\
      "audio_tokens":7},"output_token_details":{"audio_tokens":4}}},"type":"response.done"}
      """
    #expect(usage(event) == TokenUsage(inputCached: 5, outputAudio: 1))
  }

  @Test func aTranscriptionHasItsOwnUsage() {
    let type = "conversation.item.input_audio_transcription.completed"
    let tokens = #"{"type":"tokens","input_tokens":22,"output_tokens":13,"input_token_details":{"audio_tokens":20}}"#
    #expect(
      usage(#"{"type":"\#(type)","transcript":"Hi.","usage":\#(tokens)}"#)
        == TokenUsage(inputUncached: 2, inputAudio: 20, output: 13))
    #expect(usage(#"{"type":"\#(type)","usage":{"type":"duration","seconds":2}}"#) == nil)
  }

  @Test(arguments: [
    #"{"type":"response.created","note":"response.done","response":{"usage":{"input_tokens":5}}}"#,
    #"{"type":"response.done","response":{"usage":null}}"#, #"{"type":"response.done"}"#, "response.done",
    #"{"type":"response.audio.delta","delta":"AAAA"}"#, #"["response.done"]"#, "",
  ])
  func otherEventsHaveNone(_ event: String) { #expect(usage(event) == nil) }

  @Test func usagesAreAdded() {
    let sum = TokenUsage(inputUncached: 1, output: 2).adding(TokenUsage(inputUncached: 3, outputAudio: 4))
    #expect(sum == TokenUsage(inputUncached: 4, output: 2, outputAudio: 4))
  }
}
