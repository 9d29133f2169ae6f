/// Which exchanges to look for. What is nil restricts nothing.
package struct ExchangeQuery: Sendable {
  /// What of an exchange is compared with a value.
  package enum Member: String, CaseIterable, Hashable, Sendable {
    case consumer, team, organisation, key, model, provider, target, version, code, cache, trace
    case clientRequestID

    var column: String {
      switch self {
      case .key: "gateway_key"
      case .code: "error_code"
      case .clientRequestID: "client_request_id"
      // The configured model; what the caller wrote may be any text.
      case .model: "route"
      case .consumer, .team, .organisation, .provider, .target, .version, .cache, .trace: rawValue
      }
    }
  }

  /// How exchanges ended, as people ask for it; `ExchangeRecord.Outcome` tells them apart in another way.
  package enum Ending: String, CaseIterable, Hashable, Sendable {
    case completed
    /// By no target, or with what the provider had against the call.
    case failed
    /// A limit refused it.
    case limited
    /// The gateway did, before any target was called.
    case refused
    /// The client went away.
    case aborted
    /// The stream broke, or the gateway ended.
    case cut

    package static let errors: Set<Ending> = [.failed, .limited, .refused, .cut]

    var condition: String {
      switch self {
      case .completed: "outcome = 'success'"
      case .failed: "outcome IN ('failed', 'caller_error')"
      case .limited: "outcome = 'rejected' AND status IN (402, 429)"
      case .refused: "outcome = 'rejected' AND status NOT IN (402, 429)"
      case .aborted: "outcome = 'client_gone'"
      case .cut: "outcome IN ('broken', 'cut')"
      }
    }
  }

  /// A place in the order of the answer: before it comes what ended later.
  package struct Cursor: Hashable, Sendable {
    /// Milliseconds since 1970.
    package var endedAt: Int64
    /// Of the row: exchanges may end in the same millisecond.
    package var number: Int64

    package init(endedAt: Int64, number: Int64) {
      self.endedAt = endedAt
      self.number = number
    }

    /// As it is handed to clients, for whom it means nothing.
    package var text: String { "\(String(endedAt, radix: 36))-\(String(number, radix: 36))" }

    package init?(text: String) {
      let parts = text.split(separator: "-", maxSplits: 1, omittingEmptySubsequences: false)
      guard parts.count == 2, text.utf8.count <= 40, let endedAt = Int64(parts[0], radix: 36),
        let number = Int64(parts[1], radix: 36), (0..<1 << 53).contains(endedAt), number >= 0
      else { return nil }
      self.init(endedAt: endedAt, number: number)
    }
  }

  /// When they ended: milliseconds since 1970.
  package var ended: Range<Int64>
  package var matching: [Member: String] = [:]
  /// Empty: any.
  package var endings: Set<Ending> = []
  package var statuses: ClosedRange<Int64>?
  /// Where to go on.
  package var after: Cursor?
  package var limit: Int
  /// Rows that are looked at for one answer where no index finds those that match.
  package var budget = 20_000

  package init(ended: Range<Int64>, limit: Int) {
    self.ended = ended
    self.limit = limit
  }
}

/// One answer to an `ExchangeQuery`, the newest first.
package struct ExchangePage: Sendable {
  package var exchanges: [StoredExchange]
  /// nil: there are no more.
  package var next: ExchangeQuery.Cursor?
  /// The search ended here for this time and goes on with `next`; nil: it did not have to.
  package var searchedUntil: Int64?

  package init(exchanges: [StoredExchange], next: ExchangeQuery.Cursor? = nil, searchedUntil: Int64? = nil) {
    self.exchanges = exchanges
    self.next = next
    self.searchedUntil = searchedUntil
  }
}
