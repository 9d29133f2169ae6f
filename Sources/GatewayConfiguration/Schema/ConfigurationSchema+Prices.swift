import GatewayCore

extension ConfigurationSchema {
  static let price = SchemaObject(
    "What calls cost, with the currency (ISO 4217): tokens by the million.",
    amounts(ofCall: true) + [
      SchemaField("tiers", tiers, "Other amounts for calls with long prompts."),
      SchemaField("times", .list(.object(time), minimum: 1), "Other amounts at some times of the day."),
    ])

  private static let tiers = SchemaKind.list(.object(tier), minimum: 1)

  private static let tier = SchemaObject(
    "Other amounts for all tokens of a call with a longer prompt. What it does not name stays as it is.",
    [
      SchemaField("above", .integer(0...1_000_000_000), "Tokens of the prompt that there must be more of.").required(),
      SchemaField("outputAbove", .integer(0...1_000_000_000), "Tokens of the answer that there must be more of, too."),
    ] + amounts(ofCall: false))

  private static let time = SchemaObject(
    "Other amounts between two times of the day. What it does not name stays as it is.",
    [
      SchemaField("from", .text(.timeOfDay), "When it begins: `00:30`.").required(),
      SchemaField("until", .text(.timeOfDay), "When it ends; not later than `from`: on the next day.").required(),
      SchemaField(
        "days", .list(.choice(weekdays.map(\.name)), minimum: 1), default: "all", "The days that it begins on."),
      SchemaField("timeZone", .text(.timeZone), default: "that of the file", "By which clock."),
      SchemaField("tiers", tiers, "Of these times."),
    ] + amounts(ofCall: false))

  static let weekdays: [(name: String, day: Weekdays)] = [
    ("monday", .monday), ("tuesday", .tuesday), ("wednesday", .wednesday), ("thursday", .thursday),
    ("friday", .friday), ("saturday", .saturday), ("sunday", .sunday),
  ]

  private static func amounts(ofCall: Bool) -> [SchemaField] {
    let tokens = [
      SchemaField("input", .text(.money), "A million tokens of input.", alsoCalled: ["prompt", "inputTokens"]),
      SchemaField(
        "cachedInput", .text(.money), default: "as `input`", "Input that the provider reads from its prompt cache.",
        alsoCalled: ["cacheRead", "cached"]),
      SchemaField(
        "cacheWrite", .text(.money), default: "as `input`", "Input that the provider writes to its prompt cache."),
      SchemaField(
        "cacheWrite1h", .text(.money), default: "as `cacheWrite`",
        "The same, where the provider keeps it for an hour (Anthropic's `ttl: 1h`)."),
      SchemaField(
        "output", .text(.money), default: "as `input`", "A million tokens of output.",
        alsoCalled: ["completion", "outputTokens"]),
      SchemaField("reasoning", .text(.money), default: "as `output`", "Output that is thought and not shown."),
      SchemaField("inputAudio", .text(.money), default: "as `input`", "Input that is sound."),
      SchemaField("outputAudio", .text(.money), default: "as `output`", "Output that is sound."),
    ]
    guard ofCall else { return tokens }
    return tokens + [
      SchemaField("perRequest", .text(.money), "Each call, beside its tokens."),
      SchemaField("perImage", .text(.money), "Each image that is made."),
    ]
  }
}
