package import GatewayCore

/// Signatures and encrypted thoughts are proofs that only the vendor that made them accepts. In a translated answer they are
/// marked with the dialect that they come from, and in a later request they go back to that dialect only.
///
/// A mark is base64 itself, twelve letters long, because some clients decode signatures and write them anew:
/// `SluiceSig`, two letters for the dialect, and one for what the text behind it is.
package enum SignatureMark {
  private static let prefix: StaticString = "SluiceSig"
  private static let length = 12

  /// What stands behind a mark.
  private enum Form: UInt8 {
    /// Base64 with `+` and `/`.
    case standard = 0x53
    /// Base64 with `-` and `_`.
    case urlSafe = 0x55
    /// Other text, as base64.
    case encoded = 0x45
  }

  /// Whether a body holds a marked text.
  package static func isIn(_ body: UnsafeRawBufferPointer) -> Bool {
    var rest = body
    while let start = rest.firstIndex(of: prefix.utf8Start[0]) {
      rest = UnsafeRawBufferPointer(rebasing: rest[start...])
      if rest.prefix(prefix.utf8CodeUnitCount).elementsEqual(prefixBytes) { return true }
      rest = UnsafeRawBufferPointer(rebasing: rest.dropFirst())
    }
    return false
  }

  private static var prefixBytes: UnsafeBufferPointer<UInt8> {
    UnsafeBufferPointer(start: prefix.utf8Start, count: prefix.utf8CodeUnitCount)
  }

  private static func code(_ dialect: Dialect) -> StaticString {
    switch dialect {
    case .openAIChat: "oc"
    case .openAIResponses: "or"
    case .openAICompletions: "op"
    case .anthropic: "an"
    case .gemini: "ge"
    case .bedrockConverse: "be"
    case .cohere: "co"
    case .dashscope: "ds"
    case .dify: "di"
    case .coze: "cz"
    case .hunyuan: "hy"
    case .minimax: "mm"
    }
  }

  static func marked(_ text: RawText, _ dialect: Dialect) -> RawText {
    var bytes = Array(prefixBytes)
    JSONText.append(code(dialect), to: &bytes)
    let form = form(of: text)
    bytes.append(form.rawValue)
    bytes += form == .encoded ? Base64.encoded(text.decoded) : Array(text.bytes)
    return RawText(joined: bytes)
  }

  private static func form(of text: RawText) -> Form {
    guard !text.isEscaped, text.count % 4 == 0, text.bytes.allSatisfy(Base64.isDigit) else { return .encoded }
    return text.bytes.contains { $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: "_") } ? .urlSafe : .standard
  }

  /// The text without its mark, and the dialect; `nil` without one.
  static func unmarked(_ text: RawText) -> (text: RawText, dialect: Dialect)? {
    let bytes = text.bytes
    guard bytes.count > length, bytes.prefix(prefix.utf8CodeUnitCount).elementsEqual(prefixBytes) else { return nil }
    let start = bytes.startIndex
    let letters = bytes[(start + 9)..<(start + 11)]
    guard let form = Form(rawValue: bytes[start + 11]),
      let dialect = Dialect.allCases.first(where: { dialect in
        let code = code(dialect)
        return letters.elementsEqual(UnsafeBufferPointer(start: code.utf8Start, count: 2))
      })
    else { return nil }
    let rest = bytes.dropFirst(length)
    switch form {
    case .standard: return (RawText(joined: rest.map(Base64.standard)), dialect)
    case .urlSafe: return (RawText(joined: rest.map(Base64.urlSafe)), dialect)
    case .encoded:
      guard let decoded = Base64.decoded(rest) else { return nil }
      return (RawText(utf8: decoded), dialect)
    }
  }

  /// What of a signature that a caller of `client` sent goes to a provider of `provider`.
  fileprivate static func kept(_ text: RawText?, from client: Dialect, to provider: Dialect) -> RawText? {
    guard let text else { return nil }
    guard let (own, origin) = unmarked(text) else {
      // Chat has no signatures of its own: whoever sends one there knows whose it is.
      return client == .openAIChat || isOneVendor(client, provider) ? text : nil
    }
    return isOneVendor(origin, provider) ? own : nil
  }

  /// Whether it is marked as that of another provider than OpenAI.
  fileprivate static func isForeign(_ text: RawText?) -> Bool {
    guard let text, let (_, origin) = unmarked(text) else { return false }
    return origin != .openAIResponses
  }

  /// Claude's signatures hold on every platform that it runs on.
  private static func isOneVendor(_ first: Dialect, _ second: Dialect) -> Bool {
    func family(_ dialect: Dialect) -> Dialect { dialect == .bedrockConverse ? .anthropic : dialect }
    return family(first) == family(second)
  }
}

extension CanonicalRequest {
  /// Takes off marks, and leaves out what another vendor has signed.
  package mutating func keepSignatures(from client: Dialect, to provider: Dialect) {
    for message in messages.indices {
      for part in messages[message].parts.indices {
        switch messages[message].parts[part].content {
        case .reasoning(var thought):
          if SignatureMark.isForeign(thought.signature ?? thought.redacted) {
            // An item of the Responses API was made of it for the caller: its id and its form are the gateway's.
            thought.id = nil
            thought.isSummary = false
          }
          thought.signature = SignatureMark.kept(thought.signature, from: client, to: provider)
          thought.redacted = SignatureMark.kept(thought.redacted, from: client, to: provider)
          messages[message].parts[part].content = .reasoning(thought)
        case .toolCall(var call) where call.signature != nil:
          call.signature = SignatureMark.kept(call.signature, from: client, to: provider)
          messages[message].parts[part].content = .toolCall(call)
        default: break
        }
      }
      // An encrypted thought of another vendor is nothing to this one.
      messages[message].parts.removeAll { part in
        if case .reasoning(let thought) = part.content {
          thought.text.isEmpty && thought.signature == nil && thought.redacted == nil
        } else {
          false
        }
      }
    }
  }
}

extension CanonicalDelta {
  /// With signatures marked as those of `dialect`.
  package func marked(_ dialect: Dialect) -> CanonicalDelta {
    switch self {
    case .signature(let choice, let part, let text):
      .signature(choice: choice, part: part, SignatureMark.marked(text, dialect))
    case .partStarted(let choice, let part, .reasoning(let redacted?)):
      .partStarted(choice: choice, part: part, .reasoning(redacted: SignatureMark.marked(redacted, dialect)))
    case .partStarted(let choice, let part, .toolCall(let id, let name, let kind, let signature?)):
      .partStarted(
        choice: choice, part: part,
        .toolCall(id: id, name: name, kind: kind, signature: SignatureMark.marked(signature, dialect)))
    default: self
    }
  }
}

extension CanonicalResponse {
  /// With signatures marked as those of `dialect`.
  package func marked(_ dialect: Dialect) -> CanonicalResponse {
    var answer = self
    for choice in answer.choices.indices {
      for part in answer.choices[choice].parts.indices {
        switch answer.choices[choice].parts[part].content {
        case .reasoning(var thought):
          thought.signature = thought.signature.map { SignatureMark.marked($0, dialect) }
          thought.redacted = thought.redacted.map { SignatureMark.marked($0, dialect) }
          answer.choices[choice].parts[part].content = .reasoning(thought)
        case .toolCall(var call) where call.signature != nil:
          call.signature = call.signature.map { SignatureMark.marked($0, dialect) }
          answer.choices[choice].parts[part].content = .toolCall(call)
        default: break
        }
      }
    }
    return answer
  }
}
