package import GatewayCore

/// `usage` of Cohere: `tokens` is what the model read and wrote, `cached_tokens` the part of the input that came from the
/// cache; `billed_units` leaves out what is free and counts only where there is nothing else.
package enum CohereUsage {
  package static func read(_ node: JSONNode) -> TokenUsage? {
    let tokens = node["tokens"]
    let billed = node["billed_units"]
    let input = CheckedMembers.tokens(tokens?["input_tokens"]) ?? CheckedMembers.tokens(billed?["input_tokens"])
    let output = CheckedMembers.tokens(tokens?["output_tokens"]) ?? CheckedMembers.tokens(billed?["output_tokens"])
    guard input != nil || output != nil else { return nil }
    if min(input ?? 0, output ?? 0) < 0 { return .impossible }
    let cached = min(max(CheckedMembers.tokens(node["cached_tokens"]) ?? 0, 0), input ?? 0)
    return TokenUsage(inputUncached: (input ?? 0) - cached, inputCached: cached, output: output ?? 0)
  }

  /// Thoughts are part of the output, what was read from or written to a cache is part of the input.
  package static func write(_ usage: TokenUsage, into json: inout JSONWriter) {
    json.object { json in
      json.object("billed_units") { json in writeCounts(of: usage, into: &json) }
      json.object("tokens") { json in writeCounts(of: usage, into: &json) }
      if usage.inputCached > 0 { json.member("cached_tokens", usage.inputCached) }
    }
  }

  private static func writeCounts(of usage: TokenUsage, into json: inout JSONWriter) {
    json.member("input_tokens", usage.totalInput)
    json.member("output_tokens", usage.totalOutput)
  }
}
