import GatewayCore

/// How callers said who they are, and what issuers of tokens were asked.
struct AuthenticationSeries: Sendable {
  private var calls = Array(repeating: UInt64(0), count: Self.kinds.count)
  private(set) var fetches = (success: UInt64(0), failure: UInt64(0))
  private(set) var introspections = (success: UInt64(0), failure: UInt64(0))

  private static let kinds = AuthenticationRecord.Method.allCases.flatMap { method in
    AuthenticationRecord.Outcome.allCases.map { AuthenticationRecord(method, $0) }
  }

  mutating func count(_ record: AuthenticationRecord) { calls[record.number] &+= 1 }

  /// Requests that there were any of.
  var requests: [(record: AuthenticationRecord, count: UInt64)] {
    Self.kinds.map { ($0, calls[$0.number]) }.filter { $0.1 > 0 }
  }

  mutating func keysFetched(_ isSuccess: Bool) {
    if isSuccess { fetches.success &+= 1 } else { fetches.failure &+= 1 }
  }

  mutating func introspected(_ isSuccess: Bool) {
    if isSuccess { introspections.success &+= 1 } else { introspections.failure &+= 1 }
  }

  mutating func add(_ other: AuthenticationSeries) {
    for index in calls.indices { calls[index] &+= other.calls[index] }
    fetches = (fetches.success &+ other.fetches.success, fetches.failure &+ other.fetches.failure)
    introspections = (
      introspections.success &+ other.introspections.success, introspections.failure &+ other.introspections.failure
    )
  }
}

extension AuthenticationRecord {
  /// Its place among all there are: cheaper than a hash.
  fileprivate var number: Int {
    let method =
      switch method {
      case .keys: 0
      case .jwt: 1
      case .introspection: 2
      case .hmac: 3
      case .mtls: 4
      case .none: 5
      }
    let outcome =
      switch outcome {
      case .accepted: 0
      case .refused: 1
      case .forbidden: 2
      case .unavailable: 3
      }
    return method * 4 + outcome
  }
}
