extension JSONCursor {
  /// Passes the object or array under the cursor with all that is in it. One loop with its state in registers,
  /// because most bytes of a request are passed here.
  @inline(never)
  mutating func skipContainer() throws(JSONFault) {
    let source = source
    let floor = depth
    var index = offset
    var nesting = Nesting()
    var text = text
    var name = JSONString(start: 0, end: 0, shrink: 0, other: 0)
    next: while true {
      if nesting.isInObject {
        guard index < source.count, source.base[index] == UInt8(ascii: "\"") else {
          throw source.unexpected(.memberName, at: index)
        }
        name = try source.string(at: index)
        index = source.endOfWhitespace(from: name.end &+ 1)
        guard index < source.count, source.base[index] == UInt8(ascii: ":") else {
          throw source.unexpected(.colon, at: index)
        }
        index = source.endOfWhitespace(from: index &+ 1)
      }
      guard index < source.count else { throw source.unexpected(.value, at: index) }
      switch source.base[index] {
      case UInt8(ascii: "\""):
        let value = try source.string(at: index)
        if !source.isDataURL(value), !(nesting.isInObject && source.isEmbeddedFile(value, named: name)) {
          text += value.text
        }
        index = value.end &+ 1
      case UInt8(ascii: "{"), UInt8(ascii: "["):
        guard floor &+ nesting.depth < Self.maximumDepth else { throw JSONFault(.tooDeep, at: index) }
        nesting.enter(isObject: source.base[index] == UInt8(ascii: "{"))
        index = source.endOfWhitespace(from: index &+ 1)
        if index < source.count, source.base[index] == nesting.closing { break }
        continue next
      case UInt8(ascii: "t"): index = try source.endOfLiteral("true", at: index)
      case UInt8(ascii: "f"): index = try source.endOfLiteral("false", at: index)
      case UInt8(ascii: "n"): index = try source.endOfLiteral("null", at: index)
      case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"):
        index = try source.endOfNumber(at: index)
        numbers &+= 1
      default: throw source.unexpected(.value, at: index)
      }
      // After a value, or on the closing byte of an empty container.
      while true {
        index = source.endOfWhitespace(from: index)
        let byte = index < source.count ? source.base[index] : 0
        if byte == UInt8(ascii: ",") {
          index = source.endOfWhitespace(from: index &+ 1)
          continue next
        }
        guard byte == nesting.closing else {
          throw source.unexpected(nesting.isInObject ? .commaOrObjectEnd : .commaOrArrayEnd, at: index)
        }
        index &+= 1
        nesting.leave()
        if nesting.depth == 0 {
          offset = index
          self.text = text
          return
        }
      }
    }
  }
}

/// Which of the containers that the cursor is in are objects: a bit each, the innermost lowest.
private struct Nesting {
  private(set) var depth = 0
  private var bits: UInt64 = 0
  /// The bits of each 64 levels further out, the nearest first.
  private var outer: (UInt64, UInt64, UInt64) = (0, 0, 0)

  @inline(__always)
  var isInObject: Bool { bits & 1 != 0 }

  @inline(__always)
  var closing: UInt8 { isInObject ? UInt8(ascii: "}") : UInt8(ascii: "]") }

  @inline(__always)
  mutating func enter(isObject: Bool) {
    if depth & 63 == 0 {
      outer = (bits, outer.0, outer.1)
      bits = 0
    }
    bits = bits &<< 1 | (isObject ? 1 : 0)
    depth &+= 1
  }

  @inline(__always)
  mutating func leave() {
    depth &-= 1
    bits &>>= 1
    if depth & 63 == 0 {
      bits = outer.0
      outer = (outer.1, outer.2, 0)
    }
  }
}
