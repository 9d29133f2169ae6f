extension Int64 {
  /// The sum, or the nearest number that there is: counters are fed by what callers ask for and providers report.
  func addingSaturated(_ other: Int64) -> Int64 {
    let (sum, overflows) = addingReportingOverflow(other)
    return overflows ? (other > 0 ? .max : .min) : sum
  }
}
