import Dispatch
import GatewayCore
import GatewayPolicies
import GatewayProxy
import GatewayStorage
import GatewayTelemetry
import Logging
import Synchronization

/// Takes conversations from the event loops, masks and seals them on a thread of its own, and puts them into the database. What is
/// too much for it is lost and counted: no call waits for it.
final class ConversationRecorder: ConversationSink {
  /// Why a conversation was not kept.
  enum Loss: String, CaseIterable {
    /// Too many waited.
    case full
    /// Its masks took too long.
    case mask
    /// The key that they are sealed with is not to be had.
    case key
    /// It could not be sealed.
    case seal
    case database
  }

  // 64 MiB: some seconds of a busy gateway.
  private static let mostBytes = 64 << 20
  private static let most = 10_000
  // What is masked, sealed and written together.
  private static let batch = 32
  // For all rules in all texts of one conversation.
  private static let patience: Duration = .seconds(2)
  // Of those that are sealed together no more are begun after this, so that the process can end.
  private static let patienceForAll: Duration = .seconds(5)
  // Of a database that is there and refuses: more would not help.
  private static let tries = 3

  private struct State {
    var waiting: [CapturedConversation] = []
    var bytes = 0
    var stored = 0
    var storedBytes = 0
    var lost: [Loss: Int] = [:]
    /// Masked and sealed, and not written yet.
    var sealed: [StoredConversation] = []
    /// When the exchange of the first of them ended.
    var sealedSince: Instant?
    var failures = 0
    var key: ConversationKey?
    /// When a loss was last told of, so that the log is not full of it.
    var toldAt: ContinuousClock.Instant?
  }

  private let state = Mutex(State())
  private let store: DatabaseStore
  private let ring: @Sendable () throws -> MasterKeyRing
  private let logger: Logger
  private let thread = DispatchQueue(label: "sluice.conversations")

  /// - Parameter ring: opens the key that conversations are sealed with.
  init(_ store: DatabaseStore, logger: Logger, ring: @escaping @Sendable () throws -> MasterKeyRing) {
    self.store = store
    self.logger = logger
    self.ring = ring
  }

  func take(_ conversation: CapturedConversation) {
    let isTaken = state.withLock { state in
      guard state.waiting.count < Self.most, state.bytes + conversation.bytes <= Self.mostBytes else { return false }
      state.waiting.append(conversation)
      state.bytes += conversation.bytes
      return true
    }
    if !isTaken { lose(1, .full, "too many conversations wait for the database") }
  }

  /// For the metrics.
  var readings: Telemetry.ConversationState {
    state.withLock { state in
      let now = ClockOrigin.current().instant
      let oldest = state.sealedSince ?? state.waiting.first?.record.endedAt ?? now
      return Telemetry.ConversationState(
        stored: state.stored, bytes: state.storedBytes,
        dropped: Loss.allCases.map { ($0.rawValue, state.lost[$0] ?? 0) },
        lagSeconds: Double((now - oldest).wholeNanoseconds) / 1e9)
    }
  }

  // MARK: Writing

  /// Writes what waits. One task calls it.
  func storeWaiting() async {
    while !Task.isCancelled {
      if state.withLock({ $0.sealed.isEmpty }) {
        guard await sealNext() else { return }
      }
      guard await write() else { return }
    }
  }

  /// Writes what is left, as far as the database takes it, and gives up the rest.
  func finish(within limit: Duration) async {
    let end = ContinuousClock.now + limit
    while state.withLock({ !$0.sealed.isEmpty || !$0.waiting.isEmpty }), ContinuousClock.now < end {
      if state.withLock({ $0.sealed.isEmpty }) {
        guard await sealNext() else { break }
      }
      guard await write() else { break }
    }
    let left = state.withLock { state in
      defer { (state.sealed, state.sealedSince, state.waiting, state.bytes) = ([], nil, [], 0) }
      return state.sealed.count + state.waiting.count
    }
    if left > 0 { lose(left, .database, "the database did not take the last conversations") }
  }

  /// - Returns: whether to go on: false where none waits, or the key cannot be had now.
  private func sealNext() async -> Bool {
    guard state.withLock({ !$0.waiting.isEmpty }) else { return false }
    let key: ConversationKey
    do { key = try await self.key() } catch {
      // A database that is away will tell later.
      if let error = error as? StorageError, error.isOutage { return false }
      lose(takeBatch().count, .key, "\(error)")
      return true
    }
    let batch = takeBatch()
    let work = await withCheckedContinuation { continuation in
      thread.async { continuation.resume(returning: Self.seal(batch, with: key)) }
    }
    lose(work.late, .mask, "the masks of a conversation took longer than \(Self.patience)")
    lose(work.unsealed, .seal, "what was said could not be sealed")
    state.withLock { state in
      state.sealed = work.sealed
      state.sealedSince = work.sealed.isEmpty ? nil : batch.first?.record.endedAt
      state.waiting.insert(contentsOf: work.rest, at: 0)
      state.bytes += work.rest.reduce(0) { $0 + $1.bytes }
    }
    return true
  }

  private func takeBatch() -> [CapturedConversation] {
    state.withLock { state in
      let batch = Array(state.waiting.prefix(Self.batch))
      state.waiting.removeFirst(batch.count)
      state.bytes -= batch.reduce(0) { $0 + $1.bytes }
      return batch
    }
  }

  private func key() async throws -> ConversationKey {
    if let key = state.withLock({ $0.key }) { return key }
    guard let key = try await store.conversationKey(try ring(), making: true) else {
      throw MasterKeyFault("the key that conversations are sealed with is gone")
    }
    state.withLock { $0.key = key }
    return key
  }

  private struct SealedBatch {
    var sealed: [StoredConversation] = []
    /// Given up because of their masks.
    var late = 0
    var unsealed = 0
    /// Not begun, because the others took long.
    var rest: ArraySlice<CapturedConversation> = []
  }

  private static func seal(_ batch: [CapturedConversation], with key: ConversationKey) -> SealedBatch {
    let origin = ClockOrigin.current()
    let end = ContinuousClock.now + patienceForAll
    var masks: [[MaskRule]: ConversationMask] = [:]
    var work = SealedBatch()
    for (index, conversation) in batch.enumerated() {
      if ContinuousClock.now > end {
        work.rest = batch[index...]
        break
      }
      let rules = conversation.settings.mask
      let mask = masks[rules] ?? ConversationMask(rules)
      masks[rules] = mask
      guard let document = document(conversation, mask) else {
        work.late += 1
        continue
      }
      let (bytes, isTruncated) = document.written(maximum: conversation.settings.maximum)
      guard let box = try? key.seal(bytes, of: conversation.record.id) else {
        work.unsealed += 1
        continue
      }
      let ended = origin.unixNanoseconds(at: conversation.record.endedAt) / 1_000_000
      work.sealed.append(
        StoredConversation(
          ConversationSummary(
            conversation.record, endedAt: WallTime(milliseconds: ended), isTruncated: isTruncated, bytes: box.count),
          sealed: box))
    }
    return work
  }

  private static func document(
    _ conversation: CapturedConversation, _ mask: ConversationMask
  ) -> ConversationDocument? {
    let end = ContinuousClock.now + patience
    return try? conversation.document { text throws(ConversationMask.Unmasked) in
      try mask.masked(text) { ContinuousClock.now > end }
    }
  }

  /// - Returns: whether it is done with what was sealed: it is written, or lost.
  private func write() async -> Bool {
    let sealed = state.withLock { $0.sealed }
    if sealed.isEmpty { return true }
    do {
      try await store.keepConversations(sealed)
      state.withLock { state in
        state.stored += sealed.count
        state.storedBytes += sealed.reduce(0) { $0 + $1.sealed.count }
        (state.sealed, state.sealedSince, state.failures) = ([], nil, 0)
      }
      return true
    } catch {
      if let error = error as? StorageError, error.isOutage { return false }
      let isHopeless = state.withLock { state in
        state.failures += 1
        guard state.failures >= Self.tries else { return false }
        (state.sealed, state.sealedSince, state.failures) = ([], nil, 0)
        return true
      }
      if isHopeless { lose(sealed.count, .database, "\(error)") }
      return isHopeless
    }
  }

  private func lose(_ count: Int, _ loss: Loss, _ reason: String) {
    guard count > 0 else { return }
    let isNews = state.withLock { state in
      state.lost[loss, default: 0] += count
      let now = ContinuousClock.now
      if let told = state.toldAt, now - told < .seconds(60) { return false }
      state.toldAt = now
      return true
    }
    guard isNews else { return }
    logger.error(
      "conversations are not kept: sluice_conversations_dropped_total counts them", metadata: ["reason": "\(reason)"])
  }
}

extension ConversationSummary {
  // Longer than any name of ours; a caller writes the model.
  private static let longestText = 512

  fileprivate init(_ record: ExchangeRecord, endedAt: WallTime, isTruncated: Bool, bytes: Int) {
    self.init(
      id: record.id, endedAt: endedAt, consumer: record.consumer ?? "", team: record.team, key: record.key,
      model: String(decoding: (record.model ?? "").utf8.prefix(Self.longestText), as: UTF8.self),
      surface: record.surface?.rawValue ?? "", outcome: record.outcome.rawValue, isTruncated: isTruncated, bytes: bytes)
  }
}
