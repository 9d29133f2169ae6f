extension ProviderError {
  /// The HTTP status that the error stands for where its provider answers every error with 200 and says what it is by a code:
  /// Tencent Cloud and MiniMax. `nil`: the provider's own failure, or a code of others.
  ///
  /// Sources: https://cloud.tencent.com/document/api/1729/101842, https://platform.minimax.io/docs/api-reference/errorcode; other
  /// providers that count as MiniMax does send a status.
  package var statusWithin200: Int? {
    guard let code else { return nil }
    return Self.codes[code] ?? Self.families.first { code.hasPrefix($0.prefix) }?.status
  }

  private static let codes: [String: Int] = [
    "FailedOperation.EngineServerLimitExceeded": 429, "FailedOperation.FreeResourcePackExhausted": 402,
    "FailedOperation.ResourcePackExhausted": 402, "FailedOperation.ServiceStop": 402,
    "FailedOperation.ServiceStopArrears": 402, "FailedOperation.ServiceNotActivated": 403,
    "FailedOperation.UserUnAuthError": 403, "FailedOperation.PartnerAccountUnSupport": 403,
    "InvalidParameterValue.Model": 404,
    // MiniMax: key, balance; rate, tokens a minute, connections, plan; parameters, invisible characters.
    "1004": 401, "2049": 401, "1008": 402, "1002": 429, "1039": 429, "1041": 429, "2056": 429, "2013": 400, "1042": 400,
  ]

  /// Tencent Cloud's codes are `Family.Detail`.
  private static let families: [(prefix: String, status: Int)] = [
    ("AuthFailure", 401), ("UnauthorizedOperation", 403), ("RequestLimitExceeded", 429), ("LimitExceeded", 429),
    ("ResourceInsufficient", 402), ("ResourceUnavailable", 402), ("ResourceNotFound", 404), ("InvalidParameter", 400),
    ("MissingParameter", 400), ("UnknownParameter", 400),
  ]
}
