import GatewayCore
import GatewayDialects
import GatewayPolicies
import GatewayProviders
import NIOCore

/// One try of one target: sends the request, watches the timers, and relays the answer once it is known to be one.
final class Attempt: AnswerReceiver, Sweepable {
  enum Outcome {
    /// The client has the whole answer.
    case won
    /// Nothing of it reached the client.
    case failed(UpstreamFailure, ProviderAnswer?)
    /// The answer broke off after the client had seen content; it has been told.
    case broken(UpstreamFailure)
    /// The exchange was interrupted.
    case interrupted
  }

  enum State {
    /// → `awaitingHead`, `ended`
    case connecting
    /// → `collecting`, `refusing`, `streaming`, `ended`
    case awaitingHead
    /// A plain answer is held until it is complete. → `ended`
    case collecting(AnswerHead, ByteBuffer)
    /// An error answer is held until it is complete. → `ended`
    case refusing(AnswerHead, ByteBuffer)
    /// → `ended`
    case streaming(any StreamRelay)
    case ended
  }

  /// What is kept of an error answer.
  private static let refusalLimit = 1 << 20

  let call: ModelCall
  let planned: PlannedTarget
  private let credential: Int?
  let passage: Passage
  var state = State.connecting
  var timers: AttemptTimers
  /// A connection that is being opened for this attempt.
  private var pending: UpstreamConnection?
  var source: (any AnswerSource)?
  var record: ExchangeRecord.Attempt
  private var hasReconnected = false
  /// Of providers with a `tokenGrant`: what the request carries.
  var token: AccessToken?
  /// In a list of what several providers keep: those of the others.
  var otherTokens: [ObjectIdentifier: AccessToken] = [:]
  /// The provider is not read because the client is slow; its silence does not count.
  var isHeldBack = false
  var sweepIndex = -1
  /// nil: nobody wants to know more of the answer.
  let witness: AnswerWitness?

  var provider: Provider { planned.target.provider }
  var exchange: Exchange { call.exchange }
  var loop: Loop { exchange.loop }

  init(call: ModelCall, planned: PlannedTarget, credential: Int?, passage: Passage) {
    self.call = call
    self.planned = planned
    self.credential = credential
    self.passage = passage
    witness = call.exchange.tellsOfAnswer ? AnswerWitness() : nil
    let now = call.exchange.loop.clock.now
    let provider = planned.target.provider
    timers = AttemptTimers(
      timeouts: planned.timeouts, isStream: call.isStream, now: now,
      exchangeDeadline: call.deadline)
    record = ExchangeRecord.Attempt(
      target: planned.target.label, provider: provider.name,
      credential: credential.map { provider.credentials[$0].label }, startedAt: now, endedAt: now)
    call.exchange.keeper?.witness = witness
  }

  /// The name of the model at the provider.
  private var upstreamModel: String { planned.target.upstreamModel(for: call.modelName) }

  // MARK: Sending

  func start() {
    loop.attemptSweep.add(self)
    if case .builtInEcho = provider.pathStyle { return startEcho() }
    let link = loop.pools.link(to: provider)
    if needsTokens { authorize(link) } else { open(link) }
  }

  /// Takes a connection, or opens one.
  func open(_ link: ProviderLink) {
    switch passage {
    case .converted(let conversion) where conversion.requests.count > 1:
      return startSideBySide(conversion.requests.count) { [provider, credential] _ in (provider, credential) }
    case .object(let request) where request.isList:
      return startSideBySide(
        request.providers.count, isList: true, empty: request.page == nil ? nil : AnswerHead.emptyList
      ) { index in
        (request.providers[index], request.providers[index].credentials.isEmpty ? nil : 0)
      }
    default: break
    }
    if let connection = link.pool.takeIdle(now: loop.clock.now) {
      send(over: connection, link)
    } else {
      connect(link)
    }
  }

  private func connect(_ link: ProviderLink) {
    state = .connecting
    timers.connecting(now: loop.clock.now)
    pending = link.pool.connect(timeout: timers.limit(of: .connect), now: loop.clock.now) { [self] result in
      guard case .connecting = state else { return }
      pending = nil
      switch result {
      case .success(let connection): send(over: connection, link)
      case .failure(let error):
        fail(UpstreamFailure(.connect, reason: ConnectError.sentence(for: error)), nil)
      }
    }
  }

  private func send(over connection: UpstreamConnection, _ link: ProviderLink) {
    let request = UpstreamRequest(
      exchange: exchange, call: call, policy: planned.policy, provider: provider, passage: passage)
    source = connection
    state = .awaitingHead
    timers.requestSent(now: loop.clock.now)
    connection.send(request.parts(link: link, model: upstreamModel, credential: credential, token: token), to: self)
  }

  /// - Parameters:
  ///   - isList: a provider that has no such list has none of its elements.
  ///   - empty: see `SideBySideSource`.
  private func startSideBySide(
    _ count: Int, isList: Bool = false, empty: AnswerHead? = nil,
    to receiver: @escaping (Int) -> (provider: Provider, credential: Int?)
  ) {
    let source = SideBySideSource(
      count: count, connectTimeout: timers.limit(of: .connect), clock: loop.clock,
      isLeftOut: { isList && ($0 == 404 || $0 == 405) }, empty: empty
    ) { [exchange, call, planned, passage, loop, upstreamModel, token, otherTokens] index in
      let (provider, credential) = receiver(index)
      let link = loop.pools.link(to: provider)
      let request = UpstreamRequest(
        exchange: exchange, call: call, policy: planned.policy, provider: provider, passage: passage)
      let token = provider === planned.target.provider ? token : otherTokens[ObjectIdentifier(provider)]
      return (
        link, request.parts(link: link, model: upstreamModel, credential: credential, token: token, index: index)
      )
    }
    self.source = source
    state = .awaitingHead
    timers.requestSent(now: loop.clock.now)
    source.start(to: self)
  }

  private func startEcho() {
    let echo = EchoSource(
      eventLoop: loop.eventLoop, clock: loop.clock, surface: echoSurface,
      model: upstreamModel, isStream: call.isStream)
    source = echo
    state = .awaitingHead
    timers.requestSent(now: loop.clock.now)
    var body = exchange.body
    switch passage {
    case .translated(let translation): body = ByteBuffer(bytes: translation.request.body)
    case .converted(let conversion): body = ByteBuffer(bytes: conversion.requests[0].body)
    case .spliced, .observed, .object: break
    }
    echo.start(request: body, estimatedInput: call.inputTokens, to: self)
  }

  private var echoSurface: Surface {
    switch passage {
    case .translated: .chatCompletions
    case .converted: .embeddings
    case .spliced, .observed, .object: call.surface
    }
  }

  // MARK: Receiving

  func receiveHead(_ head: AnswerHead) {
    guard case .awaitingHead = state else { return }
    timers.headReceived(now: loop.clock.now)
    record.status = head.status
    if head.status == 407 && provider.proxy != nil && !provider.endpoint.isTLS {
      return fail(UpstreamFailure(.connect, reason: "the proxy refused its credential with status 407"), nil)
    }
    guard (200..<300).contains(head.status) else {
      state = .refusing(head, ByteBuffer())
      return
    }
    if head.hasForeignEncoding {
      return fail(
        UpstreamFailure(
          .serverError, status: head.status, reason: "an answer in a content coding that was not asked for"), nil)
    }
    if call.isStream && head.isStream(of: passage.answerDialect ?? .openAIChat) {
      state = .streaming(relay(for: head))
    } else if call.surface.answerForm == .bytes && !head.isJSON && head.status != 204 || passage.isContent {
      state = .streaming(OpaqueRelay(head: head))
    } else {
      if let length = head.length, length > exchange.snapshot.server.limits.answer { return failTooLarge() }
      state = .collecting(head, ByteBuffer())
    }
  }

  func receiveBody(_ bytes: ByteBuffer) {
    timers.bytesReceived(now: loop.clock.now)
    switch state {
    case .collecting(let head, var held):
      state = .awaitingHead
      held.append(bytes)
      state = .collecting(head, held)
      if held.readableBytes > exchange.snapshot.server.limits.answer { failTooLarge() }
    case .refusing(let head, var held):
      held.append(bytes)
      state = .refusing(head, held)
      if held.readableBytes >= Self.refusalLimit { finishRefusal(head, held) }
    case .streaming(let relay): receiveStream(relay, bytes)
    case .connecting, .awaitingHead, .ended: break
    }
  }

  func receiveEnd() {
    // The connection has gone back to its pool and may serve another exchange already.
    source = nil
    switch state {
    case .collecting(let head, let body): finishAnswer(head, body)
    case .refusing(let head, let body): finishRefusal(head, body)
    case .streaming(let relay): finishStream(relay)
    case .awaitingHead: fail(UpstreamFailure(.serverError, reason: "the answer had no head"), nil)
    case .connecting, .ended: break
    }
  }

  func sourceFailed(_ failure: UpstreamFailure, after rest: ByteBuffer, isStale: Bool) {
    source = nil
    if isStale && !hasReconnected, case .awaitingHead = state {
      hasReconnected = true
      connect(loop.pools.link(to: provider))
      return
    }
    switch state {
    case .streaming(let relay): receiveStream(relay, rest, before: failure)
    // The status has been said; what is missing of its text changes nothing.
    case .refusing(let head, var held):
      held.append(rest)
      finishRefusal(head, held)
    case .connecting, .awaitingHead, .collecting, .ended: fail(failure, nil)
    }
  }

  private func relay(for head: AnswerHead) -> any StreamRelay {
    let limit = exchange.snapshot.server.limits.event
    guard let dialect = passage.answerDialect else {
      if case .object = passage {
        return ObjectStreamRelay(
          head: head, limit: limit,
          rewrite: { [provider, mark = exchange.objectMark] in Self.withOwner(provider.name, mark, $0) })
      }
      if call.surface.dialect == nil { return OpaqueRelay(head: head, isEvents: true) }
      return SplicedStreamRelay(
        head: head, clientWantsUsage: call.clientWantsUsage, finishesByDone: provider.quirks.finishesByDone,
        limit: limit, witness: witness,
        readError: { [provider, token] in Self.error(in: $0, hidingKeysOf: [provider], and: [token]) })
    }
    var encoder: (any StreamEncoder)?
    if case .translated(let translation) = passage {
      encoder = translation.client.streamEncoder(context: translation.context)
    }
    let mark = encoder == nil || dialect == exchange.dialect ? nil : dialect
    return CanonicalStreamRelay(
      head: head, dialect: dialect, decoder: dialect.streamDecoder(finishesByDone: provider.quirks.finishesByDone),
      encoder: encoder, emulated: passage.emulated, mark: mark, limit: limit, witness: witness,
      rewrite: dialect == .openAIResponses && encoder == nil
        ? { [provider, mark = exchange.objectMark] in Self.withOwner(provider.name, mark, $0) } : nil,
      redact: { [provider, token] in Self.redacted($0, hidingKeysOf: [provider], and: [token]) },
      estimate: { [call] in Self.estimate($0, for: call) })
  }

  var isTranslated: Bool { if case .translated = passage { true } else { false } }

  // MARK: Refusals

  private func finishRefusal(_ head: AnswerHead, _ body: ByteBuffer) {
    let error = body.withUnsafeReadableBytes { Self.error(in: $0, hidingKeysOf: receivers, and: allTokens) }
    let kind = UpstreamFailure.classify(status: head.status) ?? .serverError
    if head.status == 401 { tokenRefused() }
    let failure = UpstreamFailure(
      kind, status: head.status, retryAfter: RetryAfter.parse(head), reason: "status \(head.status)")
    fail(failure, ProviderAnswer(status: head.status, error: error))
  }

  // MARK: The end

  func sweep(now: Instant) {
    if case .ended = state { return }
    if isHeldBack { timers.resumed(now: now) }
    guard let timer = timers.expired(now: now) else { return }
    let limit = timers.limit(of: timer)
    let failure = UpstreamFailure(.timeout, timer: timer, reason: "the \(timer.rawValue) timer of \(limit) ran out")
    switch state {
    case .streaming(let relay): breakOrFail(failure, relay, ByteBuffer())
    case .refusing(let head, let held): finishRefusal(head, held)
    case .connecting, .awaitingHead, .collecting, .ended: fail(failure, nil)
    }
  }

  /// The client went away, or the drain is over.
  func interrupt() {
    guard !isEnded else { return }
    if case .streaming(let relay) = state {
      meter(.settled(relay.usage, estimate: estimate(relay.text)))
    }
    source?.cancel()
    source = nil
    finish(.interrupted)
  }

  private func failTooLarge() {
    let limit = exchange.snapshot.server.limits.answer
    fail(UpstreamFailure(.serverError, reason: "an answer larger than \(limit) bytes (server.limits.answer)"), nil)
  }

  func fail(_ failure: UpstreamFailure, _ answer: ProviderAnswer?) {
    guard !isEnded else { return }
    let failure = redacted(failure)
    record.failure = failure
    source?.cancel()
    source = nil
    describeWinner()
    finish(.failed(failure, answer))
  }

  /// Notes which target the answer is from; the last one tried when all fail.
  func describeWinner() {
    exchange.record.target = upstreamLabel
    exchange.record.provider = provider.name
    exchange.record.version = planned.version
    exchange.dropped = passage.dropped
    exchange.emulated = passage.emulated
  }

  private var upstreamLabel: String { planned.target.name(for: call.modelName) }

  func win(usage: TokenUsage) {
    describeWinner()
    meter(usage)
  }

  func meter(_ usage: TokenUsage) {
    exchange.record.usage = usage
    record.usage = usage
    guard call.object == nil else { return }
    exchange.charge(usage, to: provider, model: upstreamModel, images: call.images)
  }

  func estimate(_ text: TextCount) -> TokenUsage { Self.estimate(text, for: call) }

  private static func estimate(_ text: TextCount, for call: ModelCall) -> TokenUsage {
    TokenUsage(
      inputUncached: call.inputTokens,
      output: call.surface.dialect == nil ? 0 : TokenEstimator.tokens(text), isEstimated: true)
  }

  private var isEnded: Bool { if case .ended = state { true } else { false } }

  private func note(_ witness: AnswerWitness, _ outcome: Outcome) {
    // Of a failed attempt the client has seen nothing.
    if case .failed = outcome { return }
    exchange.noteAnswer(witness.answer)
  }

  /// The last thing that any method of an attempt does: the exchange goes on, or ends, within it.
  func finish(_ outcome: Outcome) {
    guard !isEnded else { return }
    state = .ended
    pending?.close()
    pending = nil
    loop.attemptSweep.remove(self)
    record.endedAt = loop.clock.now
    if let witness { note(witness, outcome) }
    var done = ExchangeRecord.Attempt(
      target: "", provider: "", credential: nil, startedAt: record.startedAt, endedAt: record.endedAt)
    // Handed over, and no copy of it: nobody asks for it any more.
    swap(&done, &record)
    exchange.record.attempts.append(consume done)
    call.attemptEnded(outcome)
  }
}

/// An answer of a provider that is not passed on at once.
struct ProviderAnswer {
  /// `nil`: it was an error within a 200.
  let status: Int?
  let error: ProviderError
}

extension ByteBuffer {
  /// Takes over `bytes` when this is empty, so that a body that came in one piece is not copied.
  mutating func append(_ bytes: ByteBuffer) {
    if readableBytes == 0 { self = bytes } else { writeImmutableBuffer(bytes) }
  }
}
