import GatewayProviders

extension ConfigurationSchema {
  static let telemetry = SchemaObject(
    "What the gateway tells other systems of its calls.",
    [
      SchemaField(
        "traces", .object(traces), default: "no traces",
        "Traces for an OpenTelemetry collector. See [observability.md](observability.md#traces).",
        alsoCalled: ["tracing", "otlp", "opentelemetry"])
    ])

  static let traces = SchemaObject(
    "OpenTelemetry traces by OTLP/HTTP. What is not named here comes from the usual variables `OTEL_…`.",
    [
      SchemaField(
        "endpoint", .text(.url), default: "OTEL_EXPORTER_OTLP_ENDPOINT",
        "The collector, such as `http://collector:4318`; `/v1/traces` is added unless it stands there.",
        alsoCalled: ["url", "address", "collector"]),
      SchemaField(
        "headers", .map(.collectorHeader, .secret(allowsDigest: false)), default: "OTEL_EXPORTER_OTLP_HEADERS",
        "Further fields of the requests to it, such as `authorization: env:OTLP_AUTHORIZATION`."),
      SchemaField(
        "sample", .number(0...1), default: "1; `OTEL_TRACES_SAMPLER_ARG`",
        "The share of the calls that is traced, from 0 to 1.", alsoCalled: ["ratio", "sampling", "sampleRate"]),
      SchemaField(
        "followCallers", .flag, default: "true",
        "Whether a caller's `traceparent` decides, where it has one; if not, only `sample` does. The trace is the caller's either way."
      ),
      SchemaField(
        "service", .text(.plain), default: "sluice; `OTEL_SERVICE_NAME`", "`service.name` of the spans.",
        alsoCalled: ["serviceName", "service_name"]),
      SchemaField(
        "resource", .map(.resourceAttribute, .text(.plain)), default: "OTEL_RESOURCE_ATTRIBUTES",
        "Further attributes that all spans have, such as `deployment.environment.name: production`.",
        alsoCalled: ["attributes", "resourceAttributes"]),
      SchemaField(
        "timeout", .duration(.milliseconds(100) ... .seconds(60)), default: "10s", "For one request to the collector."),
      SchemaField("tls", .object(collectorTLS), "How the collector's certificate is checked."),
    ])

  static let collectorTLS = SchemaObject(
    "How the collector's certificate is checked.",
    [
      SchemaField(
        "ca", .text(.reference), default: "the system's",
        "The authorities that are trusted, in PEM: `file:PATH` or `env:NAME`.")
    ])
}

extension SchemaNames {
  /// Fields that say how the body is written are the gateway's own.
  private static let ownHeaders: Set<String> = [
    "connection", "content-encoding", "content-length", "content-type", "host", "transfer-encoding",
  ]

  static let collectorHeader = SchemaNames(
    placeholder: "HEADER", what: "header", pattern: "^[!#$%&'*+.^_`|~0-9A-Za-z-]+$",
    fault: { name in
      let lower = name.lowercased()
      if ownHeaders.contains(lower) { return "the gateway writes it itself" }
      return HeaderText.isValidName(lower) ? nil : "a header's name has letters, digits and '-'"
    })

  static let resourceAttribute = SchemaNames(
    placeholder: "ATTRIBUTE", what: "resource attribute", pattern: "^[A-Za-z][A-Za-z0-9._-]{0,127}$",
    fault: { name in
      if name == "service.name" { return "write it as 'service'" }
      let isFine =
        name.utf8.count <= 128 && name.utf8.first.map(isLetter) == true
        && name.utf8.allSatisfy { isLetter($0) || 0x30...0x39 ~= $0 || "._-".utf8.contains($0) }
      return isFine ? nil : "it begins with a letter and has 128 letters, digits, '.', '_' and '-' at most"
    })

  private static func isLetter(_ byte: UInt8) -> Bool { 0x41...0x5A ~= byte || 0x61...0x7A ~= byte }
}
