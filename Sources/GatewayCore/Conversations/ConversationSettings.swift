/// `conversations:`: how conversations are kept of those who have it switched on.
package struct ConversationSettings: Hashable, Sendable {
  /// Whether anybody has it switched on.
  package var isOn = false
  /// How long one is kept. It holds for what was kept before, too, and after all is switched off.
  package var retention: Duration = .seconds(30 * 86_400)
  /// Bytes of one conversation, before it is sealed.
  package var maximum = 256 << 10
  /// What is made unreadable in all of its texts before it is sealed.
  package var mask = MaskRule.builtIn

  package init() {}

  /// Of the sealed secret that is the key of conversations. Nobody can give a secret this name, nor remove one with it, for it is no
  /// name of a secret.
  package static let keyName = "conversations:key"

  /// Bytes of a request, or of an answer as it is sent, that are looked at: a streamed answer is some ten times as long as what
  /// it says, and a request may carry images, which are not kept.
  package var longestSource: Int { max(8 << 20, maximum * 16) }
}

/// What must not be readable in a conversation that is kept.
package enum MaskRule: Hashable, Sendable {
  case email
  /// Of mobile phones and lines in China, and those that are written with `+` and the country, or as in North America.
  case phone
  /// Of a resident of China: 18 characters whose last one checks the others (GB 11643).
  case idCard
  /// 14 to 19 digits whose last one checks the others (ISO/IEC 7812-1, Luhn).
  case bankCard
  /// A regular expression, and what stands in the place of each match.
  case pattern(String, replacement: String)

  /// By the names that the configuration has for them.
  package static let named: [(name: String, rule: MaskRule)] = [
    ("email", .email), ("phone", .phone), ("id-card", .idCard), ("bank-card", .bankCard),
  ]

  package static let builtIn = named.map(\.rule)

  /// In the place of a match, where the configuration says nothing else.
  package static let replacement = "[masked]"
}
