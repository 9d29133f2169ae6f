import GatewayTesting
import Testing

@Suite struct AdminPlane {
  @Test func tellsThatItLivesAndIsReady() async throws {
    try await scenario { scenario in
      let upstream = try await scenario.upstream([.chat()])
      let gateway = try await scenario.gateway(to: upstream)
      for path in ["/health/live", "/health/ready"] {
        #expect(try await gateway.admin("GET", path).status == 200)
      }
    }
  }

  @Test func showsTheRunningConfigurationWithoutSecrets() async throws {
    try await scenario { scenario in
      let upstream = try await scenario.upstream([.chat()])
      let gateway = try await scenario.gateway(
        to: upstream, provider: "keys: [env:UP_KEY]", top: "consumers: { app: { keys: [env:APP_KEY] } }",
        environment: ["UP_KEY": "sk-up-1", "APP_KEY": "sk-app-1"])
      let answer = try await gateway.admin("GET", "/config")
      #expect(answer.status == 200)
      let text = try #require(try? answer.json()).members.isEmpty ? "" : answer.text
      for name in ["p0", "\(upstream.port)", "app"] { #expect(text.contains(name)) }
      #expect(!text.contains("sk-up-1") && !text.contains("sk-app-1"))
    }
  }

  @Test func metricsAreExposedAsPrometheusReadsThem() async throws {
    try await scenario { scenario in
      let upstream = try await scenario.upstream([.chat(usage: (11, 7))])
      let gateway = try await scenario.gateway(to: upstream)
      _ = try await gateway.chat()
      _ = try await gateway.logged()
      try await eventually("the exchange is counted") {
        try await gateway.metrics().value(
          "sluice_exchanges_total", ["outcome": "success", "status": "200", "gen_ai_request_model": "m"]) == 1
      }
      let answer = try await gateway.admin("GET", "/metrics")
      #expect(answer.headers["content-type"]?.hasPrefix("text/plain; version=0.0.4") == true)
      let metrics = try Metrics(parsing: answer.text)
      let labels = ["gen_ai_request_model": "m", "gen_ai_provider_name": "p0"]
      #expect(metrics.value("gen_ai_server_request_duration_seconds_count", labels) == 1)
      #expect(
        metrics.value("gen_ai_client_token_usage_sum", labels.merging(["gen_ai_token_type": "input"]) { $1 }) == 11)
      #expect(
        metrics.value("gen_ai_client_token_usage_sum", labels.merging(["gen_ai_token_type": "output"]) { $1 }) == 7)
      #expect(metrics.value("sluice_attempts_total", ["target": "p0/up", "outcome": "success"]) == 1)
      #expect(metrics.value("sluice_upstream_connects_total") == 1)
      for name in [
        "sluice_config_revision", "sluice_build_info", "sluice_open_streams", "sluice_upstream_connections",
        "sluice_loop_lag_seconds", "process_resident_memory_bytes",
      ] {
        #expect(metrics.has(name), "\(name)")
      }
    }
  }

  @Test func anUnknownPathIs404() async throws {
    try await scenario { scenario in
      let upstream = try await scenario.upstream([.chat()])
      let gateway = try await scenario.gateway(to: upstream)
      #expect(try await gateway.admin("GET", "/nothing").status == 404)
      #expect(try await gateway.admin("POST", "/v1/chat/completions", ChatBody.plain()).status == 404)
      #expect(try await gateway.admin("GET", "/config/reload").status != 200)
    }
  }
}
