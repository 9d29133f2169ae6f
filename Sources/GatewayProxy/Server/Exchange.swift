import GatewayCore
import GatewayDialects
import GatewayPolicies
import GatewayTelemetry
import NIOCore
import Synchronization

/// One request and its answer. It carries the bytes between the client and the attempts; what is to be done with them is
/// decided by the policies (`GatewayPolicies`) and the plan of attempts (`GatewayCore/Attempts`).
final class Exchange {
  let connection: any ExchangeClient
  let loop: Loop
  let snapshot: GatewaySnapshot
  let head: RequestHead
  let headBytes: ByteBuffer
  let endpoint: Endpoint
  /// nil until the key has been looked at.
  private(set) var identified: Caller?
  private(set) var body = ByteBuffer()
  var record: ExchangeRecord
  /// What is held of limits until the exchange is over.
  var reservation: Reservation?
  /// What is held of the limits of the provider that was tried last.
  var providerHold: ProviderHold?
  /// Of the first provider that was passed over for its limits.
  var providerRefusal: LimitRefusal?
  /// Has room for what the call stores, until it is known to be stored.
  var storedUpload: StoredUpload?
  /// How the limits stood when it was let in or refused.
  var standings = Standings()
  /// What the winner's dialect has no word for, and what was done in its place.
  var dropped: [Hint] = []
  var emulated: [Emulation] = []
  /// Frames a stream that is no stream of events to the client.
  var arrayFraming: ArrayFraming?
  /// A streamed answer of bytes in which no error can be told: one that breaks off is cut.
  var isOpaqueStream = false
  /// nil: the answer is not kept.
  var keeper: AnswerKeeper?
  /// The head of a streamed answer; it leaves with the first events.
  var pendingHead: ByteBuffer?
  /// What is said, where it is kept.
  var conversation: ConversationCapture?
  private var life = ExchangeLife()
  /// While targets are tried.
  private(set) var call: (any ExchangeCall)?
  /// The call is to start when its limits let it in.
  private var isWaitingForLimits = false
  /// While it is not known who calls.
  private var identification: Identification?
  /// The request is here, and its caller not known yet.
  private var isWaitingForCaller = false
  /// The key of a signed request, or of the handshake that it came after.
  var signedBy: String?
  /// By what is known of the caller.
  private(set) var isLimited = false
  /// Of a caller that was refused for the lack of one.
  var wantedScopes: [String] = []

  init(connection: any ExchangeClient, loop: Loop, head: RequestHead, headBytes: ByteBuffer) {
    self.connection = connection
    self.loop = loop
    self.head = head
    self.headBytes = headBytes
    snapshot = loop.snapshot
    endpoint = headBytes.withUnsafeReadableBytes { bytes in
      SocketEndpoint.match(head, bytes).map(Endpoint.socket)
        ?? Endpoint.match(method: head.method, path: head.path.bytes(in: bytes))
    }
    record = ExchangeRecord(id: loop.nextExchangeID(), startedAt: loop.clock.now)
    describeRequest()
    if let traces = snapshot.traces {
      beginTrace(traces)
    } else if head.known.contains(.traceparent) {
      noteTrace()
    }
    loop.gauges.exchangesInFlight.add(1, ordering: .relaxed)
  }

  /// A request whose head could not be understood: only `answer` may be called.
  init(connection: any ExchangeClient, loop: Loop, malformed error: GatewayError) {
    self.connection = connection
    self.loop = loop
    head = RequestHead.unreadable
    headBytes = ByteBuffer()
    snapshot = loop.snapshot
    endpoint = .unknown
    record = ExchangeRecord(id: loop.nextExchangeID(), startedAt: loop.clock.now)
    record.clientAddress = connection.remoteAddress
    record.revision = snapshot.revision
    loop.gauges.exchangesInFlight.add(1, ordering: .relaxed)
  }

  // MARK: Before the body

  /// What can be refused by looking at the head alone, so that no body is read for nothing.
  func refusalBeforeBody() -> GatewayError? {
    switch endpoint {
    case .unknown:
      return GatewayError(
        .unknownPath,
        "no such path; the API lives under /v1 (chat/completions, completions, embeddings, responses, messages, "
          + "moderations, rerank, images/…, audio/…, realtime, models), /v1beta/models/{model}:generateContent, "
          + "/model/{model}/converse and /v2 (chat, embed, rerank)")
    case .wrongMethod(let allow):
      return GatewayError(.methodNotAllowed, "this path answers to \(allow)")
    // Asked by strangers, too, so nothing of a body is taken.
    case .options: return RequestBody.refusal(of: head.framing, limit: 0)
    case .call, .object, .socket, .modelList, .model: break
    }
    if let field = head.first(.contentEncoding), !headBytes.slice(field.value).equalsIgnoringCase("identity") {
      return GatewayError(
        .unsupportedMediaType, "compressed request bodies are not accepted; send the body as plain JSON")
    }
    if let refusal = refusalOfCaller() { return refusal }
    if case .socket = endpoint { return nil }
    return RequestBody.refusal(of: head.framing, limit: snapshot.server.limits.body)
  }

  // MARK: Phase 1

  private func refusalOfCaller() -> GatewayError? {
    do throws(GatewayError) {
      if snapshot.authentication.isKeysOnly || snapshot.isOpen {
        let caller = try identify()
        if !snapshot.isOpen { record.authentication = AuthenticationRecord(.keys, .accepted) }
        return recognise(caller)
      }
      let bearer = try bearer()
      if bearer != nil, loop.authenticator.takesSignatures, isSigned {
        throw GatewayError(
          .conflictingCredentials, "the request is signed and has an API key or a token, too; send one of them")
      }
      let identification = Identification(self, bearer: bearer)
      switch identification.advance() {
      case .caller(let caller): return recognise(caller)
      case .refused(let error): return error
      case .waiting, .needsBody:
        self.identification = identification
        return nil
      }
    } catch {
      record.authentication = AuthenticationRecord(error.kind == .missingKey ? .none : .keys, .refused)
      return error
    }
  }

  /// - Returns: why the caller may not go on.
  private func recognise(_ caller: Caller) -> GatewayError? {
    identified = caller
    isLimited = LimitCheck.limits(caller, in: snapshot)
    record.consumer = caller.consumer.name
    record.key = caller.key?.label
    record.keyID = caller.key?.id
    record.subject = caller.claims?.subject
    do throws(GatewayError) {
      if let team = caller.team {
        record.team = team.name
        record.organisation = team.organisation?.name
      }
      try Admit.admit(caller, to: record.surface, from: record.clientAddress)
      return nil
    } catch {
      return error
    }
  }

  /// A method of `authentication` has made up its mind.
  func identified(_ step: Identification.Step) {
    let refusal: GatewayError?
    switch step {
    case .waiting: return
    case .needsBody:
      if isWaitingForCaller, let identification { identified(identification.take(body)) }
      return
    case .refused(let error): refusal = error
    case .caller(let caller): refusal = recognise(caller)
    }
    identification = nil
    if isWaitingForCaller {
      isWaitingForCaller = false
      if let refusal { answer(refusal) } else { run() }
    } else if let refusal {
      connection.refuseRest(of: self, refusal)
    }
  }

  /// - Returns: whether the exchange goes on when its caller is known.
  private func awaitsCaller() -> Bool {
    guard let identification else { return false }
    isWaitingForCaller = true
    identified(identification.needsBody ? identification.take(body) : .waiting)
    return true
  }

  // MARK: The life of the exchange

  func start(body: ByteBuffer) {
    guard life.bodyArrived() else { return }
    self.body = body
    record.bytesIn = body.readableBytes
    if !awaitsCaller() { run() }
  }

  private func run() {
    switch endpoint {
    case .call(let path): run(path)
    case .object(let path): run(path)
    case .socket(let socket): open(socket)
    case .modelList: answerModelList()
    case .model(let name): answerModel(name)
    case .options(let allow): answerOptions(allow)
    case .wrongMethod, .unknown: answer(GatewayError(.internalError, "the request was not refused in time"))
    }
  }

  private func run(_ path: ModelPath) {
    if snapshot.conversations.isOn { keepConversation(path.surface) }
    do throws(GatewayError) {
      admit(try ModelCall(exchange: self, path: path))
    } catch {
      answer(error)
    }
  }

  private func run(_ path: ObjectPath) {
    do throws(GatewayError) {
      if let listing = try ObjectListing(path, of: self) { return run(listing) }
      if let upload = try BatchUpload(path, of: self) { return run(upload) }
      try admit(ObjectRequest(path, of: self))
    } catch {
      answer(error)
    }
  }

  /// The body as it goes on: without the names of providers in its ids.
  func replaceBody(_ body: ByteBuffer) { self.body = body }

  func run(_ call: any ExchangeCall) {
    self.call = call
    call.start()
  }

  /// Starts a call when its limits let it in.
  func admit(_ call: any LimitedCall) {
    self.call = call
    switch reserve(for: call) {
    case .letIn: call.start()
    case .refused(let error): answer(error)
    case .waiting: isWaitingForLimits = true
    }
  }

  /// The store of limits has answered; in the meantime the exchange may have come to its end.
  func limitsAnswered(_ answer: Result<Reservation, LimitDenial>) {
    guard isWaitingForLimits, let call else {
      if case .success(let reservation) = answer { giveBack(reservation) }
      return
    }
    isWaitingForLimits = false
    loop.clock.tick()
    if let error = take(answer) { return self.answer(error) }
    call.start()
  }

  // MARK: Interruptions

  func clientGone() { interrupt(.clientGone) }

  /// The drain is over.
  func cut() { interrupt(.cut) }

  func clientWritabilityChanged(_ isWritable: Bool) { call?.clientWritabilityChanged(isWritable) }

  private func interrupt(_ interruption: ExchangeLife.Interruption) { act(life.interrupted(by: interruption)) }

  /// Nothing runs any more for this exchange, which was interrupted.
  func callStopped() { act(life.stopped()) }

  private func act(_ action: ExchangeLife.Action) {
    switch action {
    case .nothing: break
    case .stopAttempt:
      guard isWaitingForLimits || isWaitingForCaller else {
        call?.interrupt()
        return
      }
      // Nothing runs yet.
      isWaitingForLimits = false
      isWaitingForCaller = false
      callStopped()
    case .settle: settle(.clientGone)
    case .refuse:
      record.outcome = .cut
      answer(GatewayError(.draining, "the gateway is shutting down; send the request again"), closing: true)
    case .breakStream:
      sendStreamError(GatewayError(.draining, "the gateway is shutting down; send the request again"))
      ended(.cut)
    }
  }

  // MARK: The end

  func streamBegan() {
    life.streamBegan()
    loop.gauges.openStreams.add(1, ordering: .relaxed)
  }

  /// The whole answer has been written.
  func ended(_ outcome: ExchangeRecord.Outcome, closing: Bool = false) {
    let isEndedByClosing = life.isStreaming && !head.isHTTP11
    settle(outcome)
    let isCut = isOpaqueStream && outcome != .success
    connection.answerEnded(closing: closing || isEndedByClosing || isCut || !head.keepsAlive)
  }

  /// Phase 7: always, once, on every path.
  private func settle(_ outcome: ExchangeRecord.Outcome) {
    if life.isStreaming { loop.gauges.openStreams.subtract(1, ordering: .relaxed) }
    guard life.ended() else { return }
    identification?.cancel()
    identification = nil
    record.outcome = outcome
    settleLimits()
    if storedUpload != nil { settleStorage() }
    record.endedAt = loop.clock.now
    if conversation != nil { handOverConversation() }
    loop.gauges.exchangesInFlight.subtract(1, ordering: .relaxed)
    body = ByteBuffer()
    call = nil
    var settled = ExchangeRecord(id: record.id, startedAt: record.startedAt)
    // Handed over, and no copy of it.
    swap(&settled, &record)
    loop.settle(settled)
  }
}
