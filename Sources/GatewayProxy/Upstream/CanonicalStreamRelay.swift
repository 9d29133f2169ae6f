import GatewayCore
import GatewayDialects
import GatewayPolicies
import NIOCore

/// Reads a streamed answer of any dialect, and writes it for a client of another one, or passes its events on when the client
/// speaks the same. Until the first content everything is held.
final class CanonicalStreamRelay: StreamRelay {
  let head: AnswerHead
  private let limit: Int
  private var events: EventSplitter
  private var decoder: any StreamDecoder
  /// `nil`: the client speaks the provider's dialect.
  private var encoder: (any StreamEncoder)?
  private var emulated: EmulatedOutput?
  /// Whose signatures these are, where the client speaks another dialect.
  private let mark: Dialect?
  /// Changes the data of an event that is passed on; nil where it stays.
  private let rewrite: ((UnsafeRawBufferPointer) -> [UInt8]?)?
  /// Reads the error that stands in place of an event: hides the provider's keys.
  private let redact: (ProviderError) -> ProviderError
  private let estimate: (TextCount) -> TokenUsage
  private let witness: AnswerWitness?
  /// Bytes of an event that is not complete.
  private var pending = ByteBuffer()
  /// What waits for the first content.
  private var held = ByteBuffer()
  private var deltas: [CanonicalDelta] = []
  private var written: [UInt8] = []
  private(set) var hasContent = false
  private(set) var error: ProviderError?
  private(set) var usage: TokenUsage?
  private(set) var text = TextCount()
  private var isDone = false
  private var failure: UpstreamFailure?

  /// - Parameters:
  ///   - encoder: `nil`: the client speaks the provider's dialect.
  ///   - mark: see `SignatureMark`.
  ///   - limit: bytes of one event, and of all that comes before the first content.
  init(
    head: AnswerHead, dialect: Dialect, decoder: any StreamDecoder, encoder: (any StreamEncoder)?,
    emulated: [Emulation], mark: Dialect?,
    limit: Int, witness: AnswerWitness? = nil, rewrite: ((UnsafeRawBufferPointer) -> [UInt8]?)? = nil,
    redact: @escaping (ProviderError) -> ProviderError, estimate: @escaping (TextCount) -> TokenUsage
  ) {
    self.head = head
    self.encoder = encoder
    self.limit = limit
    self.witness = witness
    self.rewrite = rewrite
    self.redact = redact
    self.estimate = estimate
    self.decoder = decoder
    events = EventSplitter(dialect: dialect, limit: limit)
    self.mark = mark
    self.emulated = emulated.isEmpty ? nil : EmulatedOutput()
  }

  func receive(_ bytes: ByteBuffer) -> StreamStep {
    pending.append(bytes)
    var output = held
    held = ByteBuffer()
    let input = pending
    var consumed = 0
    let fault: UpstreamFailure? = input.withUnsafeReadableBytes { raw in
      do throws(UpstreamFailure) {
        while !isDone, failure == nil {
          let rest = UnsafeRawBufferPointer(rebasing: raw[consumed...])
          switch try events.next(rest) {
          case .needsMore(let used):
            consumed += used
            return nil
          case .nothing(let used): consumed += used
          case .event(let event, let used):
            consumed += used
            try pass(event, rest, to: &output)
          }
        }
        return failure
      } catch {
        return error
      }
    }
    if let fault { return .failed(fault, hasContent ? output : ByteBuffer()) }
    pending.moveReaderIndex(forwardBy: consumed)
    if pending.readableBytes == 0 { pending = ByteBuffer() }
    if isDone { return .complete(output) }
    guard hasContent else {
      guard output.readableBytes <= limit else {
        return .failed(
          UpstreamFailure(.serverError, reason: "more than \(limit) bytes of stream without content"), ByteBuffer())
      }
      held = output
      return .more(ByteBuffer())
    }
    return .more(output)
  }

  func ended() -> Result<ByteBuffer, UpstreamFailure> {
    deltas.removeAll(keepingCapacity: true)
    do throws(AnswerFault) {
      try decoder.bodyEnded(into: &deltas)
    } catch {
      return .failure(UpstreamFailure(.serverError, reason: error.message))
    }
    var output = held
    held = ByteBuffer()
    take(to: &output)
    if let failure { return .failure(failure) }
    guard isDone else {
      return .failure(UpstreamFailure(.serverError, reason: "the stream ended before the answer was complete"))
    }
    return .success(output)
  }

  func brokenOff(_ error: ProviderError) -> [UInt8]? {
    guard encoder != nil else { return nil }
    var events: [UInt8] = []
    encoder?.write(.failed(error), into: &events)
    return events.isEmpty ? nil : events
  }

  private func pass(
    _ event: EventSplitter.Event, _ bytes: UnsafeRawBufferPointer, to output: inout ByteBuffer
  ) throws(UpstreamFailure) {
    deltas.removeAll(keepingCapacity: true)
    let fault: AnswerFault? = event.withData(bytes) { data in
      do throws(AnswerFault) {
        try decoder.receive(event: event.name(in: bytes), data: data, into: &deltas)
        return nil
      } catch {
        return error
      }
    }
    if let fault {
      throw UpstreamFailure(.serverError, reason: "malformed event in the stream: \(fault.message)")
    }
    take(to: &output)
    guard encoder == nil, failure == nil else { return }
    if let rewrite, let data = event.withData(bytes, rewrite) {
      output.writeString("event: \(event.name(in: bytes))\ndata: ")
      output.writeBytes(data)
      output.writeStaticString("\n\n")
    } else {
      event.write(bytes, to: &output)
    }
  }

  /// Notes what the deltas say and writes them for the client.
  private func take(to output: inout ByteBuffer) {
    for delta in deltas {
      var delta = emulated?.restore(delta) ?? delta
      if let mark { delta = delta.marked(mark) }
      note(delta)
      if failure != nil { return }
      if case .usage(let usage) = delta, usage.plausible == nil { continue }
      // Some dialects must end with the usage.
      if isDone, usage?.plausible == nil { encoder?.write(.usage(estimate(text)), into: &written) }
      encoder?.write(delta, into: &written)
    }
    guard !written.isEmpty else { return }
    output.writeBytes(written)
    written.removeAll(keepingCapacity: true)
  }

  private func note(_ delta: CanonicalDelta) {
    if delta.isContent { hasContent = true }
    witness?.see(delta)
    switch delta {
    case .text(_, _, let piece), .reasoning(_, _, let piece), .arguments(_, _, let piece), .refusal(_, _, let piece):
      text += piece.textCount
    case .finished: hasContent = true
    case .usage(let usage): self.usage = usage
    case .failed(let error):
      let error = redact(error)
      self.error = error
      failure = error.failure
    case .ended: isDone = true
    case .started, .partStarted, .citation, .signature, .logprobs, .partEnded, .ping: break
    }
  }
}
