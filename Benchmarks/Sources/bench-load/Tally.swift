import BenchSupport

/// What a run has seen; printed as one JSON object.
struct Tally {
  var answered = 0
  /// Answers with another status than 200, by status.
  var refused: [Int: Int] = [:]
  var malformed = 0
  /// Connections that ended before the answer did.
  var cut = 0
  /// Connections that were closed between two requests and opened anew.
  var reopened = 0
  /// Streams with frames missing, twice or out of order, or without their end.
  var brokenStreams = 0
  var frames = 0
  var latency = LatencyHistogram()
  var firstToken = LatencyHistogram()
  var lateness = LatencyHistogram()

  var failures: Int { refused.values.reduce(0, +) + malformed + cut + brokenStreams }

  func json(seconds: Double) -> String {
    let statuses = refused.sorted { $0.key < $1.key }.map { "\"\($0.key)\":\($0.value)" }.joined(separator: ",")
    return """
      {"answered":\(answered),"seconds":\(seconds),"perSecond":\(Double(answered) / seconds),"failures":\(failures),\
      "refused":{\(statuses)},"malformed":\(malformed),"cut":\(cut),"reopened":\(reopened),\
      "brokenStreams":\(brokenStreams),"frames":\(frames),"latency":\(latency.json),"firstToken":\(firstToken.json),\
      "lateness":\(lateness.json)}
      """
  }
}
