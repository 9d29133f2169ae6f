package import GatewayCore
import Synchronization

/// All metrics of the process. Event loops write to shards of their own; a scrape adds them up.
package final class Telemetry: Sendable {
  package struct Settings: Sendable {
    /// Version of the program, for `sluice_build_info`.
    package var version: String
    /// Series of one metric family and event loop; further label values are counted as `other`.
    package var seriesLimit = 2000
    /// Exchanges of one event loop that may wait for the access log; further lines are dropped and counted. 0: no log.
    package var accessLogCapacity = 8192
    /// Exchanges of one event loop that may wait for the journal of the ledger; further ones are lost and counted. 0: no
    /// ledger. 16,384: longer than a second of more calls than a loop can take, while the journal is written every 100 ms.
    package var ledgerCapacity = 0

    package init(version: String) { self.version = version }
  }

  /// Reads which targets and provider keys exist and whether each is set aside.
  package typealias SetAsideReader = @Sendable () -> [(name: String, isSetAside: Bool)]

  /// How the ledger fares, for its metrics.
  package struct LedgerState: Sendable {
    /// Exchanges that came into the database.
    package var rows: Int
    /// Exchanges that the journal did not take.
    package var lost: Int
    package var lagSeconds: Double
    package var journalBytes: Int

    package init(rows: Int, lost: Int, lagSeconds: Double, journalBytes: Int) {
      self.rows = rows
      self.lost = lost
      self.lagSeconds = lagSeconds
      self.journalBytes = journalBytes
    }
  }

  /// How the keeping of conversations fares, for its metrics.
  package struct ConversationState: Sendable {
    package var stored: Int
    package var bytes: Int
    /// By reason.
    package var dropped: [(reason: String, count: Int)]
    package var lagSeconds: Double

    package init(stored: Int, bytes: Int, dropped: [(reason: String, count: Int)], lagSeconds: Double) {
      self.stored = stored
      self.bytes = bytes
      self.dropped = dropped
      self.lagSeconds = lagSeconds
    }
  }

  /// The store that several nodes count limits in.
  package struct LimitStore: Sendable {
    /// Whether it answers.
    package var isUp = true
    /// Whether it refuses what the configuration says.
    package var isMisconfigured = false
    /// How often it has not.
    package var errors = 0
    /// How many nodes share it.
    package var nodes = 1

    package init() {}
  }

  /// What the running configuration bounds, and how near to it the gateway is.
  package struct Bounds: Sendable {
    /// A limit that is used up little by little.
    package struct Budget: Sendable {
      /// In words: `50 EUR per month`.
      package var limit: String
      package var owner: String
      /// Whose counter; empty: all share one.
      package var subject: String
      /// 1 is all.
      package var used: Double

      package init(limit: String, owner: String, subject: String, used: Double) {
        self.limit = limit
        self.owner = owner
        self.subject = subject
        self.used = used
      }
    }

    /// What is stored of a limit of stored bytes.
    package struct Stored: Sendable {
      /// In words: `10GiB stored`.
      package var limit: String
      package var owner: String
      /// Whose; empty: all count together.
      package var subject: String
      package var used: Int
      package var amount: Int

      package init(limit: String, owner: String, subject: String, used: Int, amount: Int) {
        self.limit = limit
        self.owner = owner
        self.subject = subject
        self.used = used
        self.amount = amount
      }
    }

    /// When the certificate of a setting ends.
    package struct CertificateEnd: Hashable, Sendable {
      /// `server.tls`, `server.admin.tls`
      package var setting: String
      /// In seconds since 1970.
      package var at: Int

      package init(setting: String, at: Int) {
        self.setting = setting
        self.at = at
      }
    }

    package var connections: Int
    /// Of the ledger; nil: there is none.
    package var journalBytes: Int?
    /// When the gateway's own certificates end, in seconds since 1970.
    package var certificates: [CertificateEnd]
    package var budgets: [Budget]
    package var stored: [Stored]

    package init(
      connections: Int, journalBytes: Int?, certificates: [CertificateEnd], budgets: [Budget], stored: [Stored]
    ) {
      self.connections = connections
      self.journalBytes = journalBytes
      self.certificates = certificates
      self.budgets = budgets
      self.stored = stored
    }
  }

  /// Where answers are kept.
  package struct CacheState: Sendable {
    package var entries = 0
    package var bytes = 0
    package var evictions = 0
    package var errors = 0

    package init() {}
  }

  package typealias LimitStoreReader = @Sendable () -> LimitStore

  let settings: Settings
  let bell = LogBell()
  /// Lines that the access log took and could not write.
  let unwrittenLines = Atomic<Int>(0)
  let startedAt: ClockOrigin
  /// What became of spans.
  package let spans = SpanCounts()

  struct State {
    var shards: [TelemetryShard] = []
    var revision = 0
    var acceptedReloads = 0
    var refusedReloads = 0
    var setAside: SetAsideReader?
    var ledger: (@Sendable () -> LedgerState)?
    var conversations: (@Sendable () -> ConversationState)?
    var limitStore: LimitStoreReader?
    var bounds: (@Sendable () -> Bounds?)?
    var cache: (@Sendable () -> CacheState)?
    var isDatabaseUp = true
  }

  let state = Mutex(State())

  /// - Parameter startedAt: when the process started.
  package init(_ settings: Settings, startedAt: ClockOrigin = .current()) {
    self.settings = settings
    self.startedAt = startedAt
  }

  /// A shard for one event loop. Shards live as long as the process.
  package func makeShard() -> TelemetryShard {
    let shard = TelemetryShard(
      seriesLimit: settings.seriesLimit, capacity: settings.accessLogCapacity, ledgerCapacity: settings.ledgerCapacity,
      bell: bell)
    state.withLock { $0.shards.append(shard) }
    return shard
  }

  /// The first configuration, or one that took effect on reload, runs.
  package func configurationRuns(revision: Int, isReload: Bool) {
    state.withLock {
      $0.revision = revision
      if isReload { $0.acceptedReloads += 1 }
    }
  }

  /// The database answers from now on, or does not.
  package func databaseIs(up isUp: Bool) { state.withLock { $0.isDatabaseUp = isUp } }

  /// A reload was refused; the running configuration stays.
  package func reloadRefused() { state.withLock { $0.refusedReloads += 1 } }

  /// Sets where `sluice_set_aside` is read at each scrape.
  package func readSetAside(_ reader: @escaping SetAsideReader) { state.withLock { $0.setAside = reader } }

  /// Sets where the metrics of the ledger are read at each scrape.
  package func readLedger(_ reader: @escaping @Sendable () -> LedgerState) { state.withLock { $0.ledger = reader } }

  /// Sets where `sluice_cache_…` are read at each scrape.
  package func readCache(_ reader: @escaping @Sendable () -> CacheState) { state.withLock { $0.cache = reader } }

  /// Sets where the metrics of kept conversations are read at each scrape.
  package func readConversations(_ reader: @escaping @Sendable () -> ConversationState) {
    state.withLock { $0.conversations = reader }
  }

  /// Sets where bounds are read at each scrape.
  package func readBounds(_ reader: @escaping @Sendable () -> Bounds?) { state.withLock { $0.bounds = reader } }

  /// How the ledger fares; nil: there is none.
  package var ledger: LedgerState? { state.withLock { $0.ledger }?() }

  /// Adds what was settled since the last call to `batch`, for the ledger. One thread calls it.
  package func takeUnledgered(_ batch: inout [SettledExchange]) {
    for shard in shards { shard.takeUnledgered(&batch) }
  }

  /// Adds traced exchanges that were settled since the last call to `batch`. One task calls it.
  package func takeTraced(_ batch: inout [SettledExchange]) {
    for shard in shards { shard.takeTraced(&batch) }
  }

  /// Sets where `sluice_limit_store_…` are read at each scrape; without it limits are counted in memory, which always answers.
  package func readLimitStore(_ reader: @escaping LimitStoreReader) { state.withLock { $0.limitStore = reader } }

  /// Spans that were lost because too many waited.
  package var droppedSpans: Int { shards.reduce(0) { $0 + $1.droppedSpans } }

  var shards: [TelemetryShard] { state.withLock { $0.shards } }
}
