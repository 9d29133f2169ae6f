import GatewayCore
import GatewayProviders

/// `telemetry.traces:`. What it does not name comes from the usual variables, and so does all of it in no-file mode.
struct TraceCompiler {
  /// Of OTLP/HTTP.
  private static let path = "/v1/traces"

  let compilation: Compilation
  private let environment: TraceEnvironment
  private var log: ProblemLog { compilation.log }

  init(_ compilation: Compilation) {
    self.compilation = compilation
    environment = TraceEnvironment(compilation)
  }

  /// Without a file.
  func found() -> TraceSettings? {
    guard !environment.isOff, let named = environment.endpoint else { return nil }
    do throws(UpstreamURL.Problem) {
      let place = try Self.place(named.text, isWhole: named.isWhole)
      return settings(nil, place)
    } catch {
      log.warning("\(error.sentence); there are no traces", at: nil, source: named.variable)
      return nil
    }
  }

  /// - Returns: nil: nothing is traced, or it is wrong.
  func settings(_ setting: Setting?) -> TraceSettings? {
    guard let setting, !setting.isInvalid, let place = place(setting) else { return nil }
    return settings(setting, place)
  }

  private func settings(_ setting: Setting?, _ place: (endpoint: Provider.Endpoint, path: String)) -> TraceSettings {
    var timeout = environment.timeout ?? .seconds(10)
    setting?.set("timeout", &timeout)
    let headers = headers(setting?["headers"]) ?? environment.headers
    if let setting, !headers.isEmpty, !place.endpoint.isTLS, !place.endpoint.isLoopback {
      log.warning(
        "the headers go over the network unencrypted", at: setting["endpoint"] ?? setting, advice: "write https://")
    }
    let authority: String?
    if let named = setting?["tls"]?["ca"] {
      authority = ProviderCompiler.authority(named, isTLS: place.endpoint.isTLS, compilation)
    } else {
      authority = place.endpoint.isTLS ? environment.authority : nil
    }
    return TraceSettings(
      sampling: sampling(setting), endpoint: place.endpoint, path: place.path, headers: headers, privateCA: authority,
      timeout: timeout, resource: resource(setting))
  }

  // MARK: The collector

  private func place(_ setting: Setting) -> (endpoint: Provider.Endpoint, path: String)? {
    if let named = setting["endpoint"] {
      guard let text = named.text else { return nil }
      do throws(UpstreamURL.Problem) {
        return try Self.place(text, isWhole: false)
      } catch {
        log.error(error.sentence, at: named)
        return nil
      }
    }
    guard let named = environment.endpoint else {
      log.error(
        "'endpoint' is missing", atKeyOf: setting,
        advice: "name the collector, such as http://collector:4318, or set OTEL_EXPORTER_OTLP_ENDPOINT")
      return nil
    }
    do throws(UpstreamURL.Problem) {
      return try Self.place(named.text, isWhole: named.isWhole)
    } catch {
      log.error(error.sentence, at: nil, path: setting.path, source: named.variable)
      return nil
    }
  }

  /// - Parameter isWhole: the path is taken as it is.
  private static func place(
    _ text: String, isWhole: Bool
  ) throws(UpstreamURL.Problem) -> (endpoint: Provider.Endpoint, path: String) {
    guard !text.contains("@") else {
      throw UpstreamURL.Problem("the URL holds a user name or password: leave it out and write it into 'headers'")
    }
    var endpoint = try UpstreamURL.parse(text)
    var path = endpoint.basePath
    if !isWhole, !path.hasSuffix(Self.path) { path += Self.path }
    endpoint.basePath = ""
    return (endpoint, path.isEmpty ? "/" : path)
  }

  // MARK: What it gets

  /// nil: none are named.
  private func headers(_ setting: Setting?) -> [TraceSettings.Header]? {
    guard let setting else { return nil }
    var headers: [TraceSettings.Header] = []
    for (name, field) in setting.entries {
      let name = name.lowercased()
      guard let value = value(field, of: name) else { continue }
      guard HeaderText.isValidValue(value) else {
        log.error("the value has a line break or another character that cannot stand in a header", at: field)
        continue
      }
      if headers.contains(where: { $0.name == name }) {
        log.error("the header '\(name)' is named already", atKeyOf: field, advice: "remove one of them")
        continue
      }
      headers.append(TraceSettings.Header(name: name, value: Secret(value)))
    }
    return headers
  }

  /// A plain text is fine where a header holds no credential, such as the name of a tenant.
  private func value(_ field: Setting, of name: String) -> String? {
    guard let text = field.text else { return nil }
    let holdsSecret = ["auth", "key", "token", "secret", "cookie"].contains { name.contains($0) }
    if !holdsSecret, SecretReference.Form(text) == .literal { return text }
    return SecretReference(compilation).secret(field)
  }

  private func sampling(_ setting: Setting?) -> TraceSampling {
    let usual = environment.sampling ?? TraceSampling()
    return TraceSampling(
      ratio: setting?["sample"]?.number ?? usual.ratio,
      followsCallers: setting?["followCallers"]?.flag ?? usual.followsCallers)
  }

  private func resource(_ setting: Setting?) -> [TraceSettings.Attribute] {
    var usual = environment.resource
    let name = setting?["service"]?.text ?? usual.first { $0.name == "service.name" }?.value ?? "sluice"
    if let named = setting?["resource"] {
      usual = named.entries.compactMap { entry in
        entry.setting.text.map { TraceSettings.Attribute(name: entry.name, value: $0) }
      }
    }
    return [TraceSettings.Attribute(name: "service.name", value: name)] + usual.filter { $0.name != "service.name" }
  }
}
