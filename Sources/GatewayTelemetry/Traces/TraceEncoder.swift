package import GatewayCore

/// Writes settled exchanges as spans for a collector (`ExportTraceServiceRequest` of OTLP, in binary).
package struct TraceEncoder {
  private let resource: SpanAttributes
  private let version: String
  private let providers: [String: TracedProvider]

  /// - Parameters:
  ///   - resource: of all spans; see `TraceSettings`.
  ///   - version: of the program.
  ///   - providers: by name, those that exchanges may have reached.
  package init(resource: [TraceSettings.Attribute], version: String, providers: [String: TracedProvider]) {
    var attributes = SpanAttributes()
    for attribute in resource { attributes.add(attribute.name, attribute.value) }
    self.resource = attributes
    self.version = version
    self.providers = providers
  }

  /// One message with the spans of `records`.
  package func encode(_ records: some Sequence<ExchangeRecord>, origin: ClockOrigin) -> [UInt8] {
    var request = ProtobufWriter()
    request.add(1) { resourceSpans in
      resourceSpans.add(1) { resource.write(1, to: &$0) }
      resourceSpans.add(2) { scopeSpans in
        scopeSpans.add(1) {
          $0.add(1, text: "sluice")
          $0.add(2, text: version)
        }
        for record in records { write(record, origin, to: &scopeSpans) }
      }
    }
    return request.bytes
  }

  private func write(_ record: ExchangeRecord, _ origin: ClockOrigin, to message: inout ProtobufWriter) {
    guard let trace = record.trace else { return }
    message.add(2) { ExchangeSpan.make(of: record, trace, providers: providers).write(trace, origin, to: &$0) }
    for index in record.attempts.indices {
      message.add(2) {
        AttemptSpan.make(index, of: record, trace, providers: providers).write(trace, origin, to: &$0)
      }
    }
  }
}
