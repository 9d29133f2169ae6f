import GatewayConfiguration
import GatewayCore
import Testing

/// `telemetry.traces`, and the variables that stand in for it.
struct TraceSettingsTests {
  private func load(_ traces: String, _ environment: [String: String] = [:]) -> LoadResult {
    Loading.load("providers: { e: { kind: echo } }\ntelemetry: { traces: \(traces) }\n") {
      $0.environment.merge(environment) { $1 }
    }
  }

  private func found(_ environment: [String: String]) -> (traces: TraceSettings?, problems: [String]) {
    let result = ConfigurationLoader.environmentConfiguration(
      Loading.context(environment: environment), ollamaModels: nil)
    return (result.snapshot?.traces, result.problems.map(\.description))
  }

  private func headers(_ traces: TraceSettings?) -> [String] {
    (traces?.headers ?? []).map { header in "\(header.name): \(header.value.reveal { $0 })" }
  }

  private func resource(_ traces: TraceSettings?) -> [String] {
    (traces?.resource ?? []).map { "\($0.name)=\($0.value)" }
  }

  @Test func thereAreNoTracesUnlessTheFileAsksForThem() throws {
    let variable = ["OTEL_EXPORTER_OTLP_ENDPOINT": "http://127.0.0.1:4318"]
    let result = Loading.load("providers: { e: { kind: echo } }") { $0.environment.merge(variable) { $1 } }
    #expect(try #require(result.snapshot).traces == nil)
    #expect(found([:]).traces == nil)
  }

  @Test(arguments: [
    ("http://127.0.0.1:4318", "http://127.0.0.1:4318/v1/traces"),
    ("https://otel.example.com/", "https://otel.example.com/v1/traces"),
    ("https://otel.example.com/otlp", "https://otel.example.com/otlp/v1/traces"),
    ("https://otel.example.com/otlp/v1/traces", "https://otel.example.com/otlp/v1/traces"),
    ("http://[::1]:4318", "http://[::1]:4318/v1/traces"),
  ])
  func theUsualPathIsAdded(_ endpoint: String, _ url: String) throws {
    #expect(try #require(load("{ endpoint: \"\(endpoint)\" }").snapshot).traces?.url == url)
  }

  @Test func aCollectorAloneGetsAllCalls() throws {
    let traces = try #require(load("{ endpoint: \"http://127.0.0.1:4318\" }").snapshot?.traces)
    #expect(traces.sampling == TraceSampling(ratio: 1, followsCallers: true))
    #expect(traces.timeout == .seconds(10))
    #expect(traces.headers.isEmpty)
    #expect(resource(traces) == ["service.name=sluice"])
  }

  @Test func theFileWinsOverTheVariables() throws {
    let variables = [
      "OTEL_EXPORTER_OTLP_ENDPOINT": "http://other:1", "OTEL_EXPORTER_OTLP_HEADERS": "a=b",
      "OTEL_SERVICE_NAME": "other", "OTEL_RESOURCE_ATTRIBUTES": "x=y", "OTEL_TRACES_SAMPLER": "always_off",
      "OTEL_EXPORTER_OTLP_TIMEOUT": "1000",
    ]
    let text = """
      { endpoint: "https://h", headers: { Authorization: env:OTLP_AUTHORIZATION }, sample: 0.25, followCallers: false, \
      service: mine, resource: { deployment.environment.name: test }, timeout: 3s }
      """
    let traces = try #require(load(text, variables).snapshot?.traces)
    #expect(traces.endpoint.host == "h")
    #expect(headers(traces) == ["authorization: Bearer otlp-secret"])
    #expect(traces.sampling == TraceSampling(ratio: 0.25, followsCallers: false))
    #expect(resource(traces) == ["service.name=mine", "deployment.environment.name=test"])
    #expect(traces.timeout == .seconds(3))
  }

  @Test func whatTheFileLeavesOutComesFromTheVariables() throws {
    let traces = try #require(
      load("{ sample: 0.5 }", ["OTEL_EXPORTER_OTLP_ENDPOINT": "http://127.0.0.1:4318", "OTEL_SERVICE_NAME": "edge"])
        .snapshot?.traces)
    #expect(traces.url == "http://127.0.0.1:4318/v1/traces")
    #expect(resource(traces) == ["service.name=edge"])
    #expect(traces.sampling.ratio == 0.5)
  }

  @Test func withoutAFileTheUsualVariablesAreEnough() throws {
    let traces = try #require(
      found([
        "OTEL_EXPORTER_OTLP_ENDPOINT": "https://otel.example.com/base",
        "OTEL_EXPORTER_OTLP_HEADERS": "Authorization=Basic%20abc%3D, x-tenant = a",
        "OTEL_RESOURCE_ATTRIBUTES": "service.name=sluice-eu,deployment.environment.name=a%2Cb",
        "OTEL_TRACES_SAMPLER": "parentbased_traceidratio", "OTEL_TRACES_SAMPLER_ARG": "0.05",
        "OTEL_EXPORTER_OTLP_TIMEOUT": "2500", "OTEL_EXPORTER_OTLP_CERTIFICATE": "private-ca.pem",
      ]).traces)
    #expect(traces.url == "https://otel.example.com/base/v1/traces")
    #expect(headers(traces) == ["authorization: Basic abc=", "x-tenant: a"])
    #expect(resource(traces) == ["service.name=sluice-eu", "deployment.environment.name=a,b"])
    #expect(traces.sampling == TraceSampling(ratio: 0.05, followsCallers: true))
    #expect(traces.timeout == .milliseconds(2500))
    #expect(traces.privateCA == Loading.certificate)
  }

  @Test func theVariableOfTracesIsTakenAsItIs() {
    let traces = found([
      "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT": "http://127.0.0.1:4318/here",
      "OTEL_EXPORTER_OTLP_ENDPOINT": "http://other:1",
    ]).traces
    #expect(traces?.url == "http://127.0.0.1:4318/here")
  }

  @Test(arguments: [
    ("always_on", 1, false), ("always_off", 0, false), ("traceidratio", 0.5, false), ("parentbased_always_on", 1, true),
    ("parentbased_always_off", 0, true),
  ])
  func theSamplersOfTheSDKsAreKnown(_ name: String, _ ratio: Double, _ follows: Bool) {
    let traces = found([
      "OTEL_EXPORTER_OTLP_ENDPOINT": "http://127.0.0.1:4318", "OTEL_TRACES_SAMPLER": name,
      "OTEL_TRACES_SAMPLER_ARG": "0.5",
    ]).traces
    #expect(traces?.sampling == TraceSampling(ratio: ratio, followsCallers: follows))
  }

  @Test(arguments: [["OTEL_SDK_DISABLED": "true"], ["OTEL_TRACES_EXPORTER": "none"]])
  func theVariablesCanTurnThemOff(_ variable: [String: String]) {
    let variables = variable.merging(["OTEL_EXPORTER_OTLP_ENDPOINT": "http://127.0.0.1:4318"]) { $1 }
    #expect(found(variables).traces == nil)
    #expect(found(variables).problems == [])
  }

  @Test func wrongVariablesAreWarnedOf() {
    let endpoint = ["OTEL_EXPORTER_OTLP_ENDPOINT": "http://127.0.0.1:4318"]
    func problems(_ variables: [String: String]) -> [String] { found(endpoint.merging(variables) { $1 }).problems }
    #expect(
      problems(["OTEL_EXPORTER_OTLP_ENDPOINT": "127.0.0.1:4318"]) == [
        "OTEL_EXPORTER_OTLP_ENDPOINT: warning: the URL has no scheme: write `https://` or `http://` before the host; "
          + "there are no traces"
      ])
    #expect(
      problems(["OTEL_EXPORTER_OTLP_PROTOCOL": "grpc"]) == [
        "OTEL_EXPORTER_OTLP_PROTOCOL: warning: 'grpc' is not spoken, so there are no traces; set it to http/protobuf"
      ])
    #expect(
      problems(["OTEL_TRACES_SAMPLER": "jaeger_remote", "OTEL_EXPORTER_OTLP_TIMEOUT": "10s"]) == [
        "OTEL_EXPORTER_OTLP_TIMEOUT: warning: '10s' is not from 100 to 60000 milliseconds; it is not looked at",
        "OTEL_TRACES_SAMPLER: warning: 'jaeger_remote' is not known; all calls are traced; write parentbased_traceidratio, "
          + "and the share in OTEL_TRACES_SAMPLER_ARG",
      ])
    #expect(
      problems(["OTEL_EXPORTER_OTLP_HEADERS": "a,content-type=b,good=c"]) == [
        "OTEL_EXPORTER_OTLP_HEADERS: warning: it is not NAME=VALUE,…; that part is left out",
        "OTEL_EXPORTER_OTLP_HEADERS: warning: one of its headers cannot be sent; it is left out",
      ])
    #expect(headers(found(endpoint.merging(["OTEL_EXPORTER_OTLP_HEADERS": "a,good=c"]) { $1 }).traces) == ["good: c"])
  }

  @Test func aCredentialOverAPlainNetworkIsWarnedOf() {
    let problems = load("{ endpoint: \"http://otel.internal:4318\", headers: { x-tenant: a } }").problems
    #expect(problems.map(\.message).contains("the headers go over the network unencrypted"))
    #expect(
      !load("{ endpoint: \"http://127.0.0.1:4318\", headers: { x-tenant: a } }").problems
        .contains { $0.message.contains("unencrypted") })
  }

  @Test func aCredentialInTheFileIsWarnedOfAndAPlainValueIsNot() {
    func warnings(_ header: String) -> Int {
      load("{ endpoint: \"https://h\", headers: { \(header) } }").problems.count {
        $0.message.contains("a secret stands")
      }
    }
    #expect(warnings("authorization: Bearer x") == 1)
    #expect(warnings("x-scope-orgid: team-a") == 0)
  }

  @Test func theSettingsAreShownWithoutTheirSecrets() throws {
    let result = load("{ endpoint: \"https://h\", headers: { authorization: env:OTLP_AUTHORIZATION }, sample: 0.5 }")
    let text = try #require(ConfigurationDescription(result).text())
    #expect(text.contains("https://h/v1/traces"))
    #expect(!text.contains("otlp-secret"))
  }
}
