import GatewayCore

/// Fetches of media by how they ended.
struct MediaSeries: Sendable {
  private(set) var fetched: UInt64 = 0
  private(set) var bytes: UInt64 = 0
  private(set) var failures: [MediaFailure.Kind: UInt64] = [:]

  mutating func count(_ media: ExchangeRecord.Media) {
    fetched &+= UInt64(media.fetched)
    bytes &+= UInt64(media.bytes)
    if let failure = media.failure { failures[failure, default: 0] &+= 1 }
  }

  mutating func add(_ other: MediaSeries) {
    fetched &+= other.fetched
    bytes &+= other.bytes
    failures.merge(other.failures, uniquingKeysWith: &+)
  }

  /// By the value of the label.
  var outcomes: [(label: String, count: UInt64)] {
    [("success", fetched)] + MediaFailure.Kind.allCases.map { ($0.rawValue, failures[$0] ?? 0) }
  }
}
