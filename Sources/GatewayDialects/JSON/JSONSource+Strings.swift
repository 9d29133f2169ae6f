extension JSONSource {
  /// The string whose opening quote is at `index`.
  @inline(__always)
  func string(at index: Int) throws(JSONFault) -> JSONString {
    let start = index &+ 1
    // Names and short values end within the first 16 bytes.
    var clean = start
    if start &+ 16 <= count {
      let distance = firstSpecial(at: start)
      clean = start &+ distance
      if distance < 16, base[clean] == UInt8(ascii: "\"") {
        return JSONString(start: start, end: clean, shrink: 0, other: 0)
      }
    }
    return try longString(start: start, from: clean)
  }

  /// - Parameter index: all before it is plain ASCII.
  @inline(never)
  private func longString(start: Int, from index: Int) throws(JSONFault) -> JSONString {
    var index = index
    var shrink = 0
    var other = 0
    while true {
      index = nextSpecial(from: index)
      guard index < count else { throw unexpected(.stringEnd, at: index) }
      let byte = base[index]
      if byte == UInt8(ascii: "\"") { return JSONString(start: start, end: index, shrink: shrink, other: other) }
      if byte == UInt8(ascii: "\\") {
        index = try passEscapes(at: index, shrink: &shrink, other: &other)
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

  /// Bytes of the well-formed sequence at `index`, whose first byte is at least 0x80; 0 when it is ill-formed or cut
  /// off.
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

  /// Passes the escape whose backslash is at `index`, and those that follow without a gap.
  @inline(__always)
  private func passEscapes(at index: Int, shrink: inout Int, other: inout Int) throws(JSONFault) -> Int {
    var index = index
    repeat {
      guard index &+ 1 < count else { throw unexpected(.escape, at: index &+ 1) }
      let letter = base[index &+ 1]
      if letter == UInt8(ascii: "u") {
        index = try passUnicodeEscape(at: index, shrink: &shrink, other: &other)
      } else {
        guard Self.isShortEscape(letter) else { throw unexpected(.escape, at: index &+ 1) }
        shrink &+= 1
        index &+= 2
      }
    } while index < count && base[index] == UInt8(ascii: "\\")
    return index
  }

  /// Whether `letter` is one of `"` `/` `\` `b` `f` `n` `r` `t`, looked up in a bit set because the next cannot be
  /// predicted.
  @inline(__always)
  private static func isShortEscape(_ letter: UInt8) -> Bool {
    let low: UInt64 = 1 << 0x22 | 1 << 0x2F
    let high: UInt64 = 1 << 0x1C | 1 << 0x22 | 1 << 0x26 | 1 << 0x2E | 1 << 0x32 | 1 << 0x34
    return letter < 0x80 && (letter < 0x40 ? low : high) &>> UInt64(letter & 63) & 1 != 0
  }

  @inline(__always)
  private func passUnicodeEscape(at index: Int, shrink: inout Int, other: inout Int) throws(JSONFault) -> Int {
    let unit = try codeUnit(at: index &+ 2)
    if unit >= 0x800, unit & 0xF800 != 0xD800 {
      shrink &+= 3
      other &+= 3
      return index &+ 6
    }
    return try passRareEscape(unit, at: index, shrink: &shrink, other: &other)
  }

  /// ASCII, Latin and the like, and surrogates.
  private func passRareEscape(
    _ unit: UInt32, at index: Int, shrink: inout Int, other: inout Int
  ) throws(JSONFault) -> Int {
    switch unit {
    case 0..<0x80: shrink &+= 5
    case 0x80..<0x800:
      shrink &+= 4
      other &+= 2
    case 0xD800..<0xDC00
    where index &+ 7 < count && base[index &+ 6] == UInt8(ascii: "\\")
      && base[index &+ 7] == UInt8(ascii: "u"):
      let low = try codeUnit(at: index &+ 8)
      guard low & 0xFC00 == 0xDC00 else { fallthrough }
      shrink &+= 8
      other &+= 4
      return index &+ 12
    case 0xD800..<0xE000:
      guard replacesLoneSurrogates else { throw JSONFault(.loneSurrogate, at: index) }
      fallthrough
    default:
      shrink &+= 3
      other &+= 3
    }
    return index &+ 6
  }

  /// Four hexadecimal digits. Without a branch for each: which digits are letters cannot be predicted.
  @inline(__always)
  private func codeUnit(at index: Int) throws(JSONFault) -> UInt32 {
    guard index &+ 4 <= count else { throw badCodeUnit(at: index) }
    let digits = UnsafeRawPointer(base + index).loadUnaligned(as: SIMD4<UInt8>.self)
    let letters = (digits | SIMD4<UInt8>(repeating: 0x20)) &- SIMD4<UInt8>(repeating: 0x61)
    let figures = digits &- SIMD4<UInt8>(repeating: 0x30)
    let areFigures = figures .< SIMD4<UInt8>(repeating: 10)
    let areLetters = letters .< SIMD4<UInt8>(repeating: 6)
    guard unsafeBitCast(areFigures .| areLetters, to: UInt32.self) == .max else { throw badCodeUnit(at: index) }
    let values = (letters &+ SIMD4<UInt8>(repeating: 10)).replacing(with: figures, where: areFigures)
    let word = UInt32(littleEndian: unsafeBitCast(values, to: UInt32.self))
    return (word & 0xF) << 12 | (word & 0xF00) | (word >> 12) & 0xF0 | word >> 24
  }

  private func badCodeUnit(at index: Int) -> JSONFault {
    var position = index
    while position < count, JSONString.hexValue(base[position]) != nil { position &+= 1 }
    return unexpected(.hexDigit, at: position)
  }
}

extension JSONSource {
  private typealias Block = SIMD16<Int8>

  /// Marks quotes, backslashes, control characters and bytes outside ASCII.
  @inline(__always)
  private static func special(_ block: Block) -> SIMDMask<Block> {
    // Bytes from 0x80 are negative, so that one signed comparison finds them and the control characters; with bit 1
    // turned over the quote (0x22) comes below the bound and the space (0x20) above it. Vectors on both sides: the
    // operators that take a scalar go lane by lane.
    ((block ^ Block(repeating: 0x02)) .< Block(repeating: 0x21)) .| (block .== Block(repeating: 0x5C))
  }

  @inline(__always)
  private static func words(_ mask: SIMDMask<Block>) -> SIMD2<UInt64> { unsafeBitCast(mask, to: SIMD2<UInt64>.self) }

  @inline(__always)
  private func load(_ index: Int) -> Block {
    UnsafeRawPointer(base + index).loadUnaligned(as: Block.self)
  }

  @inline(__always)
  private static func isAny(_ mask: SIMDMask<Block>) -> Bool {
    let words = words(mask)
    return words.x | words.y != 0
  }

  /// Index of the first marked byte; 16 when there is none. Without a branch: where a text is interrupted cannot be
  /// predicted.
  @inline(__always)
  private static func distance(_ mask: SIMDMask<Block>) -> Int {
    let words = words(mask)
    let first = UInt64(littleEndian: words.x).trailingZeroBitCount &>> 3
    let second = UInt64(littleEndian: words.y).trailingZeroBitCount &>> 3
    return first &+ second & (0 &- first &>> 3)
  }

  /// Distance to the first special byte of the 16 at `index`; 16 when there is none.
  @inline(__always)
  private func firstSpecial(at index: Int) -> Int { Self.distance(Self.special(load(index))) }

  /// Offset of the first special byte from `index` on; the count when there is none.
  @inline(__always)
  private func nextSpecial(from index: Int) -> Int {
    var index = index
    if index &+ 16 <= count {
      let distance = firstSpecial(at: index)
      index &+= distance
      if distance < 16 { return index }
    }
    while index &+ 32 <= count {
      let low = Self.special(load(index))
      let high = Self.special(load(index &+ 16))
      if Self.isAny(low .| high) {
        let distance = Self.distance(low)
        return index &+ distance &+ Self.distance(high) & (0 &- distance &>> 4)
      }
      index &+= 32
      // Long plain stretches (prose, base64) go by 64 bytes with one test.
      while index &+ 64 <= count {
        let masks =
          (Self.special(load(index)) .| Self.special(load(index &+ 16)))
          .| (Self.special(load(index &+ 32)) .| Self.special(load(index &+ 48)))
        if Self.isAny(masks) { break }
        index &+= 64
      }
    }
    if index &+ 16 <= count {
      let distance = firstSpecial(at: index)
      index &+= distance
      if distance < 16 { return index }
    }
    while index < count {
      let byte = base[index]
      if byte == 0x22 || byte == 0x5C || byte < 0x20 || byte >= 0x80 { break }
      index &+= 1
    }
    return index
  }
}
