import GatewayCore
import GatewayDialects
import GatewayPolicies
import NIOCore

/// The relay of chat and completions of the OpenAI dialect, whose chunks go on as they came: finds the events, lets the `StreamGate` decide, and frames
/// them anew with LF. Until the first content everything is held.
final class SplicedStreamRelay: StreamRelay {
  let head: AnswerHead
  private let limit: Int
  private let gate: StreamGate
  private var parser: EventStreamParser
  /// Bytes of an event that is not complete.
  private var pending = ByteBuffer()
  /// Framed events that wait for the first content.
  private var held = ByteBuffer()
  private let witness: AnswerWitness?

  /// - Parameters:
  ///   - limit: bytes of one event, and of all that comes before the first content.
  ///   - witness: sees the chunks that say more than content.
  init(
    head: AnswerHead, clientWantsUsage: Bool, finishesByDone: Bool = false, limit: Int, witness: AnswerWitness? = nil,
    readError: @escaping (UnsafeRawBufferPointer) -> ProviderError = ProviderError.parse(errorBody:)
  ) {
    self.head = head
    self.limit = limit
    self.witness = witness
    gate = StreamGate(clientWantsUsage: clientWantsUsage, finishesByDone: finishesByDone, readError: readError)
    parser = EventStreamParser(maximumEventBytes: limit)
  }

  /// The reason that the provider does not give.
  private static let finish: StaticString = """
    data: {"id":"","object":"chat.completion.chunk","created":0,"model":"","choices":[{"index":0,"delta":{},\
    "finish_reason":"stop"}]}\n\n
    """

  var hasContent: Bool { gate.hasContent }
  var error: ProviderError? { gate.error }
  var usage: TokenUsage? { gate.usage }
  var text: TextCount { gate.text }

  func receive(_ bytes: ByteBuffer) -> StreamStep {
    pending.append(bytes)
    var output = EventOutput(behind: held)
    held = ByteBuffer()
    var consumed = 0
    let input = pending
    let fault: UpstreamFailure? = input.withUnsafeReadableBytes { raw in
      while true {
        let rest = UnsafeRawBufferPointer(rebasing: raw[consumed...])
        let item: EventStreamParser.Item
        do throws(EventTooLarge) {
          item = try parser.next(rest)
        } catch {
          return UpstreamFailure(.serverError, reason: "an event of the stream is larger than \(error.maximum) bytes")
        }
        switch item {
        case .needsMore(let used):
          consumed += used
          return nil
        case .comment(let text, let used):
          if gate.hasContent { output.write(behind: raw) { EventFraming.writeComment(rest[text], to: &$0) } }
          consumed += used
        case .event(let event):
          if let failure = pass(event, rest, from: consumed, of: raw, to: &output) { return failure }
          consumed += event.consumed
          if gate.isDone { return nil }
        }
      }
    }
    if let fault { return .failed(fault, gate.hasContent ? output.taken(from: input) : ByteBuffer()) }
    if consumed < pending.readableBytes { pending.moveReaderIndex(forwardBy: consumed) } else { pending = ByteBuffer() }
    if gate.isDone { return .complete(output.taken(from: input)) }
    guard gate.hasContent else {
      let output = output.kept(from: input)
      guard output.readableBytes <= limit else {
        return .failed(
          UpstreamFailure(.serverError, reason: "more than \(limit) bytes of stream without content"), ByteBuffer())
      }
      held = output
      return .more(ByteBuffer())
    }
    return .more(output.taken(from: input))
  }

  /// The provider ended the body.
  func ended() -> Result<ByteBuffer, UpstreamFailure> {
    if let failure = gate.bodyEnded() { return .failure(failure) }
    return .success(gate.isDone ? ByteBuffer() : ByteBuffer(staticString: "data: [DONE]\n\n"))
  }

  /// - Parameters:
  ///   - bytes: begin with the event.
  ///   - offset: of `bytes` in `raw`.
  private func pass(
    _ event: EventStreamParser.Event, _ bytes: UnsafeRawBufferPointer, from offset: Int, of raw: UnsafeRawBufferPointer,
    to output: inout EventOutput
  ) -> UpstreamFailure? {
    let finished = gate.finishedChoices
    let verdict: StreamGate.Verdict
    if event.extraData.isEmpty {
      verdict = gate.receive(UnsafeRawBufferPointer(rebasing: bytes[event.data]))
    } else {
      verdict = EventFraming.joined(event, bytes).withUnsafeBytes { gate.receive($0) }
    }
    if let witness, witness.isBlank || gate.finishedChoices != finished {
      EventFraming.joined(event, bytes).withUnsafeBytes { witness.see($0) }
    }
    switch verdict {
    case .forwardEdited(let edits):
      let edited = EventFraming.joined(event, bytes).withUnsafeBytes { BodyEdit.apply(edits, to: $0) }
      output.write(behind: raw) { EventFraming.write(edited, to: &$0) }
    case .hold, .forward, .done:
      if EventFraming.isPlain(event, bytes) {
        output.take(offset..<offset + event.consumed, of: raw)
      } else {
        output.write(behind: raw) { EventFraming.write(event, bytes, to: &$0) }
      }
    case .finishAndDone:
      output.write(behind: raw) {
        $0.writeStaticString(Self.finish)
        EventFraming.write(event, bytes, to: &$0)
      }
    case .drop: break
    case .fail(let failure): return failure
    }
    return nil
  }
}
