/// Which exchanges are traced.
package struct TraceSampling: Hashable, Sendable {
  /// Of the exchanges that the gateway decides on, from 0 to 1.
  package let ratio: Double
  /// Whether a caller's `traceparent` decides; if not, only the ratio does.
  package let followsCallers: Bool
  /// The least of the last seven bytes of an id that is taken: all gateways with this ratio take the same traces.
  private let threshold: UInt64

  private static let range: UInt64 = 1 << 56

  package init(ratio: Double = 1, followsCallers: Bool = true) {
    let ratio = min(max(ratio, 0), 1)
    self.ratio = ratio
    self.followsCallers = followsCallers
    threshold = Self.range - UInt64(ratio * Double(Self.range))
  }

  /// Whether the ratio takes this trace.
  package func takes(_ trace: TraceID) -> Bool { trace.low & (Self.range - 1) >= threshold }
}
