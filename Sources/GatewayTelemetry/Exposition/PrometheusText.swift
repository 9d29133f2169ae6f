/// Prometheus text exposition format 0.0.4, as it is written.
struct PrometheusText {
  private(set) var bytes: [UInt8] = []

  /// `# HELP` and `# TYPE` of a family.
  mutating func begin(_ metric: Metric) {
    append("# HELP \(metric.name) ")
    appendEscaped(metric.meaning, quotes: false)
    append("\n# TYPE \(metric.name) \(metric.kind.rawValue)\n")
  }

  /// One sample. The labels are those of the metric, in its order; an empty value stands for an absent label.
  mutating func sample(_ metric: Metric, _ labels: [String] = [], _ value: some PrometheusNumber) {
    sample(metric, suffix: "", labels, le: nil, value)
  }

  /// The samples of a histogram.
  mutating func histogram(
    _ metric: Metric, _ labels: [String], _ histogram: Histogram, in buckets: Histogram.Buckets
  ) {
    guard !histogram.counts.isEmpty else { return }
    var total: UInt64 = 0
    for (bound, count) in zip(buckets.bounds, histogram.counts) {
      total &+= count
      sample(metric, suffix: "_bucket", labels, le: Self.text(of: Double(bound) / buckets.scale), total)
    }
    sample(metric, suffix: "_bucket", labels, le: "+Inf", histogram.count)
    sample(metric, suffix: "_sum", labels, le: nil, Double(histogram.sum) / buckets.scale)
    sample(metric, suffix: "_count", labels, le: nil, histogram.count)
  }

  private mutating func sample(
    _ metric: Metric, suffix: String, _ labels: [String], le: String?, _ value: some PrometheusNumber
  ) {
    append(metric.name)
    append(suffix)
    var separator = "{"
    for (name, value) in zip(metric.labels, labels) where !(value.isEmpty && name == Catalogue.team) {
      append(separator)
      append(name)
      append("=\"")
      appendEscaped(value, quotes: true)
      append("\"")
      separator = ","
    }
    if let le {
      append("\(separator)le=\"\(le)\"")
      separator = ","
    }
    if separator == "," { append("}") }
    append(" ")
    append(value.prometheusText)
    append("\n")
  }

  /// Whole numbers without a fraction, others in the shortest form that reads back the same.
  static func text(of value: Double) -> String {
    if value == .infinity { return "+Inf" }
    if value == -.infinity { return "-Inf" }
    if value.isNaN { return "NaN" }
    guard value == value.rounded(), abs(value) < 1e15 else { return "\(value)" }
    return "\(Int64(value))"
  }

  private mutating func append(_ text: String) { bytes.append(contentsOf: text.utf8) }

  private mutating func appendEscaped(_ text: String, quotes: Bool) {
    for byte in text.utf8 {
      switch byte {
      case 0x5C: append("\\\\")
      case 0x0A: append("\\n")
      case 0x22 where quotes: append("\\\"")
      default: bytes.append(byte)
      }
    }
  }
}

/// A number that a sample may have.
protocol PrometheusNumber {
  var prometheusText: String { get }
}

extension Int: PrometheusNumber {
  var prometheusText: String { description }
}

extension UInt64: PrometheusNumber {
  var prometheusText: String { description }
}

extension Double: PrometheusNumber {
  var prometheusText: String { PrometheusText.text(of: self) }
}
