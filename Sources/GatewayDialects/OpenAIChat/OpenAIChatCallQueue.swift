/// The tool calls of one choice of a stream. Some servers send the pieces of parallel calls by turns, while a canonical stream
/// tells one part at a time: what belongs to a later call waits until the arguments of the call before it are whole.
struct OpenAIChatCallQueue {
  struct Call {
    var id: RawText
    var name: RawText
    var kind: ToolCall.Kind
    var signature: RawText?
    /// Arguments that have not been told.
    var waiting: [RawText] = []
    /// Whether its part has been begun.
    var isTold = false
    var scan = ArgumentScan()

    /// Whether nothing more of it is to come: free text has no end of its own.
    fileprivate var isWhole: Bool { kind == .custom || scan.isWhole }
  }

  enum Step {
    /// The call at that place begins.
    case begin(Int, Call)
    case arguments(Int, [RawText])
  }

  private var calls: [Call] = []
  /// The place of a call by the provider's index.
  private var places: [Int: Int] = [:]
  /// The call that is being told.
  private var current = 0

  var isEmpty: Bool { calls.isEmpty }

  /// - Parameter piece: of the arguments; empty for none.
  mutating func take(_ call: Call, piece: RawText, number: Int) throws(AnswerFault) {
    let place = self.place(of: call, number: number)
    if calls[place].id.isEmpty { calls[place].id = call.id }
    if calls[place].name.isEmpty { calls[place].name = call.name }
    if calls[place].signature == nil { calls[place].signature = call.signature }
    let bytes = piece.isEscaped ? piece.decoded[...] : piece.bytes
    if bytes.isEmpty { return }
    guard place >= current else {
      if bytes.allSatisfy({ $0 <= 0x20 }) { return }
      // No dialect could be told of it: better a broken answer than a call with half of its arguments.
      throw AnswerFault("arguments of a tool call that came after the next call had begun")
    }
    calls[place].scan.take(bytes)
    calls[place].waiting.append(piece)
  }

  private mutating func place(of call: Call, number: Int) -> Int {
    if let place = places[number] {
      // Some servers give every call the index 0: a name of its own with another id is another call.
      let isOther = !call.id.isEmpty && !call.name.isEmpty && !calls[place].id.isEmpty && calls[place].id != call.id
      if !isOther { return place }
    }
    places[number] = calls.count
    calls.append(call)
    return calls.count - 1
  }

  /// What can be told now.
  ///
  /// - Parameter isLast: nothing of the calls is to come any more: all of it.
  mutating func steps(isLast: Bool) throws(AnswerFault) -> [Step] {
    var steps: [Step] = []
    while current < calls.count {
      if !calls[current].isTold {
        if calls[current].name.isEmpty {
          if isLast { throw AnswerFault("a tool call without a name") }
          break
        }
        calls[current].isTold = true
        steps.append(.begin(current, calls[current]))
      }
      if !calls[current].waiting.isEmpty {
        steps.append(.arguments(current, calls[current].waiting))
        calls[current].waiting = []
      }
      if isLast || current + 1 < calls.count && calls[current].isWhole { current += 1 } else { break }
    }
    return steps
  }
}

/// Tells where a JSON object or array ends, of which the pieces come one by one.
struct ArgumentScan {
  private var depth = 0
  private var isInString = false
  private var isAfterBackslash = false
  private var hasBegun = false

  var isWhole: Bool { hasBegun && depth == 0 }

  mutating func take(_ bytes: ArraySlice<UInt8>) {
    for byte in bytes {
      if isInString {
        if isAfterBackslash {
          isAfterBackslash = false
        } else if byte == UInt8(ascii: "\\") {
          isAfterBackslash = true
        } else if byte == UInt8(ascii: "\"") {
          isInString = false
        }
        continue
      }
      switch byte {
      case UInt8(ascii: "\""): isInString = true
      case UInt8(ascii: "{"), UInt8(ascii: "["):
        depth += 1
        hasBegun = true
      case UInt8(ascii: "}"), UInt8(ascii: "]"): depth -= 1
      default: break
      }
    }
  }
}
