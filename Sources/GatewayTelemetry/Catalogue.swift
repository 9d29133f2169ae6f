/// Every metric of the gateway: the one place for names, types, units, labels and meanings. `docs/metrics.md` is
/// generated from it.
///
/// `gen_ai_*` follow the OpenTelemetry conventions for generative AI, the `process_*` ones those of Prometheus clients.
package enum Catalogue {
  /// Written only where there is one.
  static let team = "team"

  /// Labels of a call to a model. The model is the configured route and never what the caller wrote, so the set is
  /// bounded.
  private static let call = [
    "gen_ai_operation_name", "gen_ai_request_model", "gen_ai_provider_name", "version", "consumer", team,
  ]

  package static let tokenUsage = Metric(
    "gen_ai_client_token_usage", .histogram, unit: "tokens", labels: call + ["gen_ai_token_type"],
    "Tokens of a call; gen_ai_token_type is input or output.")
  package static let requestDuration = Metric(
    "gen_ai_server_request_duration_seconds", .histogram, unit: "s", labels: call,
    "From the first byte of a call to the end of its answer, for calls that reached a target.")
  package static let timeToFirstToken = Metric(
    "gen_ai_server_time_to_first_token_seconds", .histogram, unit: "s", labels: call,
    "From the first byte of a call to the first content of its stream.")
  package static let timePerOutputToken = Metric(
    "gen_ai_server_time_per_output_token_seconds", .histogram, unit: "s", labels: call,
    "Mean gap between the tokens of a stream after its first one, for streams that ended well.")

  package static let exchanges = Metric(
    "sluice_exchanges_total", .counter, unit: "1",
    labels: ["outcome", "status", "code", "consumer", "gen_ai_request_model", team],
    "Settled exchanges by how they ended; status is what the client got (0: nothing), code is that of the error.")
  package static let attempts = Metric(
    "sluice_attempts_total", .counter, unit: "1", labels: ["target", "outcome"],
    "Tries of a target; outcome is success, abandoned (the client went away) or the class of the failure.")
  package static let failovers = Metric(
    "sluice_failovers_total", .counter, unit: "1", labels: ["gen_ai_request_model", "from", "to", "reason"],
    "Moves from one target to the next within an exchange; reason is the class of the failure.")
  package static let tokens = Metric(
    "sluice_tokens_total", .counter, unit: "tokens",
    labels: ["type", "gen_ai_request_model", "gen_ai_provider_name", "consumer", team],
    "Tokens in disjoint buckets: input_uncached, input_cached, cache_write, input_audio, output, reasoning, "
      + "output_audio."
  )
  package static let estimatedUsage = Metric(
    "sluice_estimated_usage_total", .counter, unit: "1", labels: ["gen_ai_request_model", "gen_ai_provider_name"],
    "Answers whose tokens were estimated because the provider sent no usage, or one that cannot be.")
  package static let implausibleUsage = Metric(
    "sluice_implausible_usage_total", .counter, unit: "1", labels: ["gen_ai_request_model", "gen_ai_provider_name"],
    "Answers with a usage that cannot be: less than no tokens, or more than a thousand million. They are estimated.")

  package static let cost = Metric(
    "sluice_cost_total", .counter, unit: "currency units",
    labels: ["currency", "gen_ai_request_model", "gen_ai_provider_name", "consumer", team],
    "What calls cost by the price list; each currency by itself.")
  package static let unpriced = Metric(
    "sluice_unpriced_exchanges_total", .counter, unit: "1", labels: ["gen_ai_request_model", "gen_ai_provider_name"],
    "Calls that used a model without a price: their cost is unknown, and in no sum.")

  package static let cacheRequests = Metric(
    "sluice_cache_requests_total", .counter, unit: "1", labels: ["result", "gen_ai_request_model"],
    "Calls for which the cache is on; result is hit, miss or skip (a call that can have no kept answer, or wants none)."
  )
  package static let cacheEntries = Metric(
    "sluice_cache_entries", .gauge, unit: "1", "Answers in the memory of the gateway.")
  package static let cacheBytes = Metric(
    "sluice_cache_bytes", .gauge, unit: "bytes", "About the memory that they take.")
  package static let cacheEvictions = Metric(
    "sluice_cache_evictions_total", .counter, unit: "1", "Answers that went for want of room (cache.memory).")
  package static let cacheErrors = Metric(
    "sluice_cache_errors_total", .counter, unit: "1",
    "Answers that were looked up or to be kept in the Redis of storage.shared, and it did not answer, or with an error."
  )

  package static let mediaFetches = Metric(
    "sluice_media_fetches_total", .counter, unit: "1", labels: ["outcome"],
    "URLs of requests that were fetched for providers that take bytes only; outcome is success, url, address, connection, "
      + "status, redirect, size, type or timeout.")
  package static let mediaBytes = Metric(
    "sluice_media_fetched_bytes_total", .counter, unit: "bytes", "Bytes of fetched media.")

  package static let authentications = Metric(
    "sluice_authentications_total", .counter, unit: "1", labels: ["method", "outcome"],
    "Requests by how it was told who calls; method is keys, jwt, introspection, hmac, mtls or none (no credential), outcome is "
      + "accepted, refused (401), forbidden (403) or unavailable (503).")
  package static let keySetFetches = Metric(
    "sluice_jwks_refreshes_total", .counter, unit: "1", labels: ["outcome"],
    "Fetches of the keys that tokens are verified with; outcome is success or failure.")
  package static let introspections = Metric(
    "sluice_introspections_total", .counter, unit: "1", labels: ["outcome"],
    "Questions to issuers whether a token is good; outcome is success (whatever the answer) or failure.")

  package static let limitRefusals = Metric(
    "sluice_limit_refusals_total", .counter, unit: "1", labels: ["unit", "owner"],
    "Calls that a limit refused; unit is what it counts, owner is all, key, or organisation, team, consumer, model or provider with :NAME."
  )
  package static let limitStoreUp = Metric(
    "sluice_limit_store_up", .gauge, unit: "1",
    "1 while the store answers in which limits are counted, 0 while the Redis of storage.shared does not.")
  package static let limitStoreMisconfigured = Metric(
    "sluice_limit_store_misconfigured", .gauge, unit: "1",
    "1 while the Redis of storage.shared refuses what the configuration says, such as the password.")
  package static let limitStoreErrors = Metric(
    "sluice_limit_store_errors_total", .counter, unit: "1",
    "What was asked of the Redis of storage.shared and not answered, or answered with an error.")
  package static let limitNodes = Metric(
    "sluice_limit_nodes", .gauge, unit: "1",
    "Gateways that share the Redis of storage.shared, as far as is known; alone: 1.")

  package static let databaseUp = Metric(
    "sluice_database_up", .gauge, unit: "1",
    "1 while the database answers, 0 while the PostgreSQL of storage.database does not.")

  package static let openConnections = Metric(
    "sluice_open_connections", .gauge, unit: "1", "Open client connections of the inference API.")
  package static let exchangesInFlight = Metric(
    "sluice_exchanges_in_flight", .gauge, unit: "1", "Exchanges that have begun and are not settled.")
  package static let openStreams = Metric(
    "sluice_open_streams", .gauge, unit: "1", "Streamed answers that are being relayed.")
  package static let upstreamConnections = Metric(
    "sluice_upstream_connections", .gauge, unit: "1", labels: ["state"],
    "Connections to providers; state is idle or busy.")
  package static let upstreamConnects = Metric(
    "sluice_upstream_connects_total", .counter, unit: "1", "Connections opened to providers.")
  package static let upstreamReuses = Metric(
    "sluice_upstream_reuse_total", .counter, unit: "1", "Attempts that were sent on a connection that was already open."
  )
  package static let loopLag = Metric(
    "sluice_loop_lag_seconds", .gauge, unit: "s", labels: ["loop"],
    "How late the last timer of an event loop ran: the time that work on the loop kept others waiting.")

  package static let accessLogDropped = Metric(
    "sluice_access_log_dropped_total", .counter, unit: "1",
    "Lines of the access log that were lost because its reader is too slow or gone.")
  package static let traceSpans = Metric(
    "sluice_trace_spans_total", .counter, unit: "1", labels: ["result"],
    "Spans of traces; result is exported (the collector has them), rejected (by the collector), failed (it did not answer, or with "
      + "an error) or dropped (too many waited).")
  package static let seriesLimited = Metric(
    "sluice_metric_series_limited_total", .counter, unit: "1",
    "Observations counted under the label value other because a family had reached its limit of series.")
  package static let setAside = Metric(
    "sluice_set_aside", .gauge, unit: "1", labels: ["name"],
    "1 while a target or provider key is set aside after failures, else 0.")

  package static let connectionLimit = Metric(
    "sluice_connections_limit", .gauge, unit: "1", "server.limits.connections: beyond so many, new ones get 503.")
  package static let certificateExpiry = Metric(
    "sluice_certificate_expiry_timestamp_seconds", .gauge, unit: "s", labels: ["setting"],
    "When the gateway's own certificate ends, in seconds since 1970; setting is server.tls or server.admin.tls. Without one there is no "
      + "sample."
  )
  package static let budgetUsed = Metric(
    "sluice_budget_used_ratio", .gauge, unit: "1", labels: ["limit", "owner", "subject"],
    "How much of a budget or quota is used, 1 is all; subject is whose counter it is, empty where all share one. Only of limits that "
      + "are counted in memory, by what the configuration names, 200 at most.")
  package static let storedBytes = Metric(
    "sluice_stored_bytes", .gauge, unit: "bytes", labels: ["limit", "owner", "subject"],
    "What is stored of a limit of stored bytes; subject is whose it is, empty where all count together. As the database said at the scrape "
      + "before, of those that the configuration names, 200 at most."
  )
  package static let storedLimit = Metric(
    "sluice_stored_limit_bytes", .gauge, unit: "bytes", labels: ["limit", "owner", "subject"],
    "How much such a limit lets be stored.")

  package static let ledgerRows = Metric(
    "sluice_ledger_rows_total", .counter, unit: "1", "Exchanges that were put into the ledger's database.")
  package static let ledgerLost = Metric(
    "sluice_ledger_lost_total", .counter, unit: "1",
    "Exchanges that are in no ledger because its journal was full or could not be written.")
  package static let ledgerLag = Metric(
    "sluice_ledger_lag_seconds", .gauge, unit: "s",
    "How long ago the last exchange ended that is in the ledger's database, while others wait; 0: none waits.")
  package static let ledgerJournal = Metric(
    "sluice_ledger_journal_bytes", .gauge, unit: "bytes", "Size of the ledger's journal.")
  package static let ledgerJournalLimit = Metric(
    "sluice_ledger_journal_limit_bytes", .gauge, unit: "bytes",
    "storage.journal: beyond so many, exchanges are lost.")

  package static let conversationsStored = Metric(
    "sluice_conversations_stored_total", .counter, unit: "1", "Conversations that were put into the database.")
  package static let conversationBytes = Metric(
    "sluice_conversations_bytes_total", .counter, unit: "bytes", "What they take, as they are sealed.")
  package static let conversationsDropped = Metric(
    "sluice_conversations_dropped_total", .counter, unit: "1", labels: ["reason"],
    "Conversations that were not kept; reason is full (too many waited), mask (an expression took too long), key (none to seal them with), "
      + "seal (it failed) or database (it refused them, or was away at the end).")
  package static let conversationLag = Metric(
    "sluice_conversations_lag_seconds", .gauge, unit: "s",
    "How long ago the exchange ended whose conversation has waited longest for the database; 0: none waits.")

  package static let buildInformation = Metric(
    "sluice_build_info", .gauge, unit: "1", labels: ["version"], "Always 1; the version of the program is a label.")
  package static let configurationRevision = Metric(
    "sluice_config_revision", .gauge, unit: "1", "Revision of the running configuration.")
  package static let configurationReloads = Metric(
    "sluice_config_reloads_total", .counter, unit: "1", labels: ["result"],
    "Reloads of the configuration; result is accepted or refused.")

  package static let residentMemory = Metric(
    "process_resident_memory_bytes", .gauge, unit: "bytes", "Resident memory of the process.")
  package static let cpuSeconds = Metric(
    "process_cpu_seconds_total", .counter, unit: "s", "User and system CPU time of the process.")
  package static let startTime = Metric(
    "process_start_time_seconds", .gauge, unit: "s", "When the process started, in seconds since 1970.")
  package static let openDescriptors = Metric(
    "process_open_fds", .gauge, unit: "1", "Open file descriptors of the process.")

  /// In the order of the exposition and of the documentation.
  package static let all: [Metric] = [
    tokenUsage, requestDuration, timeToFirstToken, timePerOutputToken, exchanges, attempts, failovers, tokens,
    estimatedUsage, implausibleUsage, cost, unpriced, cacheRequests, cacheEntries, cacheBytes, cacheEvictions,
    cacheErrors,
    mediaFetches, mediaBytes, authentications, keySetFetches,
    introspections,
    limitRefusals, limitStoreUp, limitStoreMisconfigured, limitStoreErrors, limitNodes, budgetUsed, storedBytes,
    storedLimit, databaseUp,
    openConnections, connectionLimit, exchangesInFlight, openStreams, upstreamConnections,
    upstreamConnects,
    upstreamReuses, loopLag, accessLogDropped, traceSpans, seriesLimited, setAside, ledgerRows, ledgerLost, ledgerLag,
    ledgerJournal, ledgerJournalLimit, conversationsStored, conversationBytes, conversationsDropped, conversationLag,
    certificateExpiry, buildInformation, configurationRevision,
    configurationReloads, residentMemory, cpuSeconds, startTime, openDescriptors,
  ]

  /// The table of `docs/metrics.md`.
  package static var markdownTable: String {
    var text = "| metric | type | unit | labels | meaning |\n|---|---|---|---|---|\n"
    for metric in all {
      let labels = metric.labels.map { "`\($0)`" }.joined(separator: " ")
      text += "| `\(metric.name)` | \(metric.kind.rawValue) | \(metric.unit) | \(labels) | \(metric.meaning) |\n"
    }
    return text
  }
}
