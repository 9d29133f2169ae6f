/// Counts the tokens of texts by the pieces that they are made of. Each text begins anew.
struct TokenCount {
  private enum Kind {
    case none, lower, upper, digit, blank, lineEnd, tab, sign, han, wideSign, threeBytes, twoBytes, fourBytes

    var isLetter: Bool { self == .lower || self == .upper }
  }

  private let vocabulary: TokenVocabulary
  /// 64ths of a token.
  private var sum = 0
  private var kind = Kind.none
  /// Characters of the present run, or letters of the present part of a word.
  private var run = 0
  private var capitals = 0
  /// The signs that have not been counted yet: what follows them decides.
  private var signs = 0
  private var repeats = 0
  private var sign: UInt8 = 0
  private var followsBlank = false

  init(_ vocabulary: TokenVocabulary) { self.vocabulary = vocabulary }

  var tokens: Int { max(0, (sum + 63) / 64) }

  /// The punctuation around the name of a member.
  mutating func addSign() { sum += vocabulary.signs }

  /// - Parameter escaped: whether it has the escapes of JSON.
  mutating func count(_ text: UnsafeRawBufferPointer, escaped: Bool) {
    kind = .none
    var index = 0
    while index < text.count {
      let byte = text[index]
      if byte >= 0x80 {
        index += wide(text, at: index)
      } else if escaped, byte == UInt8(ascii: "\\"), index + 1 < text.count {
        index += escape(text, at: index)
      } else {
        narrow(byte)
        index += 1
        if kind == .lower { index = moreWords(text, at: moreLower(text, at: index)) }
      }
    }
    if signs > 0 { countSigns(leads: false) }
  }

  @inline(__always)
  private mutating func narrow(_ byte: UInt8) {
    switch byte {
    case 0x61...0x7A: letter(.lower)
    case 0x41...0x5A: letter(.upper)
    case 0x30...0x39: digit()
    case 0x20: blank()
    case 0x0A, 0x0D: lineEnd()
    case 0x09: begin(.tab, vocabulary.tabs)
    default: punctuation(byte)
    }
  }

  // MARK: Runs

  /// A character of another kind than the one before, or of one whose runs cost by their number.
  @inline(__always)
  private mutating func begin(_ next: Kind, _ cost: Int) {
    guard kind != next else { return }
    if signs > 0 { countSigns(leads: next == .lower || next == .upper) }
    kind = next
    sum += cost
  }

  @inline(__always)
  private mutating func letter(_ next: Kind) {
    if !kind.isLetter {
      begin(next, vocabulary.word)
      (run, capitals) = (1, next == .upper ? 1 : 0)
      return
    }
    if next == .upper, kind == .lower {
      sum += vocabulary.camelPart
      (run, capitals) = (1, 1)
    } else {
      run += 1
      if run > 5 { sum += run <= 8 ? vocabulary.letter6 : run <= 12 ? vocabulary.letter9 : vocabulary.letter13 }
      if next == .upper {
        capitals += 1
        if capitals > 1 { sum += capitals <= 4 ? vocabulary.capital : vocabulary.capital5 }
      }
    }
    kind = next
  }

  /// The lower-case letters that go on here: most of most texts.
  ///
  /// - Returns: the index behind them.
  @inline(__always)
  private mutating func moreLower(_ text: UnsafeRawBufferPointer, at start: Int) -> Int {
    let index = Self.endOfLower(text, from: start)
    let longer = run + index - start
    if longer > 5 {
      // Letters of the word from one length to another.
      func letters(_ from: Int, _ to: Int) -> Int { max(0, min(longer, to) - max(run, from)) }
      sum +=
        letters(5, 8) * vocabulary.letter6 + letters(8, 12) * vocabulary.letter9 + letters(12, .max)
        * vocabulary.letter13
    }
    run = longer
    return index
  }

  /// Eight bytes at a time: words have few, and the end of a loop over them is never where it was the last time.
  @inline(__always)
  private static func endOfLower(_ text: UnsafeRawBufferPointer, from start: Int) -> Int {
    var index = start
    while index &+ 8 <= text.count {
      let word = UInt64(littleEndian: text.loadUnaligned(fromByteOffset: index, as: UInt64.self))
      let low = word & 0x7F7F_7F7F_7F7F_7F7F
      // The top bit of each byte: from "a" on, and up to "z", and no part of a longer character.
      let letters = (low &+ 0x1F1F_1F1F_1F1F_1F1F) & ~(low &+ 0x0505_0505_0505_0505) & ~word
      let others = ~letters & 0x8080_8080_8080_8080
      if others != 0 { return index &+ others.trailingZeroBitCount &>> 3 }
      index &+= 8
    }
    while index < text.count, text[index] &- 0x61 < 26 { index &+= 1 }
    return index
  }

  /// The words that follow behind a letter, each after one blank: as `blank` and `letter` would count them.
  ///
  /// - Returns: the index behind them.
  @inline(__always)
  private mutating func moreWords(_ text: UnsafeRawBufferPointer, at start: Int) -> Int {
    var index = start
    while index + 1 < text.count, text[index] == 0x20, text[index + 1] &- 0x61 < 26 {
      sum += vocabulary.word
      (run, capitals) = (1, 0)
      index = moreLower(text, at: index + 2)
    }
    return index
  }

  private mutating func digit() {
    if kind != .digit {
      let inWord = kind.isLetter
      begin(.digit, inWord ? vocabulary.digitsInWord : 0)
      run = 0
    }
    if run % 3 == 0 { sum += vocabulary.digits }
    run += 1
  }

  private mutating func blank() {
    if kind != .blank {
      begin(.blank, 0)
      run = 0
    }
    run += 1
    if run == 2 { sum += vocabulary.blanks }
  }

  private mutating func lineEnd() {
    let cost = kind == .sign ? vocabulary.lineEndsBehindSigns : vocabulary.lineEnds
    begin(.lineEnd, cost)
  }

  private mutating func punctuation(_ byte: UInt8) {
    if kind == .sign {
      signs += 1
      if byte == sign { repeats += 1 }
    } else {
      followsBlank = kind == .blank
      kind = .sign
      (signs, repeats) = (1, 0)
    }
    sign = byte
  }

  private mutating func countSigns(leads: Bool) {
    if leads, signs == 1, !followsBlank {
      sum += sign == UInt8(ascii: "_") ? vocabulary.underscore : vocabulary.leadingSign
    } else {
      sum += vocabulary.signs + (signs - 1) * vocabulary.sign + repeats * vocabulary.repeated
    }
    signs = 0
  }

  // MARK: Characters of several bytes

  /// - Returns: how many bytes the character has.
  private mutating func wide(_ text: UnsafeRawBufferPointer, at index: Int) -> Int {
    let first = text[index]
    let length = first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4
    guard index + length <= text.count else { return text.count - index }
    var scalar = UInt32(first) & (length == 2 ? 0x1F : length == 3 ? 0x0F : 0x07)
    for offset in 1..<length { scalar = scalar << 6 | UInt32(text[index + offset] & 0x3F) }
    wide(scalar)
    return length
  }

  private mutating func wide(_ scalar: UInt32) {
    switch scalar {
    case 0x4E00...0x9FFF, 0x3400...0x4DBF:
      begin(.han, vocabulary.hanRun)
      sum += vocabulary.han
    case 0x3000...0x303F, 0xFF00...0xFFEF: single(.wideSign, vocabulary.wideSign)
    case ..<0x800: single(.twoBytes, vocabulary.twoBytes)
    case ..<0x10000: single(.threeBytes, vocabulary.threeBytes)
    default: single(.fourBytes, vocabulary.fourBytes)
    }
  }

  private mutating func single(_ next: Kind, _ cost: Int) {
    begin(next, 0)
    sum += cost
  }

  /// - Returns: how many bytes the escape has.
  private mutating func escape(_ text: UnsafeRawBufferPointer, at index: Int) -> Int {
    switch text[index + 1] {
    case UInt8(ascii: "n"), UInt8(ascii: "r"): lineEnd()
    case UInt8(ascii: "t"): begin(.tab, vocabulary.tabs)
    case UInt8(ascii: "u"): return unicode(text, at: index)
    case let byte: punctuation(byte)
    }
    return 2
  }

  private mutating func unicode(_ text: UnsafeRawBufferPointer, at index: Int) -> Int {
    guard index + 6 <= text.count else { return text.count - index }
    let digits = String(decoding: UnsafeRawBufferPointer(rebasing: text[index + 2..<index + 6]), as: UTF8.self)
    let unit = UInt32(digits, radix: 16) ?? 0xFFFD
    switch unit {
    case 0xD800..<0xDC00: wide(0x10000)
    // The second half of a pair, which the first has counted.
    case 0xDC00..<0xE000: break
    case ..<0x80: narrow(UInt8(unit))
    default: wide(unit)
    }
    return 6
  }
}
