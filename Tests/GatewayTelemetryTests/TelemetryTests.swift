import GatewayCore
import GatewayTelemetry
import Synchronization
import Testing

@Suite struct TelemetryTests {
  private let telemetry = Telemetry(.init(version: "1.2.3"))
  private static let call =
    #"gen_ai_operation_name="chat",gen_ai_request_model="fast",gen_ai_provider_name="a",version="",consumer="app""#

  @Test func countsAnExchangeByItsEnd() {
    let shard = telemetry.makeShard()
    shard.settled(Records.stream())
    shard.settled(Records.rejected(code: "invalid_key"))
    shard.settled(Records.rejected(code: "invalid_key"))
    let scrape = Scrape(telemetry)
    #expect(
      scrape[
        #"sluice_exchanges_total{outcome="success",status="200",code="",consumer="app",gen_ai_request_model="fast"}"#
      ] == "1")
    #expect(
      scrape[
        #"sluice_exchanges_total{outcome="rejected",status="401",code="invalid_key",consumer="",gen_ai_request_model=""}"#
      ] == "2")
  }

  @Test func addsUpTheShardsOfAllLoops() {
    let shards = [telemetry.makeShard(), telemetry.makeShard()]
    for shard in shards {
      shard.settled(Records.stream())
      shard.gauges.openConnections.store(3, ordering: .relaxed)
    }
    let scrape = Scrape(telemetry)
    #expect(scrape["gen_ai_server_request_duration_seconds_count{\(Self.call)}"] == "2")
    #expect(scrape["sluice_attempts_total{target=\"a/m\",outcome=\"success\"}"] == "2")
    #expect(scrape["sluice_open_connections"] == "6")
  }

  @Test func histogramsAreCumulativeAndEndWithInfinity() {
    telemetry.makeShard().settled(Records.stream())
    let scrape = Scrape(telemetry)
    let name = "gen_ai_server_request_duration_seconds"
    #expect(scrape["\(name)_bucket{\(Self.call),le=\"0.64\"}"] == "0")
    #expect(scrape["\(name)_bucket{\(Self.call),le=\"1.28\"}"] == "1")
    #expect(scrape["\(name)_bucket{\(Self.call),le=\"81.92\"}"] == "1")
    #expect(scrape["\(name)_bucket{\(Self.call),le=\"+Inf\"}"] == "1")
    #expect(scrape["\(name)_sum{\(Self.call)}"] == "0.9")
  }

  @Test func aStreamHasATimeToItsFirstTokenAndATimeForEachFurtherOne() {
    telemetry.makeShard().settled(Records.stream())
    let scrape = Scrape(telemetry)
    #expect(scrape["gen_ai_server_time_to_first_token_seconds_sum{\(Self.call)}"] == "0.2")
    // 700 ms for the seven tokens after the first.
    #expect(scrape["gen_ai_server_time_per_output_token_seconds_sum{\(Self.call)}"] == "0.1")
  }

  @Test func tokensAreCountedInDisjointBucketsAndAsTotals() {
    telemetry.makeShard().settled(Records.stream())
    let scrape = Scrape(telemetry)
    let labels = "gen_ai_request_model=\"fast\",gen_ai_provider_name=\"a\",consumer=\"app\""
    #expect(scrape["sluice_tokens_total{type=\"input_uncached\",\(labels)}"] == "10")
    #expect(scrape["sluice_tokens_total{type=\"input_cached\",\(labels)}"] == "5")
    #expect(scrape["sluice_tokens_total{type=\"output\",\(labels)}"] == "6")
    #expect(scrape["sluice_tokens_total{type=\"reasoning\",\(labels)}"] == "2")
    #expect(scrape["gen_ai_client_token_usage_sum{\(Self.call),gen_ai_token_type=\"input\"}"] == "15")
    #expect(scrape["gen_ai_client_token_usage_sum{\(Self.call),gen_ai_token_type=\"output\"}"] == "8")
  }

  @Test func estimatedUsageIsCounted() {
    var record = Records.stream()
    record.usage?.isEstimated = true
    telemetry.makeShard().settled(record)
    let sample = "sluice_estimated_usage_total{gen_ai_request_model=\"fast\",gen_ai_provider_name=\"a\"}"
    #expect(Scrape(telemetry)[sample] == "1")
  }

  @Test func usageThatCannotBeIsCounted() {
    var record = Records.stream()
    record.usage = .settled(.impossible, estimate: TokenUsage(output: 3, isEstimated: true))
    telemetry.makeShard().settled(record)
    let scrape = Scrape(telemetry)
    let labels = "{gen_ai_request_model=\"fast\",gen_ai_provider_name=\"a\"}"
    #expect(scrape["sluice_implausible_usage_total" + labels] == "1")
    #expect(scrape["sluice_estimated_usage_total" + labels] == "1")
  }

  @Test func aFailoverNamesBothTargetsAndTheReason() {
    var record = Records.stream(target: "b/m")
    let failure = UpstreamFailure(.rateLimit, status: 429, reason: "429 from a")
    record.attempts = [
      Records.attempt("a/m", failure: failure), Records.attempt("a/m", failure: failure), Records.attempt("b/m"),
    ]
    telemetry.makeShard().settled(record)
    let scrape = Scrape(telemetry)
    #expect(
      scrape[
        "sluice_failovers_total{gen_ai_request_model=\"fast\",from=\"a/m\",to=\"b/m\",reason=\"rate-limit\"}"] == "1")
    #expect(scrape.count(of: "sluice_failovers_total") == 1)
    #expect(scrape["sluice_attempts_total{target=\"a/m\",outcome=\"rate-limit\"}"] == "2")
    #expect(scrape["sluice_attempts_total{target=\"b/m\",outcome=\"success\"}"] == "1")
  }

  @Test(arguments: [ExchangeRecord.Outcome.clientGone, .cut])
  func anAttemptGivenUpWithItsClientIsNoSuccess(outcome: ExchangeRecord.Outcome) {
    var record = Records.stream()
    record.outcome = outcome
    telemetry.makeShard().settled(record)
    let scrape = Scrape(telemetry)
    #expect(scrape["sluice_attempts_total{target=\"a/m\",outcome=\"abandoned\"}"] == "1")
    #expect(scrape["sluice_attempts_total{target=\"a/m\",outcome=\"success\"}"] == nil)
  }

  @Test func refusedCallsHaveNoDuration() {
    telemetry.makeShard().settled(Records.rejected(code: "invalid_key"))
    #expect(Scrape(telemetry).count(of: "gen_ai_server_request_duration_seconds_count") == 0)
  }

  @Test func labelValuesAreEscaped() {
    telemetry.makeShard().settled(Records.stream(consumer: "a\"b\\c\nd"))
    let text = String(decoding: telemetry.render(), as: UTF8.self)
    #expect(text.contains("consumer=\"a\\\"b\\\\c\\nd\""))
  }

  @Test func configurationAndBuildAreShown() {
    telemetry.configurationRuns(revision: 1, isReload: false)
    telemetry.configurationRuns(revision: 2, isReload: true)
    telemetry.reloadRefused()
    telemetry.readSetAside { [("a/m", true), ("a#1", false)] }
    let scrape = Scrape(telemetry)
    #expect(scrape["sluice_build_info{version=\"1.2.3\"}"] == "1")
    #expect(scrape["sluice_config_revision"] == "2")
    #expect(scrape["sluice_config_reloads_total{result=\"accepted\"}"] == "1")
    #expect(scrape["sluice_config_reloads_total{result=\"refused\"}"] == "1")
    #expect(scrape["sluice_set_aside{name=\"a/m\"}"] == "1")
    #expect(scrape["sluice_set_aside{name=\"a#1\"}"] == "0")
  }

  @Test func theGaugesOfTheLoopsAreShown() {
    let gauges = telemetry.makeShard().gauges
    gauges.upstreamIdle.store(4, ordering: .relaxed)
    gauges.upstreamBusy.store(5, ordering: .relaxed)
    gauges.upstreamReuses.store(6, ordering: .relaxed)
    gauges.loopLagNanoseconds.store(1_500_000, ordering: .relaxed)
    let scrape = Scrape(telemetry)
    #expect(scrape["sluice_upstream_connections{state=\"idle\"}"] == "4")
    #expect(scrape["sluice_upstream_connections{state=\"busy\"}"] == "5")
    #expect(scrape["sluice_upstream_reuse_total"] == "6")
    #expect(scrape["sluice_loop_lag_seconds{loop=\"0\"}"] == "0.0015")
  }

  @Test func theLedgerGetsWhatBelongsToSomebodyAndCountsWhatItCannotHold() {
    var settings = Telemetry.Settings(version: "1")
    settings.accessLogCapacity = 0
    settings.ledgerCapacity = 2
    let telemetry = Telemetry(settings)
    telemetry.readLedger { Telemetry.LedgerState(rows: 0, lost: 4, lagSeconds: 0, journalBytes: 0) }
    let shard = telemetry.makeShard()
    shard.settled(Records.rejected(code: "invalid_api_key"))
    for _ in 0..<3 { shard.settled(Records.stream()) }
    var batch: [SettledExchange] = []
    telemetry.takeUnledgered(&batch)
    #expect(batch.map(\.record.outcome) == [.success, .success])
    #expect(Scrape(telemetry)["sluice_ledger_lost_total"] == "5")
    telemetry.takeUnledgered(&batch)
    #expect(batch.count == 2)
  }
}
