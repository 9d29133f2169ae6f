import Dispatch
import GatewayAdmin
import GatewayConfiguration
import GatewayCore
import GatewayPolicies
import GatewayProxy
import GatewayStorage
import GatewayTelemetry
import Logging
import Synchronization

/// The running configuration: loads it anew when its file, secrets or objects of the database, or what providers have changes,
/// and swaps the snapshot if all of it is good. Keys are followed without a load. One thing is done after another.
actor ConfigurationController {
  let source: ConfigurationSource
  let store: DatabaseStore
  private let server: GatewayServer
  private let telemetry: Telemetry
  let logger: Logger
  private let started: StartSettings
  let shown: RunningConfiguration
  private var discovered = DiscoveredModels()
  /// Of the database, as it was read last.
  private(set) var stored: StoredKeys
  /// Warnings that the log has, wherever they stood in the file.
  private var told: Set<Problem>
  /// Why what was read of the database has to be loaded yet.
  private var dueLoad: String?
  /// The last change of the database could not be read.
  private var isBehind = false
  private var isReloading = false
  private var waiting: [CheckedContinuation<Void, Never>] = []

  init(
    source: ConfigurationSource, store: DatabaseStore, server: GatewayServer, telemetry: Telemetry, logger: Logger,
    started: StartSettings, shown: RunningConfiguration, stored: StoredKeys
  ) {
    self.source = source
    self.store = store
    self.server = server
    self.telemetry = telemetry
    self.logger = logger
    self.started = started
    self.shown = shown
    self.stored = stored
    told = Set(shown.result.problems.map(\.anywhere))
  }

  /// Reads the configuration again. A bad one is refused whole; the running snapshot stays.
  func reload(because reason: String) async -> ReloadOutcome {
    await enter()
    defer { leave() }
    do { try await takeUpChanges() } catch {
      dueLoad = "the database answers again"
      return refuse([ReloadProblem(message: "the keys and secrets of the database cannot be read: \(error)")], reason)
    }
    return await load(because: reason)
  }

  /// Takes over what has changed in the database, if anything has. Cheap enough for every quarter of a second.
  func followStore() async {
    // Behind whoever is doing so: afterwards it is done.
    await enter()
    defer { leave() }
    guard let version = try? await store.version(),
      version != stored.version || stored.isPartial || dueLoad != nil
    else { return }
    do { try await takeUpChanges() } catch {
      // It is tried again each time; the watch over the database tells when it is away.
      if !isBehind { logger.error("changes of the database cannot be read", metadata: ["problem": "\(error)"]) }
      isBehind = true
      return
    }
    if let dueLoad { _ = await load(because: dueLoad) }
    guard stored.keys.isMergingDue else { return }
    stored = await Self.merged(stored)
    await showKeys()
  }

  /// Reads what has changed in the database. Keys take effect at once, whatever becomes of the rest.
  func takeUpChanges() async throws {
    let before = stored
    let later = try await before.next(of: store, masterKeys: source.masterKeys)
    let (next, changed) = (later.stored, later.changedKeys)
    stored = next
    if next.secrets?.isSame(as: before.secrets) == false { dueLoad = "secrets were changed" }
    if next.revision != before.revision { dueLoad = "the configuration was changed elsewhere" }
    if changed != 0 { await takeUpKeys(next, changed: changed, before: before) }
    if let fault = later.fault { throw fault }
    isBehind = false
  }

  /// - Parameter changed: how many; nil: all were read.
  private func takeUpKeys(_ next: StoredKeys, changed: Int?, before: StoredKeys) async {
    if shown.result.mustBeCompiled(for: next.keys) { dueLoad = dueLoad ?? "keys brought or took consumers" }
    await showKeys()
    logger.info(
      "keys of the database were read",
      metadata: [
        "changed": "\(changed.map(String.init) ?? "all")", "before": "\(before.keys.count)",
        "now": "\(next.keys.count)",
      ])
  }

  /// Into the running snapshot, which is the same revision.
  private func showKeys() async {
    guard let keyedHash = stored.keyedHash else { return }
    let result = shown.result.with(stored.keys, keyedHash: keyedHash)
    guard let snapshot = result.snapshot, snapshot !== shown.snapshot else { return }
    await server.adopt(keysOf: snapshot)
    shown.show(keysOf: result)
    warn(of: result)
  }

  /// Of many keys it takes long, so not on a thread that others wait for.
  private static func merged(_ stored: StoredKeys) async -> StoredKeys {
    await withCheckedContinuation { continuation in
      DispatchQueue.global().async { continuation.resume(returning: stored.merged()) }
    }
  }

  private func load(because reason: String) async -> ReloadOutcome {
    dueLoad = nil
    let result = load(stored)
    let problems = problems(of: result)
    guard problems.isEmpty else {
      shown.refuse(problems)
      return refuse(problems.map(ReloadProblem.init), reason)
    }
    let restarts = await adopt(result, stored, because: reason)
    return .accepted(revision: shown.revision, needsRestart: restarts)
  }

  /// What would run with these keys, secrets and objects.
  /// - Parameter isTried: it will not run, whatever comes of it.
  func load(_ stored: StoredKeys, isTried: Bool = false) -> LoadResult {
    let source = isTried ? source.apart : source
    return source.load(revision: shown.revision + 1, stored: stored, discovered: discovered)
  }

  /// Why it cannot run in this process; empty: it can.
  func problems(of result: LoadResult) -> [Problem] {
    guard let snapshot = result.snapshot, result.start != nil else {
      return result.problems.filter { $0.severity == .error }
    }
    guard !snapshot.isOpen || started.gateway.isLoopback else { return [Self.opensToOthers(started.gateway)] }
    do {
      try server.prepare(snapshot)
    } catch {
      return [Self.problem("a certificate cannot be used: \(error)")]
    }
    return []
  }

  /// Lets it run.
  /// - Returns: settings that need a restart.
  func adopt(_ result: LoadResult, _ stored: StoredKeys, because reason: String) async -> [String] {
    guard let snapshot = result.snapshot, let start = result.start else { return [] }
    await server.adopt(snapshot)
    source.settleHealth(snapshot.server.health)
    self.stored = stored
    dueLoad = nil
    let restarts = start.restarts(from: started)
    let known = shown.restarts
    shown.show(result, restarts: restarts, stored: stored)
    telemetry.configurationRuns(revision: snapshot.revision, isReload: true)
    logger.info("configuration runs", metadata: ["revision": "\(snapshot.revision)", "because": "\(reason)"])
    warn(of: result)
    for change in restarts where !known.contains(change) {
      logger.warning("needs a restart", metadata: ["setting": "\(change)"])
    }
    return restarts
  }

  func restarts(of result: LoadResult) -> [String] { result.start?.restarts(from: started) ?? [] }

  /// Of what the log does not have since the last time.
  private func warn(of result: LoadResult) {
    for problem in result.problems where !told.contains(problem.anywhere) {
      logger.warning("configuration warning", metadata: ["problem": "\(problem)"])
    }
    told = Set(result.problems.map(\.anywhere))
  }

  static func problem(_ message: String, path: String = "") -> Problem {
    Problem(.error, file: "configuration", position: nil, path: path, message: message, advice: nil)
  }

  private static func opensToOthers(_ address: ListenAddress) -> Problem {
    problem(
      "without a consumer everybody may call, but this process listens on \(address), where others can reach it; "
        + "add a consumer with a key, or restart to listen on 127.0.0.1", path: "consumers")
  }

  /// What providers have said they have.
  func discovered(_ models: DiscoveredModels) async {
    guard models != discovered else { return }
    discovered = models
    _ = await reload(because: "models were discovered")
  }

  /// What would be wrong with the configuration without one of the sealed secrets.
  func findings(without secret: String) async throws -> [AdminFinding] {
    await enter()
    defer { leave() }
    try await takeUpChanges()
    return load(stored.without(secret), isTried: true).problems.filter { $0.severity == .error }
      .map { AdminFinding($0) }
  }

  private func refuse(_ problems: [ReloadProblem], _ reason: String) -> ReloadOutcome {
    telemetry.reloadRefused()
    logger.error(
      "configuration refused; the running one stays", metadata: ["because": "\(reason)", "errors": "\(problems.count)"])
    for problem in problems {
      logger.error("configuration error", metadata: ["at": "\(problem.place)", "problem": "\(problem.message)"])
    }
    return .refused(problems)
  }

  // An actor lets other calls in while it awaits; revisions must not overtake each other.
  func enter() async {
    while isReloading { await withCheckedContinuation { waiting.append($0) } }
    isReloading = true
  }

  func leave() {
    isReloading = false
    let next = waiting
    waiting = []
    for continuation in next { continuation.resume() }
  }
}

extension Problem {
  /// The same wherever it stands: lines that move make no new problem.
  fileprivate var anywhere: Problem {
    Problem(severity, file: file, position: nil, path: path, message: message, advice: advice)
  }
}

extension ReloadProblem {
  init(_ problem: Problem) {
    self.init(
      message: problem.message + (problem.advice.map { "; \($0)" } ?? ""), pointer: problem.pointer, file: problem.file,
      line: problem.position?.line, column: problem.position?.column)
  }

  /// `sluice.yaml:12:7`
  var place: String { [file, line.map { "\($0)" }, column.map { "\($0)" }].compactMap(\.self).joined(separator: ":") }
}
