import GatewayCore

extension ConfigurationSchema {
  static let model = SchemaObject(
    "What a caller may write as `model`.",
    [
      SchemaField(
        "type", .choice(ModelType.allCases.map(\.rawValue)),
        default: "that of its targets; chat where nothing is known",
        "What the model does. Calls fail over between models of one type only."),
      SchemaField(
        "targets", targets, "Where calls go: tried in order. Either this or `split` is needed.",
        alsoCalled: ["target", "backends", "providers", "fallbacks"]),
      SchemaField(
        "split", .list(.object(arm), minimum: 1), "Versions that share the calls by weight.",
        alsoCalled: ["weights", "canary", "versions"]),
      SchemaField("sticky", .text(.sticky), "What keeps a caller on the same version of a split."),
      SchemaField(
        "retry", .object(retry), "More tries of the same target, after the first one.", alsoCalled: ["retries"]),
      SchemaField("fallback", .object(fallback), "When the next target is tried."),
      SchemaField(
        "timeouts", .object(timeouts), default: "the provider's",
        "How slow a target may be, as for providers; what is named here wins.",
        alsoCalled: ["timeout"]),
      SchemaField("parameters", .object(parameters), "What is changed in a request's body."),
      SchemaField(
        "effortBudgets", .object(effortBudgets),
        "What a reasoning effort means where the provider is told tokens (Anthropic, Bedrock, Gemini 2.5, Cohere).",
        alsoCalled: ["effort", "efforts", "reasoning", "budgets"]),
      SchemaField(
        "limits", limitList, "How much this model may be called, by all callers together, or each by itself with `by`."),
      SchemaField(
        "reserveOutput", .integer(0...10_000_000), default: "1024",
        "Tokens of output that a limit sets aside for a call that names no `max_tokens`, until it is over."),
      SchemaField(
        "cache", .flagOr(cacheRule), default: "off",
        "Whether an earlier answer to the same request may be given again; `{ ttl: 1h }` says for how long, too. See [cache.md](cache.md)."
      ),
      .later("balance"), .later("guard"), .later("hedge"),
      .later("shadow"),
    ])

  static let targets = SchemaKind.list(.shorthand(.target, target), minimum: 1)

  static let target = SchemaObject(
    "One model at one provider. `provider/model` for short; `provider/*` passes the caller's name on; a name without `/` "
      + "is another model of this file, with all of its routing.",
    [
      SchemaField("provider", .text(.plain), "A name of `providers`.").required(),
      SchemaField(
        "model", .text(.plain), "The model's name at the provider; `*` passes the caller's name on.",
        alsoCalled: ["name"]
      ).required(),
      SchemaField(
        "type", .choice(ModelType.allCases.map(\.rawValue)), default: "the model's", "What the provider's model does."),
      SchemaField(
        "capabilities", .list(.choice(Capability.allCases.map(\.rawValue))), default: "all are tried",
        "What the model can do beyond text. A request that needs more goes to the next target, or is refused with 400."),
      .later("when"), .later("weight"),
    ])

  static let arm = SchemaObject(
    "One version of a split.",
    [
      SchemaField("weight", .integer(0...1_000_000), default: "1", "Its share of the calls, relative to the others'."),
      SchemaField("version", .text(.plain), "Its name in metrics and in the access log."),
      SchemaField("targets", targets, "Where its calls go: tried in order.", alsoCalled: ["target"]).required(),
    ])

  static let retry = SchemaObject(
    "More tries of the same target, after the first one. A pause lasts between half and the whole of its nominal length.",
    [
      SchemaField("attempts", .integer(0...10), default: "1", "How many."),
      SchemaField("backoff", .duration(timer), default: "200ms", "The first pause."),
      SchemaField("factor", .number(1...100), default: "2", "What the next pause is multiplied by."),
      SchemaField(
        "maximum", .duration(timer), default: "5s",
        "The longest pause, and the longest `Retry-After` that is waited for."),
    ])

  static let fallback = SchemaObject(
    "When a target is tried again, and then the next one.",
    [
      SchemaField(
        "on", .list(.failure), default: "[connect, timeout, rate-limit, server-error]",
        "Classes of failures (`connect`, `timeout`, `rate-limit`, `server-error`, `not-found`, `auth`) and status codes."
      )
    ])

  /// Classes that `fallback.on` may name.
  static let failureClasses = UpstreamFailure.Class.allCases.filter { $0 != .callerError }

  static let effortBudgets = SchemaObject(
    "Tokens that a model may think for, by the effort that a caller asks for. None is smaller than the one before it.",
    [
      SchemaField("minimal", .integer(thoughts), default: "1024", "Tokens."),
      SchemaField("low", .integer(thoughts), default: "1024", "Tokens."),
      SchemaField("medium", .integer(thoughts), default: "8192", "Tokens."),
      SchemaField("high", .integer(thoughts), default: "16384", "Tokens."),
      SchemaField("xhigh", .integer(thoughts), default: "32768", "Tokens."),
    ])

  private static let thoughts = 1...1_000_000

  static let parameters = SchemaObject(
    "What is changed in a request's body.",
    [
      SchemaField(
        "default", .map(.parameter, .json), "Values of parameters that a request leaves out.", alsoCalled: ["defaults"]),
      SchemaField(
        "clamp", .map(.parameter, .bounds), "`[LOWEST, HIGHEST]`: numbers outside are moved to the nearer bound."),
      SchemaField(
        "rename", .map(.parameter, .text(.parameterName)), "Names that the provider calls otherwise; applied last."),
    ])
}
