/// What is known of a model from its name at Bedrock: `us.anthropic.claude-sonnet-4-5-20250929-v1:0`, an ARN of a foundation model
/// or an inference profile. The ARN of an application's own profile says nothing; such a model is `other`.
///
/// Sources: the model cards and parameter pages of the Bedrock user guide.
struct BedrockModel: Hashable, Sendable {
  enum Family: Hashable, Sendable {
    /// `version`: 307 for 3.7, 500 for 5.
    case claude(version: Int)
    /// `version`: 1 or 2.
    case nova(version: Int)
    /// OpenAI's open models.
    case gptOSS
    case mistral
    /// Models without structured output (Llama, Titan, Cohere, AI21).
    case plain
    case other
  }

  let family: Family

  init(_ name: String) {
    let name = name.lowercased()
    if let tail = Self.tail(of: name, after: "claude-") {
      family = .claude(version: Self.claudeVersion(tail))
    } else if let tail = Self.tail(of: name, after: "nova-") {
      family = .nova(version: tail.first == UInt8(ascii: "2") ? 2 : 1)
    } else if Self.contains("gpt-oss", in: name) {
      family = .gptOSS
    } else if Self.contains("mistral", in: name) || Self.contains("pixtral", in: name) {
      family = .mistral
    } else if ["meta.", "llama", "titan", "cohere.", "ai21."].contains(where: { Self.contains($0, in: name) }) {
      family = .plain
    } else {
      family = .other
    }
  }

  var claude: Int? { if case .claude(let version) = family { version } else { nil } }

  /// Whether the answer can be held to a schema without a detour.
  var hasStructuredOutput: Bool {
    switch family {
    case .claude(let version): version >= 405
    case .nova, .plain: false
    case .gptOSS, .mistral, .other: true
    }
  }

  /// Whether one tool can be demanded by name; any tool can be by more models.
  var canNameTool: Bool {
    switch family {
    case .claude, .nova, .other: true
    case .gptOSS, .mistral, .plain: false
    }
  }

  /// After `claude-`: `3-7-sonnet-20250219-v1:0`, `opus-4-20250514-v1:0`, `opus-4-6-v1`, `v2:1`. Numbers of more than two digits
  /// are dates. Without a number it is newer than all that have one (`mythos-preview`).
  private static func claudeVersion(_ tail: Substring.UTF8View) -> Int {
    var major: Int?
    for word in tail.split(separator: UInt8(ascii: "-")) {
      let number = word.count <= 2 ? Int(Substring(word)) : nil
      if let major { return major * 100 + (number ?? 0) }
      if let number { major = number }
      if major == nil, word.starts(with: "v1".utf8) || word.starts(with: "v2".utf8) || word.starts(with: "instant".utf8)
      {
        return 200
      }
    }
    return (major ?? 99) * 100
  }

  static func contains(_ word: String, in text: String) -> Bool { tail(of: text, after: word) != nil }

  private static func tail(of text: String, after word: String) -> Substring.UTF8View? {
    var rest = text.utf8[...]
    while !rest.isEmpty {
      if rest.starts(with: word.utf8) { return rest.dropFirst(word.utf8.count) }
      rest = rest.dropFirst()
    }
    return nil
  }
}
