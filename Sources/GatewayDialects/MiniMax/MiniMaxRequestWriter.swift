import GatewayCore

/// Writes the body of MiniMax's `POST /v1/text/chatcompletion_v2`: that of OpenAI's chat with fewer members.
///
/// Source: https://platform.minimax.io/docs/api-reference/text-post
package enum MiniMaxRequestWriter {
  /// Hints of chat that its document does not have. The usage comes unasked, with the last event.
  private static let refused: Set<String> = [
    "max_tokens", "top_k", "min_p", "frequency_penalty", "presence_penalty", "repetition_penalty", "seed", "logit_bias",
    "user", "metadata", "service_tier", "prompt_cache_key", "verbosity", "prediction", "store", "reasoning_effort",
    "stream_options", "cache_control",
  ]

  package static func write(
    _ request: CanonicalRequest, traits: TargetTraits
  ) throws(DialectFault) -> WrittenRequest {
    try refuseUnsupported(request)
    var request = request
    request.choices = nil
    request.modalities = []
    request.topLogprobs = nil
    request.logprobs = nil
    var traits = traits
    traits.refused.formUnion(refused)
    return try OpenAIChatRequestWriter.write(request, traits: traits)
  }

  private static func refuseUnsupported(_ request: CanonicalRequest) throws(DialectFault) {
    if let choices = request.choices, choices > 1 {
      throw DialectFault(unsupported: .severalChoices, "MiniMax's own format gives one answer.")
    }
    if request.logprobs == true { throw DialectFault(unsupported: .logprobs, "MiniMax tells no log probabilities.") }
    if request.audioOutput != nil || request.modalities.contains("audio") {
      throw DialectFault(unsupported: .audioOutput, "MiniMax's own format answers with text only.")
    }
    if request.modalities.contains("image") {
      throw DialectFault(unsupported: .imageOutput, "MiniMax's own format answers with text only.")
    }
    if let custom = request.tools.first(where: { if case .custom = $0.kind { true } else { false } }) {
      throw DialectFault(unsupported: .tools, "MiniMax has no tools with free text, like '\(custom.name.string)'.")
    }
    guard !request.tools.isEmpty else { return }
    if request.parallelToolCalls == false {
      throw DialectFault(
        unsupported: .singleToolCalls, "MiniMax may call several tools at once and has no switch against it.")
    }
    switch request.toolChoice {
    case nil, .auto, .forbidden: break
    case .required, .named, .allowed:
      throw DialectFault(
        unsupported: .toolChoice,
        "MiniMax's own format can only leave the choice of a tool to the model, or forbid it.",
        path: "tool_choice")
    }
  }
}
