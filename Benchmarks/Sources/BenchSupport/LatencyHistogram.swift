/// Counts of durations in nanoseconds, in buckets at most 0.8 % wide.
package struct LatencyHistogram {
  private static let fineBits = 7
  private var counts = [UInt32](repeating: 0, count: (64 - Self.fineBits + 1) << Self.fineBits)
  package private(set) var count = 0
  package private(set) var maximum: UInt64 = 0

  package init() {}

  package mutating func record(_ nanoseconds: UInt64) {
    counts[Self.bucket(of: nanoseconds)] += 1
    count += 1
    maximum = max(maximum, nanoseconds)
  }

  /// - Parameter fraction: 0.5 is the median.
  /// - Returns: nanoseconds; 0 when nothing was recorded.
  package func quantile(_ fraction: Double) -> UInt64 {
    guard count > 0 else { return 0 }
    let rank = max(1, Int((Double(count) * fraction).rounded(.up)))
    var seen = 0
    for (index, value) in counts.enumerated() {
      seen += Int(value)
      if seen >= rank { return min(Self.middle(of: index), maximum) }
    }
    return maximum
  }

  /// A JSON object, in microseconds.
  package var json: String {
    let points = [("p50", 0.5), ("p90", 0.9), ("p99", 0.99), ("p999", 0.999)]
      .map { "\"\($0.0)\":\(Double(quantile($0.1)) / 1000)" }
    return "{" + points.joined(separator: ",") + ",\"max\":\(Double(maximum) / 1000),\"count\":\(count)}"
  }

  private static func bucket(of value: UInt64) -> Int {
    let fine = UInt64(1) << fineBits
    guard value >= fine else { return Int(value) }
    let shift = 63 - value.leadingZeroBitCount - fineBits
    return (shift + 1) << fineBits + Int(value >> UInt64(shift)) - Int(fine)
  }

  private static func middle(of bucket: Int) -> UInt64 {
    let fine = 1 << fineBits
    guard bucket >= fine else { return UInt64(bucket) }
    let shift = bucket >> fineBits - 1
    let low = UInt64(bucket & (fine - 1) + fine) << UInt64(shift)
    return low + (UInt64(1) << UInt64(shift)) / 2
  }
}
