import GatewayCore
import GatewayTelemetry
import Testing

@Suite struct SeriesLimitTests {
  private let telemetry: Telemetry
  private let shard: TelemetryShard

  init() {
    var settings = Telemetry.Settings(version: "1")
    settings.seriesLimit = 3
    telemetry = Telemetry(settings)
    shard = telemetry.makeShard()
  }

  @Test func consumersBeyondTheLimitAreCountedAsOther() {
    for index in 0..<10 { shard.settled(Records.stream(consumer: "app-\(index)")) }
    let scrape = Scrape(telemetry)
    #expect(scrape.count(of: "gen_ai_server_request_duration_seconds_count") == 4)
    let other =
      #"gen_ai_operation_name="chat",gen_ai_request_model="other",gen_ai_provider_name="a",version="",consumer="other""#
    #expect(scrape["gen_ai_server_request_duration_seconds_count{\(other)}"] == "7")
  }

  @Test func whatWasKnownBeforeKeepsItsSeries() {
    for index in 0..<10 { shard.settled(Records.stream(consumer: "app-\(index)")) }
    shard.settled(Records.stream(consumer: "app-0"))
    let known =
      #"gen_ai_operation_name="chat",gen_ai_request_model="fast",gen_ai_provider_name="a",version="",consumer="app-0""#
    #expect(Scrape(telemetry)["gen_ai_server_request_duration_seconds_count{\(known)}"] == "2")
  }

  @Test func targetsBeyondTheLimitAreCountedAsOther() {
    for index in 0..<10 { shard.settled(Records.stream(target: "a/m\(index)")) }
    let scrape = Scrape(telemetry)
    #expect(scrape["sluice_attempts_total{target=\"other\",outcome=\"success\"}"] == "7")
    #expect(scrape["sluice_metric_series_limited_total"] == "7")
  }

  @Test func errorCodesBeyondTheLimitAreCountedAsOther() {
    for index in 0..<10 { shard.settled(Records.rejected(code: "code-\(index)", status: 400 + index)) }
    let scrape = Scrape(telemetry)
    #expect(scrape.count(of: "sluice_exchanges_total") == 4)
    #expect(
      scrape[
        #"sluice_exchanges_total{outcome="rejected",status="other",code="other",consumer="",gen_ai_request_model=""}"#
      ] == "7")
  }

  @Test func failoversBeyondTheLimitAreCountedAsOther() {
    for index in 0..<10 {
      var record = Records.stream()
      record.attempts = [
        Records.attempt("a/m\(index)", failure: UpstreamFailure(.timeout, reason: "no answer")), Records.attempt("b/m"),
      ]
      shard.settled(record)
    }
    let scrape = Scrape(telemetry)
    #expect(scrape.count(of: "sluice_failovers_total") == 4)
    #expect(
      scrape["sluice_failovers_total{gen_ai_request_model=\"other\",from=\"other\",to=\"other\",reason=\"timeout\"}"]
        == "7")
  }
}
