import GatewayCore
import GatewayDialects
import GatewayPolicies
import NIOCore

/// The relay of chat and completions of the OpenAI dialect, whose chunks go on as they came: finds the events, lets the `StreamGate` decide, and frames
/// them anew with LF. Until the first content everything is held.
final class SplicedStreamRelay: StreamRelay {
  let head: AnswerHead
  private let limit: Int
  private var gate: StreamGate
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
    var output = held
    held = ByteBuffer()
    if output.capacity == 0 { output = ByteBufferAllocator().buffer(capacity: bytes.readableBytes + 64) }
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
          if gate.hasContent { EventFraming.writeComment(rest[text], to: &output) }
          consumed += used
        case .event(let event):
          consumed += event.consumed
          if let failure = pass(event, rest, to: &output) { return failure }
          if gate.isDone { return nil }
        }
      }
    }
    if let fault { return .failed(fault, gate.hasContent ? output : ByteBuffer()) }
    pending.moveReaderIndex(forwardBy: consumed)
    if pending.readableBytes == 0 { pending = ByteBuffer() }
    if gate.isDone { return .complete(output) }
    guard gate.hasContent else {
      guard output.readableBytes <= limit else {
        return .failed(
          UpstreamFailure(.serverError, reason: "more than \(limit) bytes of stream without content"), ByteBuffer())
      }
      held = output
      return .more(ByteBuffer())
    }
    return .more(output)
  }

  /// The provider ended the body.
  func ended() -> Result<ByteBuffer, UpstreamFailure> {
    if let failure = gate.bodyEnded() { return .failure(failure) }
    return .success(gate.isDone ? ByteBuffer() : ByteBuffer(staticString: "data: [DONE]\n\n"))
  }

  private func pass(
    _ event: EventStreamParser.Event, _ bytes: UnsafeRawBufferPointer, to output: inout ByteBuffer
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
      EventFraming.write(
        EventFraming.joined(event, bytes).withUnsafeBytes { BodyEdit.apply(edits, to: $0) }, to: &output)
    case .hold, .forward, .done: EventFraming.write(event, bytes, to: &output)
    case .finishAndDone:
      output.writeStaticString(Self.finish)
      EventFraming.write(event, bytes, to: &output)
    case .drop: break
    case .fail(let failure): return failure
    }
    return nil
  }
}
