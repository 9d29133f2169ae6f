extension JSONCursor {
  /// Passes the string under the cursor.
  package mutating func readString() throws(JSONFault) -> JSONString {
    guard byte == UInt8(ascii: "\"") else { throw unexpected(.value) }
    return try scanString()
  }

  /// Passes the string whose opening quote is under the cursor.
  @inline(__always)
  mutating func scanString() throws(JSONFault) -> JSONString {
    let start = offset &+ 1
    // Names and short values end within the first 16 bytes.
    var index = start
    if start &+ 16 <= count {
      let distance = firstSpecial(at: start)
      index = start &+ distance
      if distance < 16, base[index] == UInt8(ascii: "\"") {
        offset = index &+ 1
        return JSONString(start: start, end: index, shrink: 0, other: 0)
      }
    }
    return try scanLongString(start: start, from: index)
  }

  /// - Parameter index: all before it is plain ASCII.
  @inline(never)
  private mutating func scanLongString(start: Int, from index: Int) throws(JSONFault) -> JSONString {
    var index = index
    var shrink = 0
    var other = 0
    while true {
      index = nextSpecial(from: index)
      guard index < count else { throw unexpected(.stringEnd, at: index) }
      let byte = base[index]
      if byte == UInt8(ascii: "\"") {
        offset = index &+ 1
        return JSONString(start: start, end: index, shrink: shrink, other: other)
      }
      if byte == UInt8(ascii: "\\") {
        index = try passEscape(at: index, shrink: &shrink, other: &other)
      } else if byte >= 0x80 {
        let end = try passNonASCII(at: index)
        other &+= end &- index
        index = end
      } else {
        throw JSONFault(.controlCharacter(byte), at: index)
      }
    }
  }

  /// Passes the run of characters outside ASCII that starts at `index`; each must be well-formed (Unicode table 3-7).
  @inline(__always)
  private func passNonASCII(at index: Int) throws(JSONFault) -> Int {
    var index = index
    while index < count {
      let lead = base[index]
      if lead < 0x80 { break }
      // 1110xxxx 10xxxxxx 10xxxxxx with one load: the common case of CJK text.
      if index &+ 4 <= count {
        let word = UInt32(littleEndian: UnsafeRawPointer(base + index).loadUnaligned(as: UInt32.self))
        if word & 0x00C0_C0F0 == 0x0080_80E0 {
          let head = word & 0x0000_200F
          guard head != 0, head != 0x200D else { throw JSONFault(.invalidUTF8, at: index) }  // overlong, surrogate
          index &+= 3
          continue
        }
      }
      let length = wellFormedLength(at: index)
      guard length > 0 else { throw JSONFault(.invalidUTF8, at: index) }
      index &+= length
    }
    return index
  }

  /// Bytes of the well-formed sequence at `index`, whose first byte is at least 0x80; 0 when it is ill-formed or cut off.
  private func wellFormedLength(at index: Int) -> Int {
    func isContinuation(_ offset: Int, from low: UInt8 = 0x80, through high: UInt8 = 0xBF) -> Bool {
      index &+ offset < count && base[index &+ offset] >= low && base[index &+ offset] <= high
    }
    switch base[index] {
    case 0xC2...0xDF: return isContinuation(1) ? 2 : 0
    case 0xE0: return isContinuation(1, from: 0xA0) && isContinuation(2) ? 3 : 0
    case 0xED: return isContinuation(1, through: 0x9F) && isContinuation(2) ? 3 : 0
    case 0xE1...0xEF: return isContinuation(1) && isContinuation(2) ? 3 : 0
    case 0xF0: return isContinuation(1, from: 0x90) && isContinuation(2) && isContinuation(3) ? 4 : 0
    case 0xF1...0xF3: return isContinuation(1) && isContinuation(2) && isContinuation(3) ? 4 : 0
    case 0xF4: return isContinuation(1, through: 0x8F) && isContinuation(2) && isContinuation(3) ? 4 : 0
    default: return 0
    }
  }

  /// Passes the escape whose backslash is at `index`.
  @inline(__always)
  private func passEscape(at index: Int, shrink: inout Int, other: inout Int) throws(JSONFault) -> Int {
    guard index &+ 1 < count else { throw unexpected(.escape, at: index &+ 1) }
    switch base[index &+ 1] {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"), UInt8(ascii: "b"), UInt8(ascii: "f"),
      UInt8(ascii: "n"), UInt8(ascii: "r"), UInt8(ascii: "t"):
      shrink &+= 1
      return index &+ 2
    case UInt8(ascii: "u"): return try passUnicodeEscape(at: index, shrink: &shrink, other: &other)
    default: throw unexpected(.escape, at: index &+ 1)
    }
  }

  private func passUnicodeEscape(at index: Int, shrink: inout Int, other: inout Int) throws(JSONFault) -> Int {
    let unit = try codeUnit(at: index &+ 2)
    switch unit {
    case 0..<0x80: shrink &+= 5
    case 0x80..<0x800:
      shrink &+= 4
      other &+= 2
    case 0xD800..<0xDC00 where index &+ 7 < count && base[index &+ 6] == UInt8(ascii: "\\")
      && base[index &+ 7] == UInt8(ascii: "u"):
      let low = try codeUnit(at: index &+ 8)
      guard low & 0xFC00 == 0xDC00 else { fallthrough }
      shrink &+= 8
      other &+= 4
      return index &+ 12
    case 0xD800..<0xE000:
      guard loneSurrogates == .replaced else { throw JSONFault(.loneSurrogate, at: index) }
      fallthrough
    default:
      shrink &+= 3
      other &+= 3
    }
    return index &+ 6
  }

  private func codeUnit(at index: Int) throws(JSONFault) -> UInt32 {
    var unit: UInt32 = 0
    for position in index..<(index &+ 4) {
      guard position < count, let digit = JSONString.hexValue(base[position]) else {
        throw unexpected(.hexDigit, at: position)
      }
      unit = unit << 4 | UInt32(digit)
    }
    return unit
  }
}

extension JSONCursor {
  private typealias Block = SIMD16<Int8>

  /// Marks quotes, backslashes, control characters and bytes outside ASCII.
  @inline(__always)
  private static func special(_ block: Block) -> SIMDMask<Block> {
    // Bytes from 0x80 are negative, so one signed comparison finds them and the control characters.
    // Vectors on both sides: the operators that take a scalar go lane by lane.
    (block .== Block(repeating: 0x22)) .| (block .== Block(repeating: 0x5C)) .| (block .< Block(repeating: 0x20))
  }

  @inline(__always)
  private static func words(_ mask: SIMDMask<Block>) -> SIMD2<UInt64> { unsafeBitCast(mask, to: SIMD2<UInt64>.self) }

  @inline(__always)
  private func load(_ index: Int) -> Block {
    UnsafeRawPointer(base + index).loadUnaligned(as: Block.self)
  }

  /// Distance to the first special byte of the 16 at `index`; 16 when there is none.
  @inline(__always)
  func firstSpecial(at index: Int) -> Int {
    let words = Self.words(Self.special(load(index)))
    if words.x != 0 { return UInt64(littleEndian: words.x).trailingZeroBitCount &>> 3 }
    return 8 &+ UInt64(littleEndian: words.y).trailingZeroBitCount &>> 3
  }

  /// Offset of the first special byte from `index` on; the count when there is none.
  @inline(__always)
  private func nextSpecial(from index: Int) -> Int {
    var index = index
    while index &+ 16 <= count {
      let distance = firstSpecial(at: index)
      if distance < 16 { return index &+ distance }
      index &+= 16
      // Long plain stretches (prose, base64) go by 64 bytes with one test.
      while index &+ 64 <= count {
        let masks =
          (Self.special(load(index)) .| Self.special(load(index &+ 16)))
          .| (Self.special(load(index &+ 32)) .| Self.special(load(index &+ 48)))
        let words = Self.words(masks)
        if words.x | words.y != 0 { break }
        index &+= 64
      }
    }
    while index < count {
      let byte = base[index]
      if byte == 0x22 || byte == 0x5C || byte < 0x20 || byte >= 0x80 { break }
      index &+= 1
    }
    return index
  }
}
