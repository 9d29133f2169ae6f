import GatewayCore
import NIOCore

/// Reads answers: head, then the body by its framing, then back to the pool.
extension UpstreamConnection {
  func step() -> Bool {
    switch state {
    case .connecting, .upgraded, .closed: return false
    case .idle:
      // Bytes that no request asked for: never let them be taken for the next answer.
      if input.readableBytes > 0 { close() }
      return false
    case .awaitingHead: return stepHead()
    case .body(let body): return stepBody(body)
    }
  }

  private func stepHead() -> Bool {
    guard input.readableBytes > 0 else { return false }
    state = .awaitingHead(hasReceivedBytes: true)
    let parsed: Result<ResponseHead?, HTTPFault> = input.withUnsafeReadableBytes { bytes in
      do throws(HTTPFault) {
        return .success(try parser.parse(bytes, requestWasHEAD: false))
      } catch {
        return .failure(error)
      }
    }
    switch parsed {
    case .failure(let fault):
      refuse("malformed answer: \(fault.message)")
      return false
    case .success(nil): return false
    case .success(let head?):
      guard let bytes = input.readSlice(length: head.length) else { return false }
      parser.reset()
      if head.status == 101 {
        upgraded(head, bytes)
        return false
      }
      // RFC 9110 §15.2: interim answers are skipped.
      if head.status < 200 { return true }
      begin(head, bytes)
      return true
    }
  }

  private func upgraded(_ head: ResponseHead, _ bytes: ByteBuffer) {
    state = .upgraded
    let receiver = self.receiver
    self.receiver = nil
    receiver?.receiveHead(AnswerHead(head, bytes: bytes))
  }

  /// Hands the connection to another protocol, whose handlers get nothing before `beginUpgraded`.
  func hand(to handlers: [any ChannelHandler]) {
    guard let context, case .upgraded = state else { return }
    do { try context.pipeline.syncOperations.addHandlers(handlers) } catch { close() }
  }

  /// Hands on what the provider has sent already.
  func beginUpgraded() {
    guard let context, case .upgraded = state else { return }
    let rest = input
    input = ByteBuffer()
    if rest.readableBytes > 0 { context.fireChannelRead(wrapInboundOut(rest)) }
  }

  private func begin(_ head: ResponseHead, _ bytes: ByteBuffer) {
    keepsAlive = head.keepsAlive
    switch head.framing {
    case .none: state = .body(.counted(remaining: 0))
    case .length(let length): state = .body(.counted(remaining: length))
    case .chunked:
      chunks = ChunkedDecoder()
      state = .body(.chunked)
    case .untilClose:
      keepsAlive = false
      state = .body(.untilClose)
    }
    receiver?.receiveHead(AnswerHead(head, bytes: bytes))
  }

  private func stepBody(_ body: Body) -> Bool {
    switch body {
    case .counted(let remaining):
      if remaining == 0 {
        ended()
        return true
      }
      let available = min(remaining, input.readableBytes)
      guard available > 0, let bytes = input.readSlice(length: available) else { return false }
      state = .body(.counted(remaining: remaining - available))
      deliver(bytes)
      return true
    case .chunked: return stepChunks()
    case .untilClose:
      let bytes = input
      input = ByteBuffer()
      if bytes.readableBytes > 0 { deliver(bytes) }
      return false
    }
  }

  private func stepChunks() -> Bool {
    guard input.readableBytes > 0 else { return false }
    // The slices keep the storage; `input` itself may be replaced while the receiver works on one.
    let bytes = input
    input = ByteBuffer()
    // Nearly always one: the rest needs no memory then.
    var first: Range<Int>?
    var others: [Range<Int>] = []
    var fault: HTTPFault?
    let consumed = bytes.withUnsafeReadableBytes { raw in
      do throws(HTTPFault) {
        return try chunks.decode(raw) { range in
          if first == nil { first = range } else { others.append(range) }
        }.consumed
      } catch {
        fault = error
        return 0
      }
    }
    func slice(_ range: Range<Int>) -> ByteBuffer {
      bytes.getSlice(at: bytes.readerIndex + range.lowerBound, length: range.count) ?? ByteBuffer()
    }
    if let fault {
      // What came before the fault goes with it: the receiver may not have shown anything yet.
      var rest = first.map(slice) ?? ByteBuffer()
      for range in others { rest.append(slice(range)) }
      refuse("malformed answer: \(fault.message)", after: rest)
      return false
    }
    if consumed < bytes.readableBytes {
      var rest = bytes
      rest.moveReaderIndex(forwardBy: consumed)
      input = rest
    }
    let isComplete = chunks.isComplete
    if let first { deliver(slice(first)) }
    for range in others { deliver(slice(range)) }
    guard isComplete, case .body = state else { return false }
    ended()
    return true
  }

  private func deliver(_ bytes: ByteBuffer) {
    if let receiver {
      receiver.receiveBody(bytes)
    } else {
      drained += bytes.readableBytes
      if drained > Self.drainLimit { close() }
    }
  }

  private func ended() {
    let receiver = self.receiver
    self.receiver = nil
    isReused = true
    isPaused = false
    detachedAt = nil
    if keepsAlive && input.readableBytes == 0 && !isWriting {
      input = ByteBuffer()
      state = .idle
      idleSince = pool.clock.now
      pool.returned(self)
    } else {
      close()
    }
    receiver?.receiveEnd()
  }

  private func refuse(_ reason: String, after rest: ByteBuffer = ByteBuffer()) {
    fail(UpstreamFailure(.serverError, reason: reason), after: rest)
    close()
  }
}
