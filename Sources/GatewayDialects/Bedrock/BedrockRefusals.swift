/// What changes the meaning of a request and has no word at Bedrock.
enum BedrockRefusals {
  static func check(_ request: CanonicalRequest, _ traits: TargetTraits) throws(DialectFault) {
    if let choices = request.choices, choices > 1 {
      throw DialectFault(unsupported: .severalChoices, "Bedrock gives one answer a call; send n: 1 or several requests")
    }
    if request.logprobs == true {
      throw DialectFault(unsupported: .logprobs, "Bedrock Converse has no logprobs; leave them out")
    }
    if request.audioOutput != nil || request.modalities.contains("audio") {
      throw DialectFault(unsupported: .audioOutput, "Bedrock Converse answers without sound; ask for text")
    }
    if request.modalities.contains("image") {
      throw DialectFault(unsupported: .imageOutput, "Bedrock Converse makes no images; ask for text")
    }
    if request.cachedContent != nil {
      throw DialectFault(unsupported: .cachedContent, "Bedrock has no cached contents by name; send the content itself")
    }
    if request.previousResponseID != nil {
      throw DialectFault(unsupported: .storedState, "Bedrock stores no answers; send the whole conversation")
    }
    if !request.tools.isEmpty, traits.refused.contains("toolConfig") {
      throw DialectFault(unsupported: .tools, "'\(traits.model)' has no tools")
    }
    switch request.toolChoice {
    case .required, .named, .allowed(_, isRequired: true):
      if traits.refused.contains("toolChoice") {
        throw DialectFault(unsupported: .toolChoice, "'\(traits.model)' cannot be made to call a tool")
      }
    case nil, .auto, .forbidden, .allowed: break
    }
  }
}
