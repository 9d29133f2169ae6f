import GatewayCore
import Synchronization

extension Telemetry {
  /// All metrics in Prometheus text format 0.0.4. Event loops are held up for no longer than it takes to copy a
  /// reference.
  package func render() -> [UInt8] {
    var text = PrometheusText()
    let state = self.state.withLock { $0 }
    var totals = ShardTotals()
    for shard in state.shards { totals.add(shard.table) }
    render(totals, to: &text)
    renderCosts(totals, to: &text)
    renderCache(totals.cache, state.cache?() ?? CacheState(), to: &text)
    renderMedia(totals.media, to: &text)
    renderAuthentication(totals.authentication, to: &text)
    text.begin(Catalogue.databaseUp)
    text.sample(Catalogue.databaseUp, [], state.isDatabaseUp ? 1 : 0)
    renderLimits(totals.refusals, state.limitStore?() ?? LimitStore(), to: &text)
    renderGauges(of: state.shards.map(\.gauges), to: &text)
    renderLogs(of: state, totals, to: &text)
    if let bounds = state.bounds?() { render(bounds, to: &text) }
    if let ledger = state.ledger?() { render(ledger, lost: state.shards, to: &text) }
    if let conversations = state.conversations?() { render(conversations, to: &text) }
    renderConfiguration(state, to: &text)
    renderProcess(to: &text)
    return text.bytes
  }

  private func render(_ totals: ShardTotals, to text: inout PrometheusText) {
    let series = totals.series.values.map { (labels: Self.labels(of: $0.key), series: $0) }
      .sorted { $0.labels.lexicographicallyPrecedes($1.labels) }
    text.begin(Catalogue.tokenUsage)
    for (labels, series) in series {
      text.histogram(Catalogue.tokenUsage, labels + ["input"], series.inputTokens, in: .tokens)
      text.histogram(Catalogue.tokenUsage, labels + ["output"], series.outputTokens, in: .tokens)
    }
    text.begin(Catalogue.requestDuration)
    for (labels, series) in series {
      text.histogram(Catalogue.requestDuration, labels, series.duration, in: .requestDuration)
    }
    text.begin(Catalogue.timeToFirstToken)
    for (labels, series) in series {
      text.histogram(Catalogue.timeToFirstToken, labels, series.timeToFirstToken, in: .timeToFirstToken)
    }
    text.begin(Catalogue.timePerOutputToken)
    for (labels, series) in series {
      text.histogram(Catalogue.timePerOutputToken, labels, series.timePerOutputToken, in: .timePerOutputToken)
    }
    for (metric, samples) in [
      (Catalogue.exchanges, totals.exchanges), (Catalogue.attempts, totals.attempts),
      (Catalogue.failovers, totals.failovers), (Catalogue.tokens, totals.tokens),
      (Catalogue.estimatedUsage, totals.estimatedUsages), (Catalogue.implausibleUsage, totals.implausibleUsages),
      (Catalogue.unpriced, totals.unpriced),
    ] {
      text.begin(metric)
      for (labels, count) in samples.sorted(by: { $0.key.lexicographicallyPrecedes($1.key) }) {
        text.sample(metric, labels, count)
      }
    }
  }

  private func renderCosts(_ totals: ShardTotals, to text: inout PrometheusText) {
    text.begin(Catalogue.cost)
    for (labels, billionths) in totals.costs.sorted(by: { $0.key.lexicographicallyPrecedes($1.key) }) {
      text.sample(Catalogue.cost, labels, Double(billionths) / Double(Money.billion))
    }
  }

  private func renderCache(_ requests: ShardTotals.Samples, _ state: CacheState, to text: inout PrometheusText) {
    text.begin(Catalogue.cacheRequests)
    for (labels, count) in requests.sorted(by: { $0.key.lexicographicallyPrecedes($1.key) }) {
      text.sample(Catalogue.cacheRequests, labels, count)
    }
    text.begin(Catalogue.cacheEntries)
    text.sample(Catalogue.cacheEntries, [], state.entries)
    text.begin(Catalogue.cacheBytes)
    text.sample(Catalogue.cacheBytes, [], state.bytes)
    text.begin(Catalogue.cacheEvictions)
    text.sample(Catalogue.cacheEvictions, [], state.evictions)
    text.begin(Catalogue.cacheErrors)
    text.sample(Catalogue.cacheErrors, [], state.errors)
  }

  private func renderMedia(_ media: MediaSeries, to text: inout PrometheusText) {
    text.begin(Catalogue.mediaFetches)
    for (label, count) in media.outcomes where count > 0 { text.sample(Catalogue.mediaFetches, [label], count) }
    text.begin(Catalogue.mediaBytes)
    text.sample(Catalogue.mediaBytes, [], media.bytes)
  }

  private func renderAuthentication(_ series: AuthenticationSeries, to text: inout PrometheusText) {
    text.begin(Catalogue.authentications)
    for (record, count) in series.requests {
      text.sample(Catalogue.authentications, [record.method.rawValue, record.outcome.rawValue], count)
    }
    text.begin(Catalogue.keySetFetches)
    text.sample(Catalogue.keySetFetches, ["success"], series.fetches.success)
    text.sample(Catalogue.keySetFetches, ["failure"], series.fetches.failure)
    text.begin(Catalogue.introspections)
    text.sample(Catalogue.introspections, ["success"], series.introspections.success)
    text.sample(Catalogue.introspections, ["failure"], series.introspections.failure)
  }

  private func renderLimits(
    _ refusals: ShardTotals.Samples, _ store: LimitStore, to text: inout PrometheusText
  ) {
    text.begin(Catalogue.limitRefusals)
    for (labels, count) in refusals.sorted(by: { $0.key.lexicographicallyPrecedes($1.key) }) {
      text.sample(Catalogue.limitRefusals, labels, count)
    }
    text.begin(Catalogue.limitStoreUp)
    text.sample(Catalogue.limitStoreUp, [], store.isUp ? 1 : 0)
    text.begin(Catalogue.limitStoreMisconfigured)
    text.sample(Catalogue.limitStoreMisconfigured, [], store.isMisconfigured ? 1 : 0)
    text.begin(Catalogue.limitStoreErrors)
    text.sample(Catalogue.limitStoreErrors, [], store.errors)
    text.begin(Catalogue.limitNodes)
    text.sample(Catalogue.limitNodes, [], store.nodes)
  }

  private static func labels(of key: SeriesKey) -> [String] {
    [
      key.surface?.operationName ?? "", key.route ?? "", key.provider ?? "", key.version ?? "", key.consumer ?? "",
      key.team ?? "",
    ]
  }

  private func renderGauges(of loops: [LoopGauges], to text: inout PrometheusText) {
    func single(_ metric: Metric, _ value: (LoopGauges) -> Int) {
      text.begin(metric)
      text.sample(metric, [], loops.reduce(0) { $0 + value($1) })
    }
    single(Catalogue.openConnections) { $0.openConnections.load(ordering: .relaxed) }
    single(Catalogue.exchangesInFlight) { $0.exchangesInFlight.load(ordering: .relaxed) }
    single(Catalogue.openStreams) { $0.openStreams.load(ordering: .relaxed) }
    text.begin(Catalogue.upstreamConnections)
    let idle = loops.reduce(0) { $0 + $1.upstreamIdle.load(ordering: .relaxed) }
    let busy = loops.reduce(0) { $0 + $1.upstreamBusy.load(ordering: .relaxed) }
    text.sample(Catalogue.upstreamConnections, ["idle"], idle)
    text.sample(Catalogue.upstreamConnections, ["busy"], busy)
    single(Catalogue.upstreamConnects) { $0.upstreamConnects.load(ordering: .relaxed) }
    single(Catalogue.upstreamReuses) { $0.upstreamReuses.load(ordering: .relaxed) }
    text.begin(Catalogue.loopLag)
    for (index, loop) in loops.enumerated() {
      text.sample(Catalogue.loopLag, ["\(index)"], Double(loop.loopLagNanoseconds.load(ordering: .relaxed)) / 1e9)
    }
  }

  private func renderLogs(of state: State, _ totals: ShardTotals, to text: inout PrometheusText) {
    text.begin(Catalogue.accessLogDropped)
    let dropped = state.shards.reduce(unwrittenLines.load(ordering: .relaxed)) { $0 + $1.dropped }
    text.sample(Catalogue.accessLogDropped, [], dropped)
    text.begin(Catalogue.traceSpans)
    for (result, count) in spans.all { text.sample(Catalogue.traceSpans, [result], count) }
    text.sample(Catalogue.traceSpans, ["dropped"], state.shards.reduce(0) { $0 + $1.droppedSpans })
    text.begin(Catalogue.seriesLimited)
    text.sample(Catalogue.seriesLimited, [], totals.limited)
  }

  private func render(_ ledger: LedgerState, lost shards: [TelemetryShard], to text: inout PrometheusText) {
    text.begin(Catalogue.ledgerRows)
    text.sample(Catalogue.ledgerRows, [], ledger.rows)
    text.begin(Catalogue.ledgerLost)
    text.sample(Catalogue.ledgerLost, [], shards.reduce(ledger.lost) { $0 + $1.lost })
    text.begin(Catalogue.ledgerLag)
    text.sample(Catalogue.ledgerLag, [], ledger.lagSeconds)
    text.begin(Catalogue.ledgerJournal)
    text.sample(Catalogue.ledgerJournal, [], ledger.journalBytes)
  }

  private func render(_ conversations: ConversationState, to text: inout PrometheusText) {
    text.begin(Catalogue.conversationsStored)
    text.sample(Catalogue.conversationsStored, [], conversations.stored)
    text.begin(Catalogue.conversationBytes)
    text.sample(Catalogue.conversationBytes, [], conversations.bytes)
    text.begin(Catalogue.conversationsDropped)
    for (reason, count) in conversations.dropped { text.sample(Catalogue.conversationsDropped, [reason], count) }
    text.begin(Catalogue.conversationLag)
    text.sample(Catalogue.conversationLag, [], conversations.lagSeconds)
  }

  private func render(_ bounds: Bounds, to text: inout PrometheusText) {
    text.begin(Catalogue.connectionLimit)
    text.sample(Catalogue.connectionLimit, [], bounds.connections)
    if !bounds.budgets.isEmpty { text.begin(Catalogue.budgetUsed) }
    for budget in bounds.budgets {
      text.sample(Catalogue.budgetUsed, [budget.limit, budget.owner, budget.subject], budget.used)
    }
    if !bounds.stored.isEmpty { text.begin(Catalogue.storedBytes) }
    for stored in bounds.stored {
      text.sample(Catalogue.storedBytes, [stored.limit, stored.owner, stored.subject], stored.used)
    }
    if !bounds.stored.isEmpty { text.begin(Catalogue.storedLimit) }
    for stored in bounds.stored {
      text.sample(Catalogue.storedLimit, [stored.limit, stored.owner, stored.subject], stored.amount)
    }
    if let bytes = bounds.journalBytes {
      text.begin(Catalogue.ledgerJournalLimit)
      text.sample(Catalogue.ledgerJournalLimit, [], bytes)
    }
    if !bounds.certificates.isEmpty { text.begin(Catalogue.certificateExpiry) }
    for certificate in bounds.certificates {
      text.sample(Catalogue.certificateExpiry, [certificate.setting], certificate.at)
    }
  }

  private func renderConfiguration(_ state: State, to text: inout PrometheusText) {
    text.begin(Catalogue.setAside)
    for entry in (state.setAside?() ?? []).sorted(by: { $0.name < $1.name }) {
      text.sample(Catalogue.setAside, [entry.name], entry.isSetAside ? 1 : 0)
    }
    text.begin(Catalogue.buildInformation)
    text.sample(Catalogue.buildInformation, [settings.version], 1)
    text.begin(Catalogue.configurationRevision)
    text.sample(Catalogue.configurationRevision, [], state.revision)
    text.begin(Catalogue.configurationReloads)
    text.sample(Catalogue.configurationReloads, ["accepted"], state.acceptedReloads)
    text.sample(Catalogue.configurationReloads, ["refused"], state.refusedReloads)
  }

  private func renderProcess(to text: inout PrometheusText) {
    let readings = ProcessReadings.current()
    if let bytes = readings.residentBytes {
      text.begin(Catalogue.residentMemory)
      text.sample(Catalogue.residentMemory, [], bytes)
    }
    if let seconds = readings.cpuSeconds {
      text.begin(Catalogue.cpuSeconds)
      text.sample(Catalogue.cpuSeconds, [], seconds)
    }
    text.begin(Catalogue.startTime)
    text.sample(Catalogue.startTime, [], Double(startedAt.unixNanoseconds / 1_000_000) / 1000)
    if let count = readings.openDescriptors {
      text.begin(Catalogue.openDescriptors)
      text.sample(Catalogue.openDescriptors, [], count)
    }
  }
}
