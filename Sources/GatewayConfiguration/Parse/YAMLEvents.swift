// libyaml, as it comes with Yams. Its events are read directly because Yams's own tree stops at the first repeated key
// without the place of the second, and repeats what an alias names without a bound.
import CYaml

/// One step of libyaml through a document.
struct YAMLEvent {
  enum Kind {
    case scalar(String, isPlain: Bool)
    case alias(String)
    case sequenceStart, sequenceEnd, mappingStart, mappingEnd
    case documentStart, documentEnd, streamStart, streamEnd
  }

  let kind: Kind
  let position: SourcePosition
  var anchor: String?
  /// An explicit tag, such as `!!str`.
  var tag: String?
}

/// Text that is not YAML.
struct YAMLFault: Error {
  let position: SourcePosition
  let message: String
  let advice: String?
}

/// The events of one text, in order.
struct YAMLEvents: ~Copyable {
  // On the heap: libyaml keeps a pointer to it.
  private let parser: UnsafeMutablePointer<yaml_parser_t>
  private let text: UnsafeBufferPointer<UInt8>

  /// - Parameter text: valid UTF-8 that outlives the events.
  /// - Returns: `nil` without memory.
  init?(_ text: UnsafeBufferPointer<UInt8>) {
    self.text = text
    parser = .allocate(capacity: 1)
    guard yaml_parser_initialize(parser) == 1 else {
      parser.deallocate()
      return nil
    }
    yaml_parser_set_encoding(parser, YAML_UTF8_ENCODING)
    yaml_parser_set_input_string(parser, text.baseAddress, text.count)
  }

  deinit {
    yaml_parser_delete(parser)
    parser.deallocate()
  }

  mutating func next() throws(YAMLFault) -> YAMLEvent {
    var event = yaml_event_t()
    guard yaml_parser_parse(parser, &event) == 1 else { throw fault() }
    defer { yaml_event_delete(&event) }
    return Self.translate(event)
  }

  private static func translate(_ event: yaml_event_t) -> YAMLEvent {
    let position = Self.position(event.start_mark)
    switch event.type {
    case YAML_SCALAR_EVENT:
      let scalar = event.data.scalar
      let text = String(decoding: UnsafeBufferPointer(start: scalar.value, count: scalar.length), as: UTF8.self)
      let isPlain = scalar.style == YAML_PLAIN_SCALAR_STYLE
      return YAMLEvent(
        kind: .scalar(text, isPlain: isPlain), position: position, anchor: string(scalar.anchor),
        tag: string(scalar.tag))
    case YAML_ALIAS_EVENT:
      return YAMLEvent(kind: .alias(string(event.data.alias.anchor) ?? ""), position: position)
    case YAML_SEQUENCE_START_EVENT:
      let start = event.data.sequence_start
      return YAMLEvent(
        kind: .sequenceStart, position: position, anchor: string(start.anchor), tag: string(start.tag))
    case YAML_MAPPING_START_EVENT:
      let start = event.data.mapping_start
      return YAMLEvent(kind: .mappingStart, position: position, anchor: string(start.anchor), tag: string(start.tag))
    case YAML_SEQUENCE_END_EVENT: return YAMLEvent(kind: .sequenceEnd, position: position)
    case YAML_MAPPING_END_EVENT: return YAMLEvent(kind: .mappingEnd, position: position)
    case YAML_DOCUMENT_START_EVENT: return YAMLEvent(kind: .documentStart, position: position)
    case YAML_DOCUMENT_END_EVENT: return YAMLEvent(kind: .documentEnd, position: position)
    case YAML_STREAM_START_EVENT: return YAMLEvent(kind: .streamStart, position: position)
    default: return YAMLEvent(kind: .streamEnd, position: position)
    }
  }

  private func fault() -> YAMLFault {
    let state = parser.pointee
    let problem = state.problem.map { String(cString: $0) } ?? "the text cannot be read"
    if state.error == YAML_READER_ERROR {
      return YAMLFault(
        position: TextPlace.position(ofByte: Int(state.problem_offset), in: text), message: problem,
        advice: "save the file as plain UTF-8 text")
    }
    let context = state.context.map { String(cString: $0) }
    let position = Self.position(state.problem_mark)
    var message = problem
    if let context {
      message += " \(context)"
      if state.context_mark.line != state.problem_mark.line { message += " of line \(state.context_mark.line + 1)" }
    }
    return YAMLFault(
      position: position, message: message, advice: advice(at: state.problem_mark, problem: problem, context: context))
  }

  /// The mistakes that are behind most of libyaml's complaints.
  private func advice(at mark: yaml_mark_t, problem: String, context: String?) -> String? {
    let context = context ?? ""
    if problem.contains("mapping values") { return "quote a text that holds ': '" }
    if context.contains("alias") { return "quote a text that begins with '*'" }
    if context.contains("anchor") { return "quote a text that begins with '&'" }
    if context.contains("quoted scalar") { return "close the quote" }
    if context.contains("flow mapping") { return "close the '{' with '}'" }
    if context.contains("flow sequence") { return "close the '[' with ']'" }
    switch TextPlace.byte(atLine: mark.line, column: mark.column, in: text) {
    case UInt8(ascii: "\t"): return "use spaces instead of the tab"
    case UInt8(ascii: "@"), UInt8(ascii: "`"), UInt8(ascii: "%"): return "quote a text that begins with this character"
    default: return context.contains("block") ? "keys of one map begin in the same column" : nil
    }
  }

  private static func position(_ mark: yaml_mark_t) -> SourcePosition {
    SourcePosition(line: Int(mark.line) + 1, column: Int(mark.column) + 1)
  }

  private static func string(_ pointer: UnsafeMutablePointer<yaml_char_t>?) -> String? {
    pointer.map { String(cString: $0) }
  }
}
