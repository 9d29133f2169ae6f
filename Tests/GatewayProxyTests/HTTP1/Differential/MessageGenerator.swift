/// Writes HTTP/1.1 messages that are mostly right, and wrong in the ways that matter. The same seed, the same messages.
struct MessageGenerator: RandomNumberGenerator {
  private var state: UInt64

  init(seed: UInt64) { self.state = seed }

  /// SplitMix64.
  mutating func next() -> UInt64 {
    self.state &+= 0x9E37_79B9_7F4A_7C15
    var word = self.state
    word = (word ^ (word >> 30)) &* 0xBF58_476D_1CE4_E5B9
    word = (word ^ (word >> 27)) &* 0x94D0_49BB_1331_11EB
    return word ^ (word >> 31)
  }

  /// One connection's worth of bytes: up to three messages, some of them damaged.
  mutating func connection(_ direction: Direction) -> [UInt8] {
    var bytes: [UInt8] = []
    for _ in 0..<(self.chance(4) ? Int.random(in: 2...3, using: &self) : 1) {
      bytes += Array(self.message(direction).utf8)
    }
    if self.chance(3) { self.damage(&bytes) }
    return bytes
  }

  /// Positions in ascending order at which to cut `count` bytes.
  mutating func cuts(_ count: Int) -> [Int] {
    (0..<Int.random(in: 1...4, using: &self)).map { _ in Int.random(in: 0...count, using: &self) }.sorted()
  }

  private mutating func message(_ direction: Direction) -> String {
    var text = self.chance(12) ? "\r\n" : ""
    text += direction == .requests ? self.requestLine() : self.statusLine()
    text += self.lineEnd()
    if direction == .requests, !self.chance(20) { text += "Host: \(self.pick(Self.hosts))" + self.lineEnd() }
    for _ in 0..<Int.random(in: 0...4, using: &self) { text += self.field() + self.lineEnd() }
    let body = self.pick(["", "a", "hello", "{\"a\":1}", "GET / HTTP/1.1\r\n\r\n"])
    switch Int.random(in: 0..<10, using: &self) {
    case 0...3: text += self.name("Content-Length") + ": \(body.utf8.count)" + self.lineEnd() + self.lineEnd() + body
    case 4...6:
      text += self.name("Transfer-Encoding") + ": chunked" + self.lineEnd() + self.lineEnd() + self.chunks(body)
    default: text += self.lineEnd() + (self.chance(6) ? body : "")
    }
    return text
  }

  private mutating func requestLine() -> String {
    if self.chance(15) { return self.pick(Self.oddRequestLines) }
    return "\(self.pick(Self.methods)) \(self.pick(Self.targets)) \(self.version())"
  }

  private mutating func statusLine() -> String {
    if self.chance(15) { return self.pick(Self.oddStatusLines) }
    return "\(self.version()) \(self.pick(Self.statuses)) \(self.pick(["OK", "", "No Content", "\u{e9}", "a\tb"]))"
  }

  private mutating func version() -> String {
    self.chance(6)
      ? self.pick(["HTTP/1.0", "HTTP/1.0", "HTTP/1.2", "HTTP/2.0", "HTTP/0.9", "HTTP/11", "http/1.1"]) : "HTTP/1.1"
  }

  private mutating func field() -> String {
    if self.chance(8) { return self.pick(Self.oddFields) }
    return self.name(self.pick(Self.names)) + self.pick([": ", ":", ":\t", ":  "]) + self.pick(Self.values)
      + self.pick(["", "", "", " ", "\t "])
  }

  private mutating func name(_ name: String) -> String {
    switch Int.random(in: 0..<6, using: &self) {
    case 0: name.lowercased()
    case 1: name.uppercased()
    default: name
    }
  }

  private mutating func chunks(_ body: String) -> String {
    var text = ""
    var rest = Array(body.utf8)[...]
    while !rest.isEmpty {
      let size = Int.random(in: 1...rest.count, using: &self)
      text +=
        self.pick(["", "", "", "0", "000"]) + String(size, radix: 16, uppercase: self.chance(2)) + self.chunkExtension()
      text += self.lineEnd() + String(decoding: rest.prefix(size), as: UTF8.self) + self.lineEnd()
      rest = rest.dropFirst(size)
    }
    text += self.pick(["0", "0", "0", "00", "0x0", "", "g"]) + self.chunkExtension() + self.lineEnd()
    if self.chance(4) { text += self.field() + self.lineEnd() }
    return text + self.lineEnd()
  }

  private mutating func chunkExtension() -> String { self.chance(5) ? self.pick(Self.chunkExtensions) : "" }

  private mutating func lineEnd() -> String { self.chance(150) ? self.pick(["\n", "\r", "\r\r\n", "\n\r\n"]) : "\r\n" }

  /// Changes a few bytes.
  private mutating func damage(_ bytes: inout [UInt8]) {
    for _ in 0..<Int.random(in: 1...3, using: &self) where !bytes.isEmpty {
      let index = Int.random(in: 0..<bytes.count, using: &self)
      switch Int.random(in: 0..<6, using: &self) {
      case 0: bytes[index] = UInt8.random(in: .min ... .max, using: &self)
      case 1: bytes.remove(at: index)
      case 2: bytes.insert(self.pick(Self.spices), at: index)
      case 3: bytes[index] = self.pick(Self.spices)
      case 4: bytes.removeLast(min(bytes.count, Int.random(in: 0...20, using: &self)))
      default: bytes[index] ^= 1 << UInt8.random(in: 0..<8, using: &self)
      }
    }
  }

  private mutating func chance(_ n: Int) -> Bool { Int.random(in: 0..<n, using: &self) == 0 }

  private mutating func pick<Element>(_ elements: [Element]) -> Element {
    elements[Int.random(in: 0..<elements.count, using: &self)]
  }
}
