import GatewayCore

extension ConfigurationDescription {
  static func conversations(_ settings: ConversationSettings) -> JSONValue {
    .object([
      ("isOn", .bool(settings.isOn)), ("retention", .duration(settings.retention)),
      ("maximum", .size(settings.maximum)), ("mask", .array(settings.mask.map(rule))),
    ])
  }

  private static func rule(_ rule: MaskRule) -> JSONValue {
    if case .pattern(let pattern, let replacement) = rule {
      return .object([("pattern", .string(pattern)), ("replace", .string(replacement))])
    }
    return .string(MaskRule.named.first { $0.rule == rule }?.name ?? "")
  }
}
