import GatewayAdmin
import GatewayConfiguration
import GatewayCore
import GatewayPolicies
import GatewayProxy
import GatewayStorage
import GatewayTelemetry
import Logging
import Synchronization

/// The running configuration: loads it anew when its file, its keys or what providers have changes, and swaps the snapshot
/// if all of it is good. Reloads run one after another.
actor ConfigurationController {
  let source: ConfigurationSource
  let store: DatabaseStore
  private let server: GatewayServer
  private let telemetry: Telemetry
  let logger: Logger
  private let started: StartSettings
  let shown: RunningConfiguration
  private var discovered = DiscoveredModels()
  /// Of the keys that were read last.
  private(set) var keys: KeyDirectoryVersion?
  private var isReloading = false
  private var waiting: [CheckedContinuation<Void, Never>] = []

  init(
    source: ConfigurationSource, store: DatabaseStore, server: GatewayServer, telemetry: Telemetry, logger: Logger,
    started: StartSettings, shown: RunningConfiguration
  ) {
    self.source = source
    self.store = store
    self.server = server
    self.telemetry = telemetry
    self.logger = logger
    self.started = started
    self.shown = shown
  }

  /// Reads everything again. A bad configuration is refused whole; the running snapshot stays.
  func reload(because reason: String) async -> ReloadOutcome {
    await enter()
    defer { leave() }
    let stored: StoredKeys
    keys = try? await store.version()
    do {
      stored = try await StoredKeys(of: store, masterKeys: source.masterKeys)
    } catch {
      keys = nil
      return refuse([ReloadProblem(message: "the keys and secrets of the database cannot be read: \(error)")], reason)
    }
    let result = load(stored)
    let problems = problems(of: result)
    guard problems.isEmpty else {
      await forgetRevoked(stored)
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
    let restarts = start.restarts(from: started)
    shown.show(result, restarts: restarts, stored: stored)
    telemetry.configurationRuns(revision: snapshot.revision, isReload: true)
    report(result, revision: snapshot.revision, reason: reason, restarts: restarts)
    return restarts
  }

  func restarts(of result: LoadResult) -> [String] { result.start?.restarts(from: started) ?? [] }

  /// A revoked, disabled or expired key ends even while the file cannot be taken over.
  private func forgetRevoked(_ stored: StoredKeys) async {
    guard let running = shown.snapshot, let issued = running.issuedKeys else { return }
    let left = issued.restricted(to: stored.keys)
    guard left.hasChanged(from: issued) else { return }
    let kept = running.with(issuedKeys: left)
    await server.adopt(kept)
    shown.revoked(leaving: kept)
    logger.info("revoked keys end; the configuration stays")
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
    let stored = try await StoredKeys(of: store, masterKeys: source.masterKeys, without: secret)
    return load(stored, isTried: true).problems.filter { $0.severity == .error }.map { AdminFinding($0) }
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

  private func report(_ result: LoadResult, revision: Int, reason: String, restarts: [String]) {
    logger.info("configuration runs", metadata: ["revision": "\(revision)", "because": "\(reason)"])
    for problem in result.problems { logger.warning("configuration warning", metadata: ["problem": "\(problem)"]) }
    for change in restarts { logger.warning("needs a restart", metadata: ["setting": "\(change)"]) }
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

extension ReloadProblem {
  init(_ problem: Problem) {
    self.init(
      message: problem.message + (problem.advice.map { "; \($0)" } ?? ""), pointer: problem.pointer, file: problem.file,
      line: problem.position?.line, column: problem.position?.column)
  }

  /// `sluice.yaml:12:7`
  var place: String { [file, line.map { "\($0)" }, column.map { "\($0)" }].compactMap(\.self).joined(separator: ":") }
}
