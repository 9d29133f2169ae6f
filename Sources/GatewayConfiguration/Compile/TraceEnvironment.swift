import GatewayCore
import GatewayProviders

/// What the usual variables say of traces (OpenTelemetry: "Environment Variable Specification" and "OTLP Exporter
/// Configuration"). What is wrong with one is a warning, and it is not looked at.
struct TraceEnvironment {
  /// Where spans go, by the variable that names it.
  struct Endpoint {
    let text: String
    let variable: String
    /// Nothing is added to its path.
    let isWhole: Bool
  }

  let compilation: Compilation

  init(_ compilation: Compilation) { self.compilation = compilation }

  /// Whether traces are wanted by nobody, wherever they would go.
  var isOff: Bool {
    variable("OTEL_SDK_DISABLED")?.lowercased() == "true"
      || variable("OTEL_TRACES_EXPORTER").map { !$0.split(separator: ",").contains("otlp") } == true
  }

  var endpoint: Endpoint? {
    let named = ["OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "OTEL_EXPORTER_OTLP_ENDPOINT"].enumerated()
    for (index, name) in named {
      guard let text = variable(name) else { continue }
      for name in ["OTEL_EXPORTER_OTLP_TRACES_PROTOCOL", "OTEL_EXPORTER_OTLP_PROTOCOL"] {
        guard let spoken = variable(name) else { continue }
        if spoken.hasPrefix("http/") { break }
        warn("'\(spoken.shortened)' is not spoken, so there are no traces", name, "set it to http/protobuf")
        return nil
      }
      return Endpoint(text: text, variable: name, isWhole: index == 0)
    }
    return nil
  }

  var headers: [TraceSettings.Header] {
    pairs("OTEL_EXPORTER_OTLP_TRACES_HEADERS", "OTEL_EXPORTER_OTLP_HEADERS").compactMap { name, value, variable in
      let lower = name.lowercased()
      guard SchemaNames.collectorHeader.fault(lower) == nil, HeaderText.isValidValue(value) else {
        warn("one of its headers cannot be sent; it is left out", variable, nil)
        return nil
      }
      return TraceSettings.Header(name: lower, value: Secret(value))
    }
  }

  /// `service.name` among them, where one is named.
  var resource: [TraceSettings.Attribute] {
    var attributes = pairs("OTEL_RESOURCE_ATTRIBUTES").map { TraceSettings.Attribute(name: $0.name, value: $0.value) }
    if let name = variable("OTEL_SERVICE_NAME") {
      attributes.removeAll { $0.name == "service.name" }
      attributes.append(TraceSettings.Attribute(name: "service.name", value: name))
    }
    return attributes
  }

  /// The share, and whether callers decide; nil: nothing is said of it.
  var sampling: TraceSampling? {
    guard let sampler = variable("OTEL_TRACES_SAMPLER") else { return nil }
    let follows = sampler.hasPrefix("parentbased_")
    switch follows ? String(sampler.dropFirst(12)) : sampler {
    case "always_on": return TraceSampling(ratio: 1, followsCallers: follows)
    case "always_off": return TraceSampling(ratio: 0, followsCallers: follows)
    case "traceidratio":
      guard let text = variable("OTEL_TRACES_SAMPLER_ARG") else { return TraceSampling(followsCallers: follows) }
      if let ratio = Double(text), (0...1).contains(ratio) {
        return TraceSampling(ratio: ratio, followsCallers: follows)
      }
      warn("'\(text.shortened)' is no share from 0 to 1; all calls are traced", "OTEL_TRACES_SAMPLER_ARG", nil)
      return TraceSampling(followsCallers: follows)
    default:
      warn(
        "'\(sampler.shortened)' is not known; all calls are traced", "OTEL_TRACES_SAMPLER",
        "write parentbased_traceidratio, and the share in OTEL_TRACES_SAMPLER_ARG")
      return nil
    }
  }

  /// In milliseconds there.
  var timeout: Duration? {
    for name in ["OTEL_EXPORTER_OTLP_TRACES_TIMEOUT", "OTEL_EXPORTER_OTLP_TIMEOUT"] {
      guard let text = variable(name) else { continue }
      if let milliseconds = Int(text), (100...60_000).contains(milliseconds) { return .milliseconds(milliseconds) }
      warn("'\(text.shortened)' is not from 100 to 60000 milliseconds; it is not looked at", name, nil)
    }
    return nil
  }

  /// Authorities that are trusted, in PEM.
  var authority: String? {
    for name in ["OTEL_EXPORTER_OTLP_TRACES_CERTIFICATE", "OTEL_EXPORTER_OTLP_CERTIFICATE"] {
      guard let path = variable(name) else { continue }
      let bytes = try? compilation.context.readFile(compilation.resolve(path), SecretReference.maximumBytes)
      if let text = bytes.flatMap({ String(validating: $0, as: UTF8.self) }),
        text.contains("-----BEGIN CERTIFICATE-----")
      {
        return text
      }
      warn("'\(path.shortened)' has no certificate in PEM form; the system's authorities are trusted", name, nil)
    }
    return nil
  }

  /// `NAME=VALUE,…` with percent-encoded values, of the first variable that is set.
  private func pairs(_ names: String...) -> [(name: String, value: String, variable: String)] {
    for name in names {
      guard let text = variable(name) else { continue }
      return text.split(separator: ",").compactMap { pair in
        let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2, let value = PercentText.decode(String(parts[1]).trimmed) else {
          warn("it is not NAME=VALUE,…; that part is left out", name, nil)
          return nil
        }
        return (String(parts[0]).trimmed, value, name)
      }
    }
    return []
  }

  private func variable(_ name: String) -> String? {
    guard let text = compilation.context.environment[name]?.trimmed, !text.isEmpty else { return nil }
    return text
  }

  private func warn(_ message: String, _ variable: String, _ advice: String?) {
    compilation.log.warning(message, at: nil, advice: advice, source: variable)
  }
}
