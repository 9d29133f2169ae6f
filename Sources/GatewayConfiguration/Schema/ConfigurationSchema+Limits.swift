import GatewayCore

extension ConfigurationSchema {
  static let limitList = SchemaKind.list(.object(limit), minimum: 1)

  static let limit = SchemaObject(
    "At most so much over so long: `{ requests: 20, per: day, by: header:x-user-id }`. One of the first six, or `cost`, is needed. "
      + "All limits that match are evaluated.",
    [
      SchemaField(
        "requests", .integer(amount), "Calls, each counted once whatever its retries.", alsoCalled: ["calls", "rpm"]),
      SchemaField(
        "tokens", .integer(amount), "Tokens of input and output together.", alsoCalled: ["totalTokens", "tpm"]),
      SchemaField("inputTokens", .integer(amount), "Tokens of input."),
      SchemaField("outputTokens", .integer(amount), "Tokens of output, reasoning among them."),
      SchemaField(
        "concurrent", .integer(1...10_000_000), "Calls that are under way at once; without `per`.",
        alsoCalled: ["concurrency", "parallel"]),
      SchemaField(
        "stored", .size(1...Int(ByteCount.most)),
        "Bytes of files that callers keep at providers through the gateway; without `per`, `quota` and `models`. "
          + "Of everyone, an organisation, a team or a consumer; `by` takes `organisation`, `team`, `consumer` and `key`.",
        alsoCalled: ["storage", "storedBytes", "bytes"]),
      SchemaField(
        "per", .choice(LimitPeriod.allCases.map(\.rawValue)),
        "`second`, `minute` and `hour` slide; `day`, `week` and `month` follow the calendar of `timeZone`.",
        alsoCalled: ["window", "period", "interval"]),
      SchemaField(
        "quota", .text(.quota),
        "Makes it a quota of this name, in place of `per`: an amount that calls use up, and that `sluice quotas` tops up.",
        alsoCalled: ["plan", "allowance"]),
      SchemaField(
        "refresh", .choice(["day", "week", "month"]), default: "never",
        "When a quota is full again: at the beginning of each, in `timeZone`.", alsoCalled: ["renew", "reset"]),
      SchemaField(
        "by", .text(.limitKey), default: "all calls count together",
        "What has a counter of its own: each `consumer`, `team`, `organisation`, `key`, `model`, `provider`, `ip` address, or value of a header, query parameter, cookie or claim of a token.",
        alsoCalled: ["key", "scope"]),
      SchemaField(
        "models", .list(.text(.modelPattern), minimum: 1), default: "all", "Models that it counts.",
        alsoCalled: ["model"]),
      SchemaField(
        "missing", .choice(Limit.Missing.allCases.map(\.rawValue)), default: "share",
        "What becomes of a call without what `by` names: it shares one counter with its like, is refused, or is not counted."
      ),
      SchemaField(
        "cost", .text(.money),
        "What calls cost by their [prices](prices.md): `50 CNY`. Counts what is priced in its currency.",
        alsoCalled: ["spend", "money"]),
      SchemaField(
        "budget", .flag, default: "false",
        "Whether a `cost` is a budget: once it is used up, calls are refused with 402 instead of 429."),
      SchemaField(
        "warnAt", .list(.integer(1...100), minimum: 1), default: "[80]",
        "Percent of a budget at which the program log says so, once in each window; it always does at 100."),
      SchemaField(
        "whenStoreFails", .choice(Limit.Outage.allCases.map(\.rawValue)), default: "share; of quotas closed",
        "While the Redis of `storage.shared` does not answer: each gateway counts its part of the amount (`share`), nothing is counted "
          + "(`open`), or no call is let in (`closed`)."),
      .later("name"),
    ])

  private static let amount = 1...1_000_000_000_000_000
}
