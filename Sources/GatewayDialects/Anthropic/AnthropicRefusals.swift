import GatewayCore

/// What the API has no word for.
enum AnthropicRefusals {
  /// Whether the model takes `output_config.format`, which came with Claude 4.5. Models of other names are taken for able.
  static func knowsSchemas(_ traits: TargetTraits) -> Bool {
    BedrockModel(traits.model).claude.map { $0 >= 405 } ?? true && !traits.refused.contains("output_config")
  }

  static func check(_ request: CanonicalRequest, _ traits: TargetTraits) throws(DialectFault) {
    func refuse(_ part: RequestPart, _ path: String, _ reason: String) -> DialectFault {
      DialectFault(unsupported: part, reason, path: path)
    }
    if let choices = request.choices, choices > 1 {
      throw refuse(.severalChoices, "n", "the Messages API gives one answer")
    }
    if request.logprobs == true { throw refuse(.logprobs, "logprobs", "the Messages API has no logprobs") }
    if request.audioOutput != nil || request.modalities.contains("audio") {
      throw refuse(.audioOutput, "modalities", "the Messages API answers with text")
    }
    if request.modalities.contains("image") {
      throw refuse(.imageOutput, "modalities", "the Messages API answers with text")
    }
    if request.previousResponseID != nil {
      throw refuse(.storedState, "previous_response_id", "the Messages API keeps no state: send the earlier turns")
    }
    if request.cachedContent != nil {
      throw refuse(.cachedContent, "cachedContent", "it belongs to another provider")
    }
    // The API refuses sequences of spaces and line ends.
    if request.stop.contains(where: { $0.decoded.allSatisfy { $0 <= 0x20 } }) {
      throw refuse(.stopSequences, "stop", "the Messages API stops at no sequence of spaces or line ends alone")
    }
    if case .jsonSchema(_, _, let schema, _) = request.output, !knowsSchemas(traits),
      schema.node?["type"]?.text?.equals("object") != true
    {
      throw refuse(
        .structuredOutput, "response_format",
        "'\(traits.model)' has no structured output but by a tool, whose schema must be of type object")
    }
    for tool in request.tools {
      switch tool.kind {
      case .function, .webSearch: break
      case .custom:
        throw refuse(.tools, "tools", "the tool '\(tool.name.string)' takes free text instead of JSON")
      case .server(.anthropic, _, _): break
      case .server(_, let type, _):
        throw refuse(.serverTools, "tools", "the tool '\(type.string)' runs at a provider of another dialect")
      }
    }
  }
}
