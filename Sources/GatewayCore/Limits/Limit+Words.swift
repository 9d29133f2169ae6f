// How limits are called in messages.

extension Limit {
  /// `20 requests per day for each header 'x-user-id' (consumer 'mobile-app')`
  package var words: String {
    var text = self.text(amount)
    if let quota {
      text = "quota '\(quota.name)' of \(text)"
      if let refresh = quota.refresh { text += ", full again each \(refresh.rawValue)" }
    }
    if let period { text += " per \(period.rawValue)" }
    switch key {
    case .all: break
    case .consumer, .team, .organisation, .key, .model, .provider: text += " for each \(key.words)"
    case .ip: text += " for each address"
    case .header, .query, .cookie, .claim: text += " for each value of \(key.words)"
    }
    return "\(text) (\(owner))"
  }

  package func text(_ amount: Int64) -> String {
    switch unit {
    case .requests: "\(amount) request\(amount == 1 ? "" : "s")"
    case .tokens: "\(amount) tokens"
    case .inputTokens: "\(amount) input tokens"
    case .outputTokens: "\(amount) output tokens"
    case .cost: "\(Money.decimal(amount)) \(currency?.code ?? "")"
    case .concurrent: "\(amount) call\(amount == 1 ? "" : "s") at once"
    case .stored: "\(ByteCount.text(amount)) stored"
    }
  }
}

extension LimitKey {
  /// For messages: `the header 'x-user-id'`.
  package var words: String {
    switch self {
    case .all: "nothing"
    case .consumer: "consumer"
    case .team: "team"
    case .organisation: "organisation"
    case .key: "key"
    case .model: "model"
    case .provider: "provider"
    case .ip: "address"
    case .header(let name): "the header '\(name)'"
    case .query(let name): "the query parameter '\(name)'"
    case .cookie(let name): "the cookie '\(name)'"
    case .claim(let name): "the claim '\(name)'"
    }
  }

  /// Of a header, parameter, cookie or claim.
  package var name: String? {
    switch self {
    case .header(let name), .query(let name), .cookie(let name), .claim(let name): name
    case .all, .consumer, .team, .organisation, .key, .model, .provider, .ip: nil
    }
  }
}
