package import GatewayCore

extension GatewayError {
  /// What a caller is told that a limit refused: the number, the window and whose limit it is.
  package init(_ refusal: LimitRefusal) {
    let limit = refusal.limit
    if limit.quota != nil {
      self.init(limit.refusalKind, Self.quotaSentence(refusal), retryAfter: refusal.wait)
      return
    }
    if limit.unit == .stored {
      self.init(limit.refusalKind, Self.storedSentence(refusal))
      return
    }
    var sentence = "the limit of \(limit.words) is reached"
    if refusal.amount > limit.amount {
      sentence = "this call may use up to \(limit.text(refusal.amount)), more than the limit of \(limit.words)"
      sentence += limit.unit == .requests ? "" : "; ask for less, with a smaller 'max_tokens' or a shorter text"
    } else {
      if limit.unit != .requests && limit.unit != .concurrent {
        sentence +=
          ": \(limit.text(refusal.used)) are used or reserved, and this call may use up to "
          + limit.text(refusal.amount)
      }
      if let wait = refusal.wait { sentence += "; try again in \(Self.text(of: wait))" }
      if limit.unit == .concurrent { sentence += "; wait until another call is over" }
    }
    self.init(limit.refusalKind, sentence, retryAfter: refusal.wait)
  }

  private static func storedSentence(_ refusal: LimitRefusal) -> String {
    let limit = refusal.limit
    let sizes =
      "\(ByteCount.text(refusal.used)) are stored, and this call would store \(ByteCount.text(refusal.amount))"
    return "the limit of \(limit.words) has no room: \(sizes); delete files that are no longer needed"
  }

  private static func quotaSentence(_ refusal: LimitRefusal) -> String {
    let limit = refusal.limit
    let left = max(0, limit.amount - refusal.used)
    var sentence = "the \(limit.words) is used up"
    if left > 0 {
      sentence =
        "of the \(limit.words) \(limit.text(left)) are left, and this call may use up to \(limit.text(refusal.amount))"
    }
    if let wait = refusal.wait { return sentence + "; it is full again in \(text(of: wait))" }
    return sentence
      + (refusal.amount > limit.amount && limit.quota?.refresh != nil
        ? "; ask for less" : "; it stays so until somebody tops it up")
  }

  /// What a caller is told who was not let in.
  package init(_ denial: LimitDenial) {
    switch denial {
    case .refused(let refusal): self.init(refusal)
    case .unavailable(let limit):
      self.init(
        .limitsUnavailable,
        "the limit of \(limit.words) cannot be counted at the moment, and lets nobody in until it can; try again shortly",
        retryAfter: .seconds(1))
    }
  }

  private static func text(of wait: Duration) -> String {
    let seconds = max(1, Int64(wait.inSeconds.rounded(.up)))
    switch seconds {
    case ..<120: return "\(seconds) s"
    case ..<7200: return "\((seconds + 59) / 60) min"
    case ..<172_800: return "\((seconds + 3599) / 3600) h"
    default: return "\((seconds + 86_399) / 86_400) days"
    }
  }
}

extension Limit {
  fileprivate var refusalKind: GatewayError.Kind {
    if quota != nil { return isBudget ? .budgetExceeded : .quotaExceeded }
    return switch unit {
    case .requests: .requestLimit
    case .tokens, .inputTokens, .outputTokens: .tokenLimit
    case .cost: isBudget ? .budgetExceeded : .costLimit
    case .concurrent: .concurrencyLimit
    case .stored: .storageLimit
    }
  }
}
