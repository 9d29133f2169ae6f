import GatewayCore
import GatewayDialects
import GatewayPolicies
import GatewayProviders
import NIOCore

/// How an exchange writes its answers.
extension Exchange {
  /// Room for what comes first: status line, date and id.
  private static let beginningCapacity = 256
  /// How two limits stand, in two dialects.
  private static let standingsCapacity = 768
  /// Room for the fields that most answers have beside them.
  private static let headCapacity = 384

  // MARK: Answers of a provider

  /// A whole answer: head and body leave in one write.
  ///
  /// - Parameter contentType: of a translated answer.
  func sendAnswer(_ answer: AnswerHead, _ body: ByteBuffer, contentType: StaticString? = nil) {
    let type = contentType.map { ByteBuffer(staticString: $0) } ?? answer.contentType
    if let keeper { keep(keeper) { $0.take(answer.status, type, body) } }
    sendAnswer(answer.status, contentType: type, body) { out in
      writeTargetFields(into: &out)
      writeProviderFields(answer, into: &out)
    }
  }

  func sendAnswer(
    _ status: Int, contentType: ByteBuffer?, _ body: ByteBuffer, _ writeFields: (inout ByteBuffer) -> Void
  ) {
    var out = beginHead(status, contentType: contentType, capacity: body.readableBytes)
    writeFields(&out)
    HeadWriter.writeField("content-length", body.readableBytes, into: &out)
    endHead(&out)
    out.writeImmutableBuffer(body)
    conversation?.append(body)
    sendWhole(out)
  }

  func beginStream(_ answer: AnswerHead, contentType: StaticString? = nil) {
    let type = contentType.map { ByteBuffer(staticString: $0) } ?? answer.contentType
    keeper?.begin(answer.status, type)
    beginStream(answer.status, contentType: type) { out in
      writeTargetFields(into: &out)
      writeProviderFields(answer, into: &out)
    }
  }

  func beginStream(_ status: Int, contentType: ByteBuffer?, _ writeFields: (inout ByteBuffer) -> Void) {
    var type = contentType
    if wantsArray {
      arrayFraming = ArrayFraming()
      type = ByteBuffer(staticString: "application/json")
    }
    var out = beginHead(status, contentType: type, capacity: 0)
    HeadWriter.writeField("cache-control", "no-cache", into: &out)
    // Reverse proxies in front would otherwise collect the stream.
    HeadWriter.writeField("x-accel-buffering", "no", into: &out)
    writeFields(&out)
    if head.isHTTP11 { HeadWriter.writeField("transfer-encoding", "chunked", into: &out) }
    // HTTP/1.0 knows no chunks: there the end of the connection is the end of the stream.
    endHead(&out, closing: !head.isHTTP11)
    streamBegan()
    conversation?.isStream = true
    pendingHead = out
  }

  func sendStream(_ events: ByteBuffer) {
    keeper?.append(events)
    conversation?.append(events)
    var out = takePendingHead(room: events.readableBytes + 16)
    appendChunk(arrayFraming?.framed(events, isLast: false) ?? events, to: &out)
    send(out)
  }

  func sendLastOfStream(_ events: ByteBuffer) {
    conversation?.append(events)
    var out = takePendingHead(room: events.readableBytes + 24)
    appendChunk(arrayFraming?.framed(events, isLast: true) ?? events, to: &out)
    if head.isHTTP11 { HeadWriter.writeLastChunk(into: &out) }
    send(out)
  }

  /// Tells the client that the stream broke: an error event, and no `[DONE]`.
  ///
  /// - Parameter events: what says so, where the stream has counted its events; nil: the event of the dialect.
  func sendStreamError(_ error: GatewayError, events: [UInt8]? = nil) {
    if isOpaqueStream { return }
    sendLastOfStream(ByteBuffer(bytes: events ?? dialect.errorEvent(error)))
  }

  private func appendChunk(_ events: ByteBuffer, to out: inout ByteBuffer) {
    guard events.readableBytes > 0 else { return }
    guard head.isHTTP11 else {
      out.writeImmutableBuffer(events)
      return
    }
    HeadWriter.writeChunkSize(events.readableBytes, into: &out)
    out.writeImmutableBuffer(events)
    out.writeStaticString("\r\n")
  }

  private func takePendingHead(room: Int) -> ByteBuffer {
    guard let pending = pendingHead else { return ByteBufferAllocator().buffer(capacity: room) }
    pendingHead = nil
    return pending
  }

  /// A provider's answer to the caller's own fault: its status and text, in the client's envelope.
  func passThrough(_ answer: ProviderAnswer, _ failure: UpstreamFailure) {
    settleStorage()
    let status = answer.status ?? failure.status ?? 502
    record.errorCode = answer.error.publicCode ?? "provider_\(status)"
    record.errorMessage = answer.error.message
    let error = answer.error
    let refusal = GatewayError(
      .providerError, error.message, parameter: error.param, status: status, code: error.publicCode)
    let body = ByteBuffer(bytes: errorBody(error, refusal))
    var out = beginHead(status, contentType: ByteBuffer(staticString: "application/json"), capacity: body.readableBytes)
    writeTargetFields(into: &out)
    writeErrorType(refusal, into: &out)
    if let retryAfter = failure.retryAfter { writeRetryAfter(retryAfter, into: &out) }
    HeadWriter.writeField("content-length", body.readableBytes, into: &out)
    endHead(&out)
    out.writeImmutableBuffer(body)
    sendWhole(out)
    ended(.callerError)
  }

  private func errorBody(_ error: ProviderError, _ refusal: GatewayError) -> [UInt8] {
    switch dialect {
    case .openAIChat, .openAIResponses, .openAICompletions, .dify, .coze, .hunyuan, .minimax:
      ErrorEnvelope.body(
        message: error.message, type: error.type.flatMap(openAIType) ?? "invalid_request_error", param: error.param,
        code: error.publicCode)
    case .anthropic, .gemini, .bedrockConverse, .cohere, .dashscope: dialect.errorBody(refusal)
    }
  }

  /// Google's statuses (`INVALID_ARGUMENT`) are no types of OpenAI's.
  private func openAIType(_ type: String) -> String? {
    type.contains { $0.isLowercase } ? type : nil
  }

  /// Amazon's SDKs read the kind of an error from the head.
  private func writeErrorType(_ error: GatewayError, into out: inout ByteBuffer) {
    guard dialect == .bedrockConverse else { return }
    let field = BedrockErrorWriter.header(error)
    out.writeString("\(field.name): \(field.value)\r\n")
  }

  // MARK: Answers of the gateway

  /// - Parameter closing: the rest of the request is not read.
  func answer(_ error: GatewayError, closing: Bool = false) {
    // Before anybody can have read the answer: who tries again at once, on another loop, finds the room free.
    settleStorage()
    record.errorCode = error.code
    record.errorMessage = error.message
    let body = dialect.errorBody(error)
    var out = beginHead(error.status, contentType: ByteBuffer(staticString: "application/json"), capacity: body.count)
    if !record.attempts.isEmpty { writeTargetFields(into: &out) }
    writeChallenge(error, into: &out)
    writeErrorType(error, into: &out)
    if error.kind == .upgradeRequired { WebSocketHandshake.writeRequirement(into: &out) }
    if case .wrongMethod(let allow) = endpoint { writeTrusted("allow", allow, into: &out) }
    if let retryAfter = error.retryAfter { writeRetryAfter(retryAfter, into: &out) }
    finish(&out, body: body, closing: closing)
    ended(record.outcome, closing: closing)
  }

  /// RFC 9110 §11.6.1, RFC 6750 §3.
  private func writeChallenge(_ error: GatewayError, into out: inout ByteBuffer) {
    var challenge = "Bearer realm=\"sluice\""
    switch error.kind {
    case .missingKey, .invalidKey: break
    case .invalidToken:
      let plain = error.message.unicodeScalars.filter { (0x20...0x7E).contains($0.value) && $0 != "\"" && $0 != "\\" }
      challenge += ", error=\"invalid_token\", error_description=\"\(String(String.UnicodeScalarView(plain)))\""
    case .insufficientScope:
      challenge += ", error=\"insufficient_scope\", scope=\"\(wantedScopes.joined(separator: " "))\""
    case .invalidSignature: challenge = "HMAC-SHA256 realm=\"sluice\""
    default: return
    }
    writeChecked("www-authenticate", challenge, into: &out)
  }

  func answerModelList() {
    let names = Admit.visibleModels(for: caller, in: snapshot)
    answer(json: ModelList.list(names.map(entry), in: dialect))
  }

  func answerModel(_ written: String) {
    // As the list of Gemini's API has it.
    let name = dialect == .gemini && written.hasPrefix("models/") ? String(written.dropFirst(7)) : written
    do throws(GatewayError) {
      try Admit.describe(name, on: nil, caller: caller, in: snapshot)
      answer(json: ModelList.single(entry(name), in: dialect))
    } catch {
      answer(error)
    }
  }

  private func entry(_ name: String) -> ModelList.Entry {
    ModelList.Entry(
      id: name, created: snapshot.createdAt, ownedBy: Admit.owner(of: name, in: snapshot),
      type: snapshot.models.route(for: name)?.type ?? .chat)
  }

  /// How many tokens a request has, as far as can be told without asking a provider.
  func answerTokenCount(_ count: Int) {
    let name = dialect == .gemini ? "totalTokens" : "input_tokens"
    let body = Array("{\"\(name)\":\(count)}".utf8)
    var out = beginHead(200, contentType: ByteBuffer(staticString: "application/json"), capacity: body.count)
    out.writeStaticString("x-sluice-estimated: true\r\n")
    finish(&out, body: body, closing: false)
    ended(.success)
  }

  func answer(json body: [UInt8]) {
    var out = beginHead(200, contentType: ByteBuffer(staticString: "application/json"), capacity: body.count)
    finish(&out, body: body, closing: false)
    ended(.success)
  }

  /// A CORS preflight (Fetch standard §3.2), or a plain `OPTIONS`.
  func answerOptions(_ allow: String) {
    var out = beginHead(204, contentType: nil, capacity: 0)
    writeTrusted("allow", allow, into: &out)
    if head.first(.accessControlRequestMethod) != nil, allowsOrigin != nil {
      writeTrusted("access-control-allow-methods", allow, into: &out)
      HeadWriter.writeField("access-control-max-age", 86400, into: &out)
      if let asked = head.first(.accessControlRequestHeaders) {
        out.writeStaticString("access-control-allow-headers: ")
        out.writeImmutableBuffer(headBytes.slice(asked.value))
        out.writeStaticString("\r\n")
      }
    }
    endHead(&out)
    send(out)
    ended(.success)
  }

  private func finish(_ out: inout ByteBuffer, body: [UInt8], closing: Bool) {
    HeadWriter.writeField("content-length", body.count, into: &out)
    endHead(&out, closing: closing)
    if head.method != .head { out.writeBytes(body) }
    sendWhole(out)
  }

  /// All that there is to say. Whoever reads it may call again at once: its slot is free by then.
  private func sendWhole(_ out: ByteBuffer) {
    settleLimits()
    send(out)
  }

  // MARK: Heads

  func beginHead(_ status: Int, contentType: ByteBuffer?, capacity: Int) -> ByteBuffer {
    record.status = status
    let hasStandings = standings.requests != nil || standings.tokens != nil
    let room =
      Self.beginningCapacity + (contentType?.readableBytes ?? 0) + (hasStandings ? Self.standingsCapacity : 0)
    var out = ByteBufferAllocator().buffer(capacity: room + Self.headCapacity + capacity)
    out.writeWithUnsafeMutableBytes(minimumWritableBytes: room) { room in
      var cursor = HeadCursor(room)
      cursor.writeStatusLine(status)
      cursor.write(loop.date(now: loop.clock.now))
      if let contentType {
        cursor.write("content-type: ")
        cursor.write(contentType)
        cursor.write("\r\n")
      }
      cursor.write("x-request-id: ")
      cursor.write(record.id)
      cursor.write("\r\n")
      writeStandings(to: &cursor)
      return cursor.count
    }
    // Said with and without an origin: what caches keep depends on it (Fetch standard §3.2.5).
    if !snapshot.server.cors.isEmpty { HeadWriter.writeField("vary", "origin", into: &out) }
    if let origin = allowsOrigin {
      out.writeStaticString("access-control-allow-origin: ")
      out.writeImmutableBuffer(origin)
      out.writeStaticString("\r\n")
      HeadWriter.writeField(
        "access-control-expose-headers",
        """
        x-request-id, x-sluice-target, x-sluice-attempts, x-sluice-dropped, x-sluice-emulated, x-sluice-estimated, x-sluice-cost, \
        x-sluice-cache, age, \
        retry-after, \
        x-ratelimit-limit-requests, x-ratelimit-remaining-requests, x-ratelimit-reset-requests, x-ratelimit-limit-tokens, \
        x-ratelimit-remaining-tokens, x-ratelimit-reset-tokens
        """,
        into: &out)
    }
    return out
  }

  private func endHead(_ out: inout ByteBuffer, closing: Bool = false) {
    if closing || !head.keepsAlive || loop.isDraining {
      HeadWriter.writeField("connection", "close", into: &out)
    } else if !head.isHTTP11 {
      HeadWriter.writeField("connection", "keep-alive", into: &out)
    }
    HeadWriter.writeEnd(into: &out)
  }

  /// The client's origin, when it may read the answer (`server.gateway.cors`).
  private var allowsOrigin: ByteBuffer? {
    guard !snapshot.server.cors.isEmpty, let field = head.first(.origin) else { return nil }
    let origin = headBytes.slice(field.value)
    let text = String(buffer: origin)
    return snapshot.server.cors.contains { $0 == "*" || $0 == text } ? origin : nil
  }

  func writeTargetFields(into out: inout ByteBuffer) {
    if let target = record.target { writeChecked("x-sluice-target", target, into: &out) }
    writeRecallFields(into: &out)
    if let names = droppedNames { writeChecked("x-sluice-dropped", names, into: &out) }
    if let names = emulatedNames { writeChecked("x-sluice-emulated", names, into: &out) }
  }

  /// What an answer says that was given by a target, or again.
  func writeRecallFields(into out: inout ByteBuffer) {
    HeadWriter.writeField("x-sluice-attempts", call?.tries ?? 0, into: &out)
    if let money = record.cost?.money { write(money, into: &out) }
    if let cache = record.cache { writeTrusted("x-sluice-cache", cache.rawValue, into: &out) }
  }

  private func write(_ cost: Money, into out: inout ByteBuffer) {
    out.writeStaticString("x-sluice-cost: ")
    out.writeWithUnsafeMutableBytes(minimumWritableBytes: Money.longestDecimal) { target in
      Money.writeDecimal(cost.billionths, to: UnsafeMutableRawBufferPointer(rebasing: target[..<Money.longestDecimal]))
    }
    out.writeStaticString(" ")
    out.writeString(cost.currency.code)
    out.writeStaticString("\r\n")
  }

  /// In the words of the caller's dialect; nil: nothing was left out.
  var droppedNames: String? {
    dropped.isEmpty ? nil : dropped.map { $0.name(in: dialect) }.sorted().joined(separator: ", ")
  }

  var emulatedNames: String? { emulated.isEmpty ? nil : emulated.map(\.rawValue).joined(separator: ", ") }

  private func writeProviderFields(_ answer: AnswerHead, into out: inout ByteBuffer) {
    answer.bytes.withUnsafeReadableBytes { bytes in
      for field in answer.fields where field.known == .other {
        if ForwardedHeaders.goesDownstream(field.name.bytes(in: bytes), isError: false) {
          HeadWriter.writeField(field, of: bytes, into: &out)
        }
      }
    }
  }

  private func writeRetryAfter(_ duration: Duration, into out: inout ByteBuffer) {
    let (seconds, attoseconds) = duration.components
    HeadWriter.writeField("retry-after", Int(max(0, seconds + (attoseconds > 0 ? 1 : 0))), into: &out)
  }

  /// A text of the program.
  private func writeTrusted(_ name: StaticString, _ value: String, into out: inout ByteBuffer) {
    out.writeStaticString(name)
    out.writeStaticString(": ")
    out.writeString(value)
    out.writeStaticString("\r\n")
  }

  /// A text that holds a name from a request: left out when it could not be a field value.
  func writeChecked(_ name: StaticString, _ value: String, into out: inout ByteBuffer) {
    try? HeadWriter.writeField(name, validated: value, into: &out)
  }

  func send(_ out: ByteBuffer) {
    record.bytesOut += out.readableBytes
    connection.send(out)
  }
}
