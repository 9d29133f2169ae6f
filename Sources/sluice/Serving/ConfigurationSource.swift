import Foundation
import GatewayConfiguration
import GatewayCore
import GatewayPolicies
import GatewayProxy
import GatewayStorage
import Synchronization

/// Where the configuration comes from, with the flags that override it. Loads it as often as asked.
struct ConfigurationSource: Sendable {
  /// `nil`: no-file mode.
  let file: String?
  let dataDirectory: String
  let overrides: LoadContext.Overrides
  private let environment = ProcessInfo.processInfo.environment
  /// Health outlives a reload.
  private let health = HealthRegistry()
  private let healthNames = HealthNames()
  let masterKeys: MasterKeys
  private let readFiles = ReadFiles()

  init(_ location: ConfigurationLocation, gateway: String?, admin: String?) {
    file = location.file
    dataDirectory = location.dataDirectory
    var overrides = LoadContext.Overrides()
    overrides.gateway = gateway
    overrides.admin = admin
    overrides.dataDirectory = location.data
    self.overrides = overrides
    masterKeys = MasterKeys()
  }

  private init(apartFrom other: ConfigurationSource) {
    file = other.file
    dataDirectory = other.dataDirectory
    overrides = other.overrides
    masterKeys = other.masterKeys
  }

  /// The same source for loads that are only tried: neither health nor the watch over files knows of them.
  var apart: ConfigurationSource { ConfigurationSource(apartFrom: self) }

  func load(revision: Int, stored: StoredKeys, discovered: DiscoveredModels = DiscoveredModels()) -> LoadResult {
    healthNames.withLock { $0 = [] }
    var context = LoadContext(environment: environment) { [health, healthNames] name, policy in
      healthNames.withLock { _ = $0.insert(name) }
      return health.cell(for: name, policy: policy)
    }
    context.readConfiguration = DiskFile.read
    let readFile = context.readFile
    context.readFile = { [readFiles] (path, limit) throws(FileFault) in
      readFiles.note(path)
      return try readFile(path, limit)
    }
    context.faultsOfTLS = ListenerContext.faults
    context.revision = revision
    context.createdAt = Int(Date().timeIntervalSince1970)
    context.overrides = overrides
    context.storedKeys = stored.keys
    context.keyedHash = stored.keyedHash
    context.discovered = discovered.models
    context.storedObjects = stored.text
    context.ownMasterKey = masterKeys.ownKey()
    if let secrets = stored.secrets { context.openSecret = { secrets.open($0, $1) } }
    if let file {
      readFiles.begin()
      let result = ConfigurationLoader.load(file, context: context)
      readFiles.end(watching: result.watched)
      return result
    }
    context.overrides.dataDirectory = dataDirectory
    return ConfigurationLoader.environmentConfiguration(context, ollamaModels: discovered.ollama)
  }

  /// Files beside the configuration that the last load has read, and that have changed since.
  func changedFiles() -> [String: FileStamp] { readFiles.changed() }

  /// The last load runs now: its policy reaches every cell, and cells that it no longer has are forgotten.
  func settleHealth(_ policy: HealthPolicy) { health.settle(on: healthNames.withLock { $0 }, policy: policy) }

  /// The database that the configuration names; in no-file mode the one in the data directory.
  func openStore() async throws -> DatabaseStore {
    let result = load(revision: 1, stored: .none)
    guard let database = result.database else { throw StartFailure(Self.summary(of: result)) }
    return try await openStore(at: database, serves: false)
  }

  /// - Parameter serves: whether a gateway runs on it.
  func openStore(
    at database: DatabaseStorage, serves: Bool, onEvent: (@Sendable (StoreEvent) -> Void)? = nil
  ) async throws -> DatabaseStore {
    if file == nil {
      try FileManager.default.createDirectory(
        atPath: dataDirectory, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    }
    masterKeys.keepOwn(beside: database)
    do {
      return try await DatabaseStore.open(try database.location(), serves: serves, onEvent: onEvent)
    } catch let failure as StartFailure {
      throw failure
    } catch {
      throw StartFailure("\(error)")
    }
  }

  /// What the file and the objects of the database make together, for commands that call no provider.
  func snapshot(with store: DatabaseStore) async throws -> GatewaySnapshot {
    let result = load(revision: 1, stored: try await .objects(of: store))
    guard let snapshot = result.snapshot else { throw StartFailure(Self.summary(of: result)) }
    return snapshot
  }

  /// Refuses a key for a consumer that nobody has defined.
  func checkConsumer(_ name: String, in store: DatabaseStore) async throws {
    guard file != nil else { return }
    try KeyOwnership.check(consumer: name, in: try await snapshot(with: store))
  }

  /// Refuses models that there are not, or that the consumer of a key may not use itself.
  func check(_ models: [String], of name: String, in store: DatabaseStore) async throws {
    guard file != nil, !models.isEmpty else { return }
    let snapshot = try await snapshot(with: store)
    for model in models { try KeyOwnership.check(model: model, of: name, in: snapshot) }
  }

  static func summary(of result: LoadResult) -> String {
    let errors = result.problems.filter { $0.severity == .error }
    return "the configuration has \(errors.count) error\(errors.count == 1 ? "" : "s"):\n"
      + errors.map { "\($0)" }.joined(separator: "\n")
  }
}

/// Which files the last load has read, and how they were just before.
final class ReadFiles: Sendable {
  private struct State {
    var reading: [String: FileStamp?] = [:]
    var watched: [String: FileStamp?] = [:]
  }

  private let state = Mutex(State())

  func begin() { state.withLock { $0.reading = [:] } }

  func note(_ path: String) { state.withLock { $0.reading[path] = .some(FileStamp(path)) } }

  func end(watching paths: [String]) {
    state.withLock { state in
      state.watched = Dictionary(paths.map { ($0, state.reading[$0] ?? nil) }) { first, _ in first }
    }
  }

  /// A file that is not there has not changed yet: it is about to be replaced.
  func changed() -> [String: FileStamp] {
    let watched = state.withLock { $0.watched }
    var changed: [String: FileStamp] = [:]
    for (path, stamp) in watched {
      guard let now = FileStamp(path), now != stamp else { continue }
      changed[path] = now
    }
    return changed
  }
}

/// Which cells the last load asked for.
final class HealthNames: Sendable {
  private let names = Mutex<Set<String>>([])

  func withLock<Result: Sendable>(_ body: (inout sending Set<String>) -> sending Result) -> sending Result {
    names.withLock(body)
  }
}

/// What providers have said they have, in no-file mode.
struct DiscoveredModels: Sendable, Equatable {
  /// Of a local Ollama, if one runs.
  var ollama: [String]?
  /// By provider.
  var models: [String: [String]] = [:]
}
