package import GatewayCore
package import GatewayDialects

/// Decides what happens to each event of a streamed answer, and whether the stream was whole. Nothing reaches the client
/// before the first content, so that a failover until then stays invisible.
///
/// ```
/// holding ──content or finish──▶ relaying ◀─finish of all choices, new choice─▶ finished ──[DONE]──▶ done
///    └─error─▶ failed               └─error─▶ failed
/// ```
///
/// A class: it lives as long as its stream, is asked at each event, and holds what would be copied.
package final class StreamGate {
  private enum State {
    /// Nothing has been forwarded. → `relaying`, `finished`, `failed`
    case holding
    /// Content has been forwarded. → `finished`, `failed`
    case relaying
    /// Every choice that began has a finish reason; usage and `[DONE]` may follow. → `relaying`, `done`, `failed`
    case finished
    case done
    case failed
  }

  package enum Verdict: Equatable {
    /// Keep it until content arrives.
    case hold
    case forward
    /// The same with a change: its message repeats what was told, and callers read a `delta`.
    case forwardEdited([BodyEdit])
    /// The usage that the gateway asked for and the client did not.
    case drop
    /// `[DONE]`: forward it; the answer is complete.
    case done
    /// The same of a provider that gives no finish reason: callers need one before it.
    case finishAndDone
    /// The provider reports an error, or sends nonsense.
    case fail(UpstreamFailure)
  }

  private var state = State.holding
  /// What the provider said when it gave up.
  package private(set) var error: ProviderError?
  private let clientWantsUsage: Bool
  private let finishesByDone: Bool
  /// As the provider counted it; the last one wins, since some providers send running totals.
  package private(set) var usage: TokenUsage?
  /// Of the answer so far, for the estimate when the provider sends no usage.
  package private(set) var text = TextCount()

  private let readError: (UnsafeRawBufferPointer) -> ProviderError
  /// A bit for each choice that has begun, and for each that has ended.
  private var begun: UInt64 = 0
  private var ended: UInt64 = 0

  /// A bit for each choice that has said why it ended.
  package var finishedChoices: UInt64 { ended }

  /// - Parameters:
  ///   - finishesByDone: see `Provider.Quirks`.
  ///   - readError: reads the error that stands in place of a chunk; the relay's hides the provider's keys.
  package init(
    clientWantsUsage: Bool, finishesByDone: Bool = false,
    readError: @escaping (UnsafeRawBufferPointer) -> ProviderError = ProviderError.parse(errorBody:)
  ) {
    self.clientWantsUsage = clientWantsUsage
    self.finishesByDone = finishesByDone
    self.readError = readError
  }

  /// Whether anything was forwarded: from then on a failure is the client's to see.
  package var hasContent: Bool {
    switch state {
    case .holding: false
    case .relaying, .finished, .done, .failed: hasForwarded
    }
  }
  private var hasForwarded = false

  package var isDone: Bool { if case .done = state { true } else { false } }

  /// One `data:` payload.
  package func receive(_ data: UnsafeRawBufferPointer) -> Verdict {
    if Self.isDoneMarker(data) { return receiveDoneMarker() }
    let chunk: ChunkLens
    do {
      chunk = try ChunkLens.scan(data)
    } catch {
      return fail(UpstreamFailure(.serverError, reason: "malformed event in the stream: \(error)"))
    }
    if chunk.error != nil {
      let error = readError(data)
      self.error = error
      return fail(error.failure)
    }
    if let usage = chunk.usage { self.usage = usage }
    let isRepeated = !chunk.emptied.isEmpty && begun != 0 && chunk.answeredChoices & ~begun == 0
    if !isRepeated { text += chunk.text }
    if chunk.isUsageOnly && !clientWantsUsage { return .drop }
    begun |= chunk.answeredChoices | chunk.finishedChoices
    ended |= chunk.finishedChoices
    switch state {
    case .holding:
      guard chunk.hasContent || chunk.hasFinishReason else { return .hold }
      hasForwarded = true
      state = isWhole ? .finished : .relaying
    case .relaying, .finished: state = isWhole ? .finished : .relaying
    case .done, .failed: return .drop
    }
    return isRepeated ? .forwardEdited(chunk.emptied) : .forward
  }

  /// The provider ended the body. `nil` when the stream was whole.
  package func bodyEnded() -> UpstreamFailure? {
    switch state {
    case .done, .finished: return nil
    case .failed: return UpstreamFailure(.serverError, reason: "the stream failed")
    case .holding, .relaying:
      state = .failed
      return UpstreamFailure(.serverError, reason: "the stream ended without a finish reason")
    }
  }

  /// Every choice that has begun has a finish reason.
  private var isWhole: Bool { ended != 0 && begun == ended }

  private func receiveDoneMarker() -> Verdict {
    switch state {
    case .finished:
      state = .done
      return .done
    case .relaying where finishesByDone && ended == 0:
      state = .done
      return .finishAndDone
    case .holding, .relaying:
      return fail(UpstreamFailure(.serverError, reason: "the stream ended without a finish reason"))
    case .done, .failed: return .drop
    }
  }

  private func fail(_ failure: UpstreamFailure) -> Verdict {
    state = .failed
    return .fail(failure)
  }

  private static func isDoneMarker(_ data: UnsafeRawBufferPointer) -> Bool {
    data.count >= 6 && data.count <= 8 && data[0] == 0x5B
      && String(decoding: data, as: UTF8.self).filter { $0 != " " } == "[DONE]"
  }
}

extension ProviderError {
  /// The failure that an error within a 200 means: the target's, unless the caller's text is what the provider refuses.
  package var failure: UpstreamFailure {
    let reason = "an error in its answer: \(message)"
    if meaning != nil { return UpstreamFailure(.callerError, status: 400, reason: reason) }
    let isRateLimit = [code, type].contains { name in
      name.map { $0.contains("rate_limit") || $0 == "429" || $0.contains("Throttling") } ?? false
    }
    if isRateLimit { return UpstreamFailure(.rateLimit, reason: reason) }
    guard let status = statusWithin200, let kind = UpstreamFailure.classify(status: status) else {
      return UpstreamFailure(.serverError, reason: reason)
    }
    return UpstreamFailure(kind, status: status, reason: reason)
  }
}
