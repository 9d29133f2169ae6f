import GatewayCore
import GatewayTelemetry

/// Takes traced exchanges from the event loops and sends their spans, one request after another. What the collector does not
/// take is tried again, then lost and counted; while it is away, the loops keep what fits.
actor TraceSender {
  /// Exchanges of one request: some 200 KiB.
  private static let batch = 256

  private let telemetry: Telemetry
  private let shown: RunningConfiguration
  private let instance: String
  private let log: TraceLog
  /// The last ones that there were: what waits when traces are turned off still goes out.
  private var settings: TraceSettings?
  private var collector: TraceCollector?
  private var waiting: [SettledExchange] = []

  /// - Parameter instance: tells this process from others of the service.
  init(_ telemetry: Telemetry, shown: RunningConfiguration, instance: String, log: TraceLog) {
    self.telemetry = telemetry
    self.shown = shown
    self.instance = instance
    self.log = log
  }

  /// Sends what waits. A cancelled task leaves the rest for later.
  func sendWaiting() async {
    takeWaiting()
    await send(isPatient: true)
  }

  /// Sends what is left, as far as the collector takes it at once, and ends.
  func finish(within limit: Duration) async {
    let clock = ContinuousClock()
    let end = clock.now + limit
    repeat {
      takeWaiting()
      await send(isPatient: false, until: end)
    } while !waiting.isEmpty && clock.now < end && !Task.isCancelled
    telemetry.spans.failed(spans(waiting))
    waiting = []
    await collector?.shutDown()
    collector = nil
  }

  private func takeWaiting() {
    settings = shown.snapshot?.traces ?? settings
    // What cannot be sent stays with the loops, which bound it.
    if settings != nil, waiting.isEmpty { telemetry.takeTraced(&waiting) }
  }

  /// - Parameters:
  ///   - isPatient: whether to wait for a collector that does not take them now.
  ///   - end: when requests must have been answered.
  private func send(isPatient: Bool, until end: ContinuousClock.Instant? = nil) async {
    guard let settings, !waiting.isEmpty else { return }
    guard let collector = await collector(for: settings) else {
      telemetry.spans.failed(spans(waiting))
      waiting = []
      return
    }
    let providers = shown.snapshot?.providers ?? []
    let encoder = TraceEncoder(
      resource: resource(settings), version: Version.current,
      providers: Dictionary(providers.map { ($0.name, TracedProvider($0)) }) { first, _ in first })
    while !waiting.isEmpty, !Task.isCancelled, end.map({ $0 > .now }) ?? true {
      let batch = waiting.prefix(Self.batch)
      let request = encoder.encode(batch.lazy.map(\.record), origin: .current())
      let limit = end.map { min(settings.timeout, $0 - .now) } ?? settings.timeout
      guard await send(request, of: spans(batch), to: collector, settings, within: limit, isPatient: isPatient) else {
        return
      }
      waiting.removeFirst(min(Self.batch, waiting.count))
    }
  }

  /// - Returns: whether they are done with: taken, or lost.
  private func send(
    _ request: [UInt8], of spans: Int, to collector: TraceCollector, _ settings: TraceSettings, within limit: Duration,
    isPatient: Bool
  ) async -> Bool {
    var retry = TraceExportRetry()
    while true {
      switch await collector.post(request, settings, within: limit) {
      case .taken(let rejected, let message):
        telemetry.spans.exported(max(0, spans - rejected))
        telemetry.spans.rejected(min(rejected, spans))
        log.taken(rejected: rejected, message)
        return true
      case .refused(let reason):
        log.failed(reason, settings.url)
        return lose(spans)
      case .later(let delay, let reason):
        if Task.isCancelled { return false }
        log.failed(reason, settings.url)
        guard isPatient, let pause = retry.pause(after: delay, jitter: .random(in: 0...1)) else { return lose(spans) }
        guard (try? await Task.sleep(for: pause)) != nil else { return false }
        // Another collector gets them.
        if let now = shown.snapshot?.traces, now.url != settings.url { return false }
      }
    }
  }

  private func lose(_ spans: Int) -> Bool {
    telemetry.spans.failed(spans)
    log.lost(spans)
    return true
  }

  private func spans(_ batch: some Sequence<SettledExchange>) -> Int { batch.reduce(0) { $0 + $1.record.spans } }

  private func resource(_ settings: TraceSettings) -> [TraceSettings.Attribute] {
    let own = [
      TraceSettings.Attribute(name: "service.version", value: Version.current),
      TraceSettings.Attribute(name: "service.instance.id", value: instance),
    ]
    return settings.resource + own.filter { own in !settings.resource.contains { $0.name == own.name } }
  }

  /// The connections of the last one serve while the authorities that are trusted stay the same.
  private func collector(for settings: TraceSettings) async -> TraceCollector? {
    if let collector, collector.privateCA == settings.privateCA { return collector }
    await collector?.shutDown()
    collector = nil
    do {
      collector = try TraceCollector(privateCA: settings.privateCA)
    } catch {
      log.failed("its certificate authority cannot be used: \(error)", settings.url)
    }
    return collector
  }
}
