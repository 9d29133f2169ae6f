/// Reads the events of `"response_mode":"streaming"`. Each is named by its member `event`.
///
/// A conversation ends with `message_end`. A workflow ends with `workflow_finished` and the body; in a chatflow the end of its
/// workflow comes before that of the message.
package struct DifyStreamDecoder: StreamDecoder {
  private var hasStarted = false
  private var isEnded = false
  private var isTextOpen = false
  /// The number of the next part.
  private var part = 0
  private var hasText = false
  private var isReplaced = false
  /// What the finished workflow came to.
  private var outputs: RawText?

  package init() {}

  package mutating func receive(
    event name: String, data: UnsafeRawBufferPointer, into deltas: inout [CanonicalDelta]
  ) throws(AnswerFault) {
    if isEnded { return }
    if data.isEmpty || name == "ping" { return deltas.append(.ping) }
    let event = try JSONDocument(answer: data).root
    guard event.isObject else { throw AnswerFault("an event that is no object") }
    switch event["event"]?.string ?? name {
    case "message", "agent_message":
      start(event, &deltas)
      if !isReplaced { add(event["answer"]?.text, &deltas) }
    case "text_chunk":
      start(event, &deltas)
      add(event["data"]?["text"]?.text, &deltas)
    case "message_replace": replace(event, &deltas)
    case "message_file": addFile(event, &deltas)
    case "workflow_started": start(event, &deltas)
    case "workflow_finished":
      start(event, &deltas)
      guard let data = event["data"] else { throw AnswerFault("the end of a workflow without 'data'") }
      if let error = DifyAnswerReader.error(ofRun: data) { return fail(error, &deltas) }
      outputs = DifyAnswerReader.text(ofOutputs: data["outputs"])
    case "message_end":
      start(event, &deltas)
      end(event["metadata"], &deltas)
    case "workflow_paused", "human_input_required":
      fail(ProviderError(message: "The app waits for the input of a person.", code: "paused"), &deltas)
    case "error": fail(ProviderError.parse(errorBody: data), &deltas)
    case "ping": deltas.append(.ping)
    // Thoughts, nodes, speech.
    default: break
    }
  }

  package mutating func bodyEnded(into deltas: inout [CanonicalDelta]) throws(AnswerFault) {
    if isEnded { return }
    guard outputs != nil else { throw AnswerFault("the stream ended without 'message_end' or 'workflow_finished'") }
    end(nil, &deltas)
  }

  private mutating func start(_ event: JSONNode, _ deltas: inout [CanonicalDelta]) {
    if hasStarted { return }
    hasStarted = true
    deltas.append(
      .started(CanonicalDelta.Start(id: DifyAnswerReader.id(of: event), created: event["created_at"]?.int)))
  }

  private mutating func fail(_ error: ProviderError, _ deltas: inout [CanonicalDelta]) {
    isEnded = true
    deltas.append(.failed(error))
  }

  // MARK: Parts

  private mutating func add(_ text: RawText?, _ deltas: inout [CanonicalDelta]) {
    guard let text, !text.isEmpty else { return }
    if !isTextOpen {
      deltas.append(.partStarted(choice: 0, part: part, .text))
      part += 1
      isTextOpen = true
      hasText = true
    }
    deltas.append(.text(choice: 0, part: part - 1, text))
  }

  private mutating func close(_ deltas: inout [CanonicalDelta]) {
    if isTextOpen { deltas.append(.partEnded(choice: 0, part: part - 1)) }
    isTextOpen = false
  }

  /// The app's moderation puts another text in the place of the answer. What was told cannot be taken back.
  private mutating func replace(_ event: JSONNode, _ deltas: inout [CanonicalDelta]) {
    start(event, &deltas)
    close(&deltas)
    isReplaced = true
    add(event["answer"]?.text, &deltas)
  }

  private mutating func addFile(_ event: JSONNode, _ deltas: inout [CanonicalDelta]) {
    guard event["type"]?.text?.equals("image") == true, event["belongs_to"]?.text?.equals("user") != true,
      let url = event["url"]?.text, !url.isEmpty
    else { return }
    start(event, &deltas)
    close(&deltas)
    deltas.append(.partStarted(choice: 0, part: part, .media(CanonicalPart(.image(MediaPart(.url(url)))))))
    deltas.append(.partEnded(choice: 0, part: part))
    part += 1
  }

  private mutating func end(_ metadata: JSONNode?, _ deltas: inout [CanonicalDelta]) {
    if !hasText { add(outputs, &deltas) }
    if isTextOpen {
      for citation in DifyAnswerReader.citations(metadata) {
        deltas.append(.citation(choice: 0, part: part - 1, citation))
      }
    }
    close(&deltas)
    deltas.append(.finished(choice: 0, isReplaced ? .contentFilter : .stop, stopSequence: nil))
    if let usage = OpenAIChatUsage.read(metadata?["usage"]) { deltas.append(.usage(usage)) }
    deltas.append(.ended)
    isEnded = true
  }
}
