import GatewayCore

extension ConfigurationDescription {
  static func telemetry(_ traces: TraceSettings?) -> JSONValue {
    guard let traces else { return .object([("traces", .null)]) }
    return .object([
      (
        "traces",
        .object([
          ("endpoint", .string(traces.url)), ("headers", .object(traces.headers.map { ($0.name, .string(hidden)) })),
          ("sample", .verbatim(NumberText.format(traces.sampling.ratio))),
          ("followCallers", .bool(traces.sampling.followsCallers)),
          ("resource", .object(traces.resource.map { ($0.name, .string($0.value)) })),
          ("timeout", .duration(traces.timeout)), ("ca", traces.privateCA == nil ? .null : .string("private")),
        ])
      )
    ])
  }
}
