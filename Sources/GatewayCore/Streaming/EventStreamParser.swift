/// Finds server-sent events in a stream of bytes (WHATWG HTML §9.2), without copying: the caller keeps the bytes, the
/// parser says where things are.
///
/// The caller holds the bytes that are not used up in one contiguous buffer, appends what arrives, and drops what an
/// item says is consumed. Whatever the pieces in which the bytes come, the items are the same and no byte is looked
/// at twice.
///
///     while true {
///       switch try parser.next(buffer) {
///       case .event(let event):  use(event, buffer); buffer.drop(event.consumed)
///       case .comment(let range, let consumed):      buffer.drop(consumed)
///       case .needsMore(let consumed):               buffer.drop(consumed); return
///       }
///     }
///
/// At the end of input what is left is discarded with the parser, as the specification has it.
package struct EventStreamParser: Sendable {
  /// A dispatched event. All ranges are offsets in the buffer that was passed to `next`.
  package struct Event: Hashable, Sendable {
    /// The value of the first `data` line.
    package internal(set) var data: Range<Int>
    /// Of further `data` lines, which a line feed joins to those before. Empty nearly always.
    package internal(set) var extraData: [Range<Int>] = []
    /// The last `event` field; nil: `message`.
    package internal(set) var eventType: Range<Int>?
    /// The last `id` field of this event, if without NUL.
    package internal(set) var id: Range<Int>?
    /// The last `retry` field, in milliseconds.
    package internal(set) var retry: Int?
    /// Bytes from the start of the buffer that the event took up.
    package internal(set) var consumed: Int
  }

  package enum Item: Hashable, Sendable {
    case event(Event)
    /// What follows the colon. `consumed` is 0 within an event: the bytes are consumed with it.
    case comment(Range<Int>, consumed: Int)
    /// No further line is complete. The first `consumed` bytes mean nothing any more (blank lines).
    case needsMore(consumed: Int)
  }

  private enum Field { case data, event, id, retry, other }

  private let maximumEventBytes: Int
  /// Whether the first three bytes, which may be a byte order mark, are still to be judged.
  private var isAtStart = true
  /// A CR ended the last line: an LF right after it belongs to it.
  private var skipsLineFeed = false
  /// Start of the line that is being read.
  private var lineStart = 0
  /// Bytes of the buffer that have been looked at.
  private var scanned = 0
  /// Where the event begins that is being read: after the last blank line.
  private var eventStart = 0
  private var hasFields = false
  private var hasData = false
  private var pending = Event(data: 0..<0, consumed: 0)

  /// - Parameter maximumEventBytes: of one event with all of its lines, and of one comment.
  package init(maximumEventBytes: Int) { self.maximumEventBytes = maximumEventBytes }

  /// Whether an event has begun and is not complete.
  package var isInsideEvent: Bool { hasFields || scanned > lineStart }

  /// The next item of the stream.
  ///
  /// - Parameter buffer: the bytes that are not consumed: those of the call before, less what that consumed, and what
  ///   came
  ///   since.
  package mutating func next(_ buffer: UnsafeRawBufferPointer) throws(EventTooLarge) -> Item {
    if isAtStart, !passByteOrderMark(buffer) { return .needsMore(consumed: 0) }
    while true {
      if skipsLineFeed {
        guard lineStart < buffer.count else { break }
        if buffer[lineStart] == 0x0A {
          lineStart &+= 1
          scanned = lineStart
        }
        skipsLineFeed = false
      }
      let lineEnd = Self.endOfLine(buffer, from: scanned)
      guard lineEnd < buffer.count else {
        scanned = lineEnd
        break
      }
      let line = lineStart..<lineEnd
      passLineEnd(buffer, at: lineEnd)
      if lineStart &- eventStart > maximumEventBytes { throw EventTooLarge(maximum: maximumEventBytes) }
      if let item = take(line, buffer) { return item }
    }
    if buffer.count - eventStart > maximumEventBytes { throw EventTooLarge(maximum: maximumEventBytes) }
    let consumed = hasFields ? 0 : lineStart
    rebase(by: consumed)
    return .needsMore(consumed: consumed)
  }
}

extension EventStreamParser {
  /// Acts on one whole line; `lineStart` is past it already.
  @inline(__always)
  private mutating func take(_ line: Range<Int>, _ buffer: UnsafeRawBufferPointer) -> Item? {
    if line.isEmpty { return dispatch() }
    if buffer[line.lowerBound] == UInt8(ascii: ":") {
      if !hasFields { eventStart = lineStart }
      let consumed = hasFields ? 0 : lineStart
      rebase(by: consumed)
      return .comment((line.lowerBound + 1)..<line.upperBound, consumed: consumed)
    }
    hasFields = true
    let (field, value) = Self.split(line, buffer)
    switch field {
    case .data:
      if hasData { pending.extraData.append(value) } else { pending.data = value }
      hasData = true
    case .event: pending.eventType = value.isEmpty ? nil : value
    case .id: if !buffer[value].contains(0) { pending.id = value }
    case .retry: pending.retry = Self.digits(buffer[value]) ?? pending.retry
    case .other: break
    }
    return nil
  }

  /// A blank line: the event is complete, or there was none.
  @inline(__always)
  private mutating func dispatch() -> Item? {
    let event = pending
    let isEvent = hasData
    if hasFields {
      pending = Event(data: 0..<0, consumed: 0)
      hasData = false
      hasFields = false
    }
    eventStart = lineStart
    guard isEvent else { return nil }
    var complete = event
    complete.consumed = lineStart
    rebase(by: lineStart)
    return .event(complete)
  }

  /// Passes the CR or LF at `index`, and the LF of a CRLF when it is there already.
  @inline(__always)
  private mutating func passLineEnd(_ buffer: UnsafeRawBufferPointer, at index: Int) {
    lineStart = index &+ 1
    if buffer[index] == 0x0D {
      if lineStart < buffer.count {
        if buffer[lineStart] == 0x0A { lineStart &+= 1 }
      } else {
        skipsLineFeed = true
      }
    }
    scanned = lineStart
  }

  @inline(__always)
  private mutating func rebase(by consumed: Int) {
    lineStart &-= consumed
    scanned &-= consumed
    eventStart = max(0, eventStart &- consumed)
  }

  /// False while it cannot be told yet whether the stream starts with a byte order mark.
  @inline(never)
  private mutating func passByteOrderMark(_ buffer: UnsafeRawBufferPointer) -> Bool {
    for (index, byte) in [0xEF, 0xBB, 0xBF].enumerated() {
      guard index < buffer.count else { return false }
      guard buffer[index] == byte else {
        isAtStart = false
        return true
      }
    }
    isAtStart = false
    lineStart = 3
    scanned = 3
    eventStart = 3
    return true
  }

  /// The field and its value: what follows the colon, without one space.
  @inline(__always)
  private static func split(_ line: Range<Int>, _ buffer: UnsafeRawBufferPointer) -> (Field, Range<Int>) {
    var colon = line.lowerBound
    // No name that matters is longer than 5 bytes.
    let limit = min(line.upperBound, line.lowerBound &+ 6)
    while colon < limit, buffer[colon] != UInt8(ascii: ":") { colon &+= 1 }
    let hasColon = colon < limit
    guard hasColon || colon == line.upperBound else { return (.other, line.upperBound..<line.upperBound) }
    var start = hasColon ? colon &+ 1 : colon
    if hasColon, start < line.upperBound, buffer[start] == 0x20 { start &+= 1 }
    return (field(line.lowerBound..<colon, buffer), start..<line.upperBound)
  }

  @inline(__always)
  private static func field(_ name: Range<Int>, _ buffer: UnsafeRawBufferPointer) -> Field {
    func isName(_ text: StaticString) -> Bool {
      for index in 0..<text.utf8CodeUnitCount
      where buffer[name.lowerBound &+ index] != text.utf8Start[index] { return false }
      return true
    }
    switch name.count {
    case 2: return isName("id") ? .id : .other
    case 4: return isName("data") ? .data : .other
    case 5: return isName("event") ? .event : isName("retry") ? .retry : .other
    default: return .other
    }
  }

  /// ASCII digits only; clamped.
  private static func digits(_ value: Slice<UnsafeRawBufferPointer>) -> Int? {
    guard !value.isEmpty else { return nil }
    var number = 0
    for byte in value {
      guard byte &- 0x30 < 10 else { return nil }
      number = min(number * 10 + Int(byte &- 0x30), 1 << 40)
    }
    return number
  }

  /// Offset of the first CR or LF from `index` on; the count when there is none.
  @inline(__always)
  private static func endOfLine(_ buffer: UnsafeRawBufferPointer, from index: Int) -> Int {
    let count = buffer.count
    var index = index
    while index &+ 16 <= count {
      let block = buffer.loadUnaligned(fromByteOffset: index, as: SIMD16<UInt8>.self)
      // Vectors on both sides: the operators that take a scalar go lane by lane.
      let ends = (block .== SIMD16<UInt8>(repeating: 0x0A)) .| (block .== SIMD16<UInt8>(repeating: 0x0D))
      let words = unsafeBitCast(ends, to: SIMD2<UInt64>.self)
      if words.x | words.y == 0 {
        index &+= 16
        continue
      }
      if words.x != 0 { return index &+ UInt64(littleEndian: words.x).trailingZeroBitCount &>> 3 }
      return index &+ 8 &+ UInt64(littleEndian: words.y).trailingZeroBitCount &>> 3
    }
    while index < count, buffer[index] != 0x0A, buffer[index] != 0x0D { index &+= 1 }
    return index
  }
}

/// One event (or comment) of a stream is larger than allowed.
package struct EventTooLarge: Error, Hashable, Sendable {
  /// Bytes.
  package let maximum: Int
}
