import GatewayCore
import GatewayDialects
import GatewayPolicies
import NIOCore

/// A call that stores something at a provider, where stored bytes are limited: it goes out when there is room for it.
final class StoredUpload: LimitedCall {
  private let exchange: Exchange
  private let call: ModelCall
  let claim: StoredClaim
  private var isStopped = false

  let tries = 0
  var route: ModelRoute? { nil }
  var size: LimitCheck.Size? { nil }

  /// - Returns: `nil` for a call that stores nothing, and where nothing limits it.
  init?(_ call: ModelCall, _ request: ObjectRequest, of exchange: Exchange) throws(GatewayError) {
    guard request.method == "POST", request.isCollection, request.surface == .files || request.surface == .uploads,
      StoredLimits.count(exchange.caller, in: exchange.snapshot)
    else { return nil }
    let bytes = try request.surface == .files ? Self.file(of: exchange) : try Self.announced(request.body)
    let demands = try StoredLimits.demands(of: exchange.caller, bytes: bytes, in: exchange.snapshot)
    guard !demands.isEmpty else { return nil }
    self.exchange = exchange
    self.call = call
    claim = StoredClaim(
      id: exchange.record.id.description, provider: request.providers[0].name, owner: StoredOwner(exchange.caller),
      bytes: bytes, demands: demands)
  }

  /// Bytes of the files in a form, and of what a provider might take for one; of another body all of it.
  private static func file(of exchange: Exchange) throws(GatewayError) -> Int64 {
    let body = exchange.body
    guard let field = exchange.head.first(.contentType) else { return Int64(body.readableBytes) }
    let type = exchange.headBytes.slice(field.value)
    guard ObjectForm.isForm(type) else { return Int64(body.readableBytes) }
    return try ObjectForm.fields(of: body, type).reduce(0) { sum, field in
      let counts = field.isFile || field.name == "file" || field.value.count > longestWord
      return counts ? sum + Int64(field.value.count) : sum
    }
  }

  /// Bytes of the longest part of a form that is no file: a purpose, a time.
  private static let longestWord = 512

  /// What the parts of an upload will have together. The provider holds them to it.
  private static func announced(_ body: ByteBuffer) throws(GatewayError) -> Int64 {
    let bytes = body.withUnsafeReadableBytes { bytes in
      (try? JSONDocument(copying: bytes, loneSurrogates: .replaced, refusesDuplicates: true))?.root["bytes"]?.int
    }
    guard let bytes, 1...ByteCount.most ~= Int64(bytes) else {
      throw GatewayError(
        .invalidParameter, "'bytes' must say once how many bytes the upload will have, as a whole number above 0",
        parameter: "bytes")
    }
    return Int64(bytes)
  }

  func start() {
    let eventLoop = exchange.loop.eventLoop
    let confined = LoopConfined(self)
    exchange.loop.shared.objects.take(claim, now: .current) { result in
      eventLoop.execute { confined.value.answered(result) }
    }
  }

  private func answered(_ result: Result<LimitRefusal?, any Error>) {
    guard !isStopped else { return exchange.loop.shared.objects.letGo(claim) }
    exchange.loop.clock.tick()
    switch result {
    case .success(nil):
      exchange.storedUpload = self
      exchange.run(call)
    case .success(let refusal?): exchange.refuseStorage(.refused(refusal))
    case .failure:
      // It may have been taken all the same.
      exchange.loop.shared.objects.letGo(claim)
      exchange.refuseStorage(.unavailable(claim.demands[0].limit))
    }
  }

  func interrupt() {
    isStopped = true
    exchange.callStopped()
  }

  func clientWritabilityChanged(_ isWritable: Bool) {}
}

extension Exchange {
  /// Starts a call about objects when its limits let it in.
  func admit(_ request: ObjectRequest) throws(GatewayError) {
    let call = try ModelCall(exchange: self, object: request)
    if let upload = try StoredUpload(call, request, of: self) { return admit(upload) }
    admit(call)
  }

  /// What the call has taken of other limits goes back.
  func refuseStorage(_ denial: LimitDenial) {
    if let reservation {
      self.reservation = nil
      giveBack(reservation)
    }
    if case .refused(let refusal) = denial { record.refusedBy = refusal.limit }
    answer(GatewayError(denial))
  }

  /// Gives back room in which nothing was stored.
  func settleStorage() {
    guard let upload = storedUpload else { return }
    storedUpload = nil
    loop.shared.objects.letGo(upload.claim)
  }
}
