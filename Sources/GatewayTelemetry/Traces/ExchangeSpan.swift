import GatewayCore

/// The span of an exchange, after the conventions of OpenTelemetry for generative AI and for HTTP servers. Nothing of a prompt, an
/// answer, a credential or an error's text is in it.
enum ExchangeSpan {
  static func make(
    of record: ExchangeRecord, _ trace: ExchangeTrace, providers: [String: TracedProvider]
  ) -> TraceSpan {
    var span = TraceSpan(
      name: name(of: record), kind: .server, id: trace.span, parent: trace.parent, isParentRemote: true,
      start: record.startedAt, end: record.endedAt)
    span.isError = isError(record)
    addHTTP(of: record, to: &span.attributes)
    addModel(of: record, trace.answer, providers, to: &span.attributes)
    addUsage(of: record, to: &span.attributes)
    addCaller(of: record, to: &span.attributes)
    addDecisions(of: record, to: &span.attributes)
    if span.isError { span.attributes.add("error.type", record.errorCode ?? record.outcome.rawValue) }
    return span
  }

  /// `chat fast`; what is no call of a known model goes by its method and path.
  private static func name(of record: ExchangeRecord) -> String {
    guard let surface = record.surface, !surface.keepsObjects else {
      return record.surface.map { "\(record.method) \($0.path)" } ?? (record.method.isEmpty ? "HTTP" : record.method)
    }
    guard record.route != nil, let model = record.model else { return surface.operationName }
    return "\(surface.operationName) \(SpanAttributes.cut(model))"
  }

  /// The caller's own faults are no errors of a server.
  private static func isError(_ record: ExchangeRecord) -> Bool {
    switch record.outcome {
    case .success, .callerError, .clientGone: false
    case .rejected: record.status >= 500
    case .failed, .broken, .cut: true
    }
  }

  private static func addHTTP(of record: ExchangeRecord, to attributes: inout SpanAttributes) {
    attributes.add("http.request.method", record.method)
    attributes.add("http.response.status_code", record.status == 0 ? nil : record.status)
    attributes.add("http.route", record.surface?.path)
    attributes.add("url.path", String(record.path.prefix { $0 != "?" }))
    attributes.add("client.address", record.clientAddress)
    attributes.add("http.request.body.size", record.bytesIn)
  }

  private static func addModel(
    of record: ExchangeRecord, _ answer: ExchangeTrace.Answer?, _ providers: [String: TracedProvider],
    to attributes: inout SpanAttributes
  ) {
    guard let surface = record.surface else { return }
    attributes.add("gen_ai.operation.name", surface.operationName)
    if let provider = record.provider {
      attributes.add("gen_ai.provider.name", providers[provider]?.name ?? provider)
    }
    attributes.add("gen_ai.request.model", record.model)
    if record.isStream { attributes.add("gen_ai.request.stream", true) }
    attributes.add("gen_ai.response.model", answer?.model)
    attributes.add("gen_ai.response.finish_reasons", answer?.finishReasons ?? [])
  }

  private static func addUsage(of record: ExchangeRecord, to attributes: inout SpanAttributes) {
    if let cost = record.cost {
      attributes.add("sluice.cost.amount", Double(cost.money.billionths) / Double(Money.billion))
      attributes.add("sluice.cost.currency", cost.money.currency.code)
      attributes.add("sluice.cost.price", cost.priceVersion)
    }
    guard let usage = record.usage else { return }
    attributes.add("gen_ai.usage.input_tokens", usage.totalInput)
    attributes.add("gen_ai.usage.output_tokens", usage.totalOutput)
    if usage.inputCached > 0 { attributes.add("gen_ai.usage.cache_read.input_tokens", usage.inputCached) }
    if usage.cacheWrite > 0 { attributes.add("gen_ai.usage.cache_creation.input_tokens", usage.cacheWrite) }
    if usage.reasoning > 0 { attributes.add("gen_ai.usage.reasoning.output_tokens", usage.reasoning) }
    if usage.isEstimated { attributes.add("sluice.usage.estimated", true) }
  }

  private static func addCaller(of record: ExchangeRecord, to attributes: inout SpanAttributes) {
    attributes.add("sluice.consumer", record.consumer)
    attributes.add("sluice.team", record.team)
    attributes.add("sluice.organisation", record.organisation)
    attributes.add("sluice.key", record.key)
    attributes.add("sluice.subject", record.subject)
  }

  private static func addDecisions(of record: ExchangeRecord, to attributes: inout SpanAttributes) {
    attributes.add("sluice.request_id", record.id.description)
    attributes.add("sluice.client_request_id", record.clientRequestID)
    attributes.add("sluice.outcome", record.outcome.rawValue)
    attributes.add("sluice.route", record.route)
    attributes.add("sluice.version", record.version)
    attributes.add("sluice.target", record.target)
    attributes.add("sluice.attempts", record.attempts.count)
    attributes.add("sluice.passed_over", record.passedOver.map { "\($0.target): \($0.code)" })
    attributes.add("sluice.refused_by", record.refusedBy?.words)
    attributes.add("sluice.error_code", record.errorCode)
    attributes.add("sluice.revision", record.revision)
  }
}
