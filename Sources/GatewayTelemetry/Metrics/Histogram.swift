/// Counts of observations in fixed buckets. Values are whole numbers (nanoseconds or tokens), so that adding is exact.
struct Histogram {
  /// Where the buckets end, and how a value is shown.
  struct Buckets: Sendable {
    /// Inclusive upper bounds, ascending; what is greater falls into the last, unbounded bucket.
    let bounds: [UInt64]
    /// One unit of the metric in whole steps: 1e9 for seconds kept as nanoseconds.
    let scale: Double

    static let tokens = Buckets(
      bounds: (0..<14).map { UInt64(1) << (2 * UInt64($0)) }, scale: 1)
    static let requestDuration = Buckets(
      bounds: (0..<14).map { UInt64(10_000_000) << UInt64($0) }, scale: 1e9)
    static let timeToFirstToken = Buckets(
      milliseconds: [1, 5, 10, 20, 40, 60, 80, 100, 250, 500, 750, 1000, 2500, 5000, 7500, 10_000])
    static let timePerOutputToken = Buckets(
      milliseconds: [10, 25, 50, 75, 100, 150, 200, 300, 400, 500, 750, 1000, 2500])

    init(bounds: [UInt64], scale: Double) {
      self.bounds = bounds
      self.scale = scale
    }

    private init(milliseconds: [UInt64]) {
      self.init(bounds: milliseconds.map { $0 * 1_000_000 }, scale: 1e9)
    }
  }

  /// One count a bucket, not cumulative; empty until the first observation, since most series never see one.
  private(set) var counts: [UInt64] = []
  private(set) var sum: UInt64 = 0

  var count: UInt64 { counts.reduce(0, &+) }

  mutating func observe(_ value: UInt64, in buckets: Buckets) {
    if counts.isEmpty { counts = Array(repeating: 0, count: buckets.bounds.count + 1) }
    var index = 0
    while index < buckets.bounds.count, value > buckets.bounds[index] { index += 1 }
    counts[index] &+= 1
    sum &+= value
  }

  /// Adds the observations of `other`, which has the same buckets.
  mutating func add(_ other: Histogram) {
    if counts.isEmpty {
      self = other
      return
    }
    for index in other.counts.indices { counts[index] &+= other.counts[index] }
    sum &+= other.sum
  }
}
