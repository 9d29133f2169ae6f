import GatewayCore
import GatewayDialects

/// A stream that a provider sends although the caller wants its answer whole, because it has no other way to answer.
enum WholeStream {
  /// - Parameters:
  ///   - body: all of the stream.
  ///   - limit: bytes of one event.
  /// - Returns: the answer, or the error that stands in its place.
  static func read(
    _ body: UnsafeRawBufferPointer, as dialect: Dialect, limit: Int
  ) throws(AnswerFault) -> Result<CanonicalResponse, ProviderError> {
    var events = EventSplitter(dialect: dialect, limit: limit)
    var decoder = dialect.streamDecoder()
    var assembler = CanonicalAssembler()
    var rest = body
    reading: while !assembler.isEnded, assembler.failure == nil {
      var deltas: [CanonicalDelta] = []
      switch try next(&events, rest) {
      case .needsMore: break reading
      case .nothing(let consumed): rest = UnsafeRawBufferPointer(rebasing: rest[consumed...])
      case .event(let event, let consumed):
        let fault: AnswerFault? = event.withData(rest) { data in
          do throws(AnswerFault) {
            try decoder.receive(event: event.name(in: rest), data: data, into: &deltas)
            return nil
          } catch {
            return error
          }
        }
        if let fault { throw fault }
        rest = UnsafeRawBufferPointer(rebasing: rest[consumed...])
      }
      for delta in deltas { assembler.receive(delta) }
    }
    if !assembler.isEnded, assembler.failure == nil {
      var deltas: [CanonicalDelta] = []
      try decoder.bodyEnded(into: &deltas)
      for delta in deltas { assembler.receive(delta) }
    }
    if let failure = assembler.failure { return .failure(failure) }
    return .success(assembler.answer)
  }

  private static func next(
    _ events: inout EventSplitter, _ bytes: UnsafeRawBufferPointer
  ) throws(AnswerFault) -> EventSplitter.Item {
    do throws(UpstreamFailure) {
      return try events.next(bytes)
    } catch {
      throw AnswerFault(error.reason)
    }
  }
}
