import GatewayCore

/// The span of one try of one target: what the gateway, as a client, saw of it.
enum AttemptSpan {
  static let firstToken = "sluice.first_token"

  static func make(
    _ index: Int, of record: ExchangeRecord, _ trace: ExchangeTrace, providers: [String: TracedProvider]
  ) -> TraceSpan {
    let attempt = record.attempts[index]
    let isLast = index == record.attempts.count - 1
    let model = model(of: attempt, record, isLast: isLast)
    let operation = record.surface?.operationName ?? "call"
    var span = TraceSpan(
      name: model.map { "\(operation) \(SpanAttributes.cut($0))" } ?? operation, kind: .client,
      id: trace.span(ofAttempt: index), parent: trace.span, isParentRemote: false, start: attempt.startedAt,
      end: attempt.endedAt)
    let provider = providers[attempt.provider]
    span.attributes.add("gen_ai.operation.name", operation)
    span.attributes.add("gen_ai.provider.name", provider?.name ?? attempt.provider)
    span.attributes.add("gen_ai.request.model", model)
    if let provider, let port = provider.port {
      span.attributes.add("server.address", provider.host)
      span.attributes.add("server.port", port)
    }
    span.attributes.add("http.response.status_code", attempt.status)
    span.attributes.add("sluice.attempt", index + 1)
    span.attributes.add("sluice.target", attempt.target)
    span.attributes.add("sluice.provider", attempt.provider)
    span.attributes.add("sluice.credential", attempt.credential)
    addEnd(of: attempt, record, isLast: isLast, to: &span)
    return span
  }

  private static func addEnd(
    of attempt: ExchangeRecord.Attempt, _ record: ExchangeRecord, isLast: Bool, to span: inout TraceSpan
  ) {
    if let failure = attempt.failure {
      span.isError = true
      span.attributes.add("error.type", failure.kind.rawValue)
      span.attributes.add("sluice.timer", failure.timer?.rawValue)
    }
    span.attributes.add("sluice.result", AttemptOutcome(attempt.failure, of: record.outcome).label)
    guard isLast, let first = record.firstTokenAt, first >= attempt.startedAt else { return }
    span.attributes.add("gen_ai.response.time_to_first_chunk", (first - attempt.startedAt).inSeconds)
    span.events.append(TraceSpan.Event(name: firstToken, time: first))
  }

  /// The name at the provider. The label of a wildcard target has none; what was made of the caller's is known of the last one.
  private static func model(
    of attempt: ExchangeRecord.Attempt, _ record: ExchangeRecord, isLast: Bool
  ) -> String? {
    if record.surface?.keepsObjects ?? false { return nil }
    let label = attempt.target.hasSuffix("/*") && isLast ? record.target ?? attempt.target : attempt.target
    guard label.hasPrefix(attempt.provider + "/") else { return record.model }
    let model = String(label.dropFirst(attempt.provider.count + 1))
    return model == "*" ? record.model : model
  }
}
