/// Text → tree. Strict where YAML leaves room for surprises: one document, no tags, no merge keys, no repeated keys, and
/// bounds on depth and on what aliases repeat.
struct YAMLReader: ~Copyable {
  static let maximumBytes = 64 << 20
  static let maximumDepth = 64
  /// Values that aliases may add; a few nested aliases would otherwise stand for billions.
  static let maximumRepeated = 50_000

  private var events: YAMLEvents
  private let log: ProblemLog
  private var anchors: [String: YAMLNode] = [:]
  private var repeated = 0

  /// - Returns: `nil` after an error that leaves nothing to look at.
  static func read(_ bytes: [UInt8], log: ProblemLog) -> YAMLNode? {
    guard bytes.count <= maximumBytes else {
      log.error("the file is larger than 64MiB", at: nil)
      return nil
    }
    if let offset = TextPlace.firstInvalidByte(in: bytes) {
      let position = bytes.withUnsafeBufferPointer { TextPlace.position(ofByte: offset, in: $0) }
      log.error("the file is not UTF-8", at: position, advice: "save it as UTF-8 text")
      return nil
    }
    guard !bytes.isEmpty else {
      log.error("the file is empty", at: SourcePosition(line: 1, column: 1), advice: emptyAdvice)
      return nil
    }
    return bytes.withUnsafeBufferPointer { text in
      guard let events = YAMLEvents(text) else {
        log.error("out of memory", at: nil)
        return nil
      }
      var reader = YAMLReader(events, log)
      do throws(YAMLFault) {
        return try reader.document()
      } catch {
        log.error(error.message, at: error.position, advice: error.advice)
        return nil
      }
    }
  }

  static let emptyAdvice = "name at least one provider"

  private init(_ events: consuming YAMLEvents, _ log: ProblemLog) {
    self.events = events
    self.log = log
  }

  private mutating func document() throws(YAMLFault) -> YAMLNode? {
    _ = try events.next()
    guard case .documentStart = try events.next().kind else {
      log.error("the file is empty", at: SourcePosition(line: 1, column: 1), advice: Self.emptyAdvice)
      return nil
    }
    let root = try node(try events.next(), depth: 0)
    _ = try events.next()
    let end = try events.next()
    if case .documentStart = end.kind {
      log.error("a second document begins here", at: end.position, advice: "keep one document in the file")
    }
    return root
  }

  private mutating func node(_ event: YAMLEvent, depth: Int) throws(YAMLFault) -> YAMLNode {
    guard depth < Self.maximumDepth else {
      throw YAMLFault(position: event.position, message: "nested deeper than \(Self.maximumDepth) levels", advice: nil)
    }
    if let tag = event.tag, tag != "!" {
      let short = tag.hasPrefix("tag:yaml.org,2002:") ? "!!\(tag.dropFirst(18))" : tag
      log.error(
        "the tag '\(short)' is not supported", at: event.position, advice: "remove it; quotes make a value a text")
    }
    let content: YAMLNode.Content
    switch event.kind {
    case .alias(let name): return try alias(name, at: event.position)
    case .scalar(let text, let isPlain): content = .scalar(text, isPlain: isPlain)
    case .sequenceStart: content = .sequence(try items(depth: depth + 1))
    case .mappingStart: content = .mapping(try pairs(depth: depth + 1))
    default: throw YAMLFault(position: event.position, message: "a value is missing", advice: nil)
    }
    let node = YAMLNode(content, at: event.position)
    if let anchor = event.anchor { anchors[anchor] = node }
    return node
  }

  private mutating func alias(_ name: String, at position: SourcePosition) throws(YAMLFault) -> YAMLNode {
    guard let node = anchors[name] else {
      throw YAMLFault(
        position: position, message: "unknown alias '*\(name)'", advice: "quote a text that begins with '*'")
    }
    repeated += node.size
    guard repeated <= Self.maximumRepeated else {
      throw YAMLFault(
        position: position, message: "aliases repeat more than \(Self.maximumRepeated) values",
        advice: "write the values out")
    }
    return YAMLNode(node.content, at: position)
  }

  private mutating func items(depth: Int) throws(YAMLFault) -> [YAMLNode] {
    var items: [YAMLNode] = []
    while true {
      let event = try events.next()
      if case .sequenceEnd = event.kind { return items }
      items.append(try node(event, depth: depth))
    }
  }

  private mutating func pairs(depth: Int) throws(YAMLFault) -> [YAMLPair] {
    var pairs: [YAMLPair] = []
    var seen: [String: SourcePosition] = [:]
    while true {
      let event = try events.next()
      if case .mappingEnd = event.kind { return pairs }
      let key = try node(event, depth: depth)
      let value = try node(try events.next(), depth: depth)
      guard case .scalar(let name, let isPlain) = key.content else {
        log.error("a key must be a text, not \(key.summary)", at: key.position)
        continue
      }
      if name == "<<", isPlain {
        log.error("merge keys are not supported", at: key.position, advice: "write the values out")
      } else if let first = seen[name] {
        log.error("'\(name)' is given twice, first at \(first)", at: key.position, advice: "keep one of them")
      } else {
        seen[name] = key.position
        pairs.append(YAMLPair(key: name, keyPosition: key.position, value: value))
      }
    }
  }
}
