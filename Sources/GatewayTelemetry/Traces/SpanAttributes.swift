/// The attributes of a span, a resource or an event (`KeyValue` of OTLP).
struct SpanAttributes {
  enum Value: Hashable {
    case text(String)
    case number(Int)
    case decimal(Double)
    case flag(Bool)
    case texts([String])
  }

  // Longer than any name of ours; callers and providers write some of them.
  private static let longestText = 256

  private(set) var all: [(name: String, value: Value)] = []

  mutating func add(_ name: String, _ text: String?) {
    guard let text, !text.isEmpty else { return }
    all.append((name, .text(Self.cut(text))))
  }

  mutating func add(_ name: String, _ number: Int?) {
    guard let number else { return }
    all.append((name, .number(number)))
  }

  mutating func add(_ name: String, _ number: Double) { all.append((name, .decimal(number))) }

  mutating func add(_ name: String, _ flag: Bool) { all.append((name, .flag(flag))) }

  mutating func add(_ name: String, _ texts: [String]) {
    guard !texts.isEmpty else { return }
    all.append((name, .texts(texts.map(Self.cut))))
  }

  /// Writes each as an element of the repeated field `field`.
  func write(_ field: UInt64, to message: inout ProtobufWriter) {
    for (name, value) in all {
      message.add(field) { pair in
        pair.add(1, text: name)
        pair.add(2) { Self.write(value, to: &$0) }
      }
    }
  }

  private static func write(_ value: Value, to message: inout ProtobufWriter) {
    switch value {
    case .text(let text): message.choose(1, text: text)
    case .flag(let flag): message.choose(2, varint: flag ? 1 : 0)
    case .number(let number): message.choose(3, varint: UInt64(bitPattern: Int64(number)))
    case .decimal(let number): message.choose(4, double: number)
    case .texts(let texts):
      message.add(5) { list in for text in texts { list.add(1) { $0.choose(1, text: text) } } }
    }
  }

  /// The start of a text, whole characters.
  static func cut(_ text: String) -> String {
    guard text.utf8.count > longestText else { return text }
    var cut = text.prefix(longestText)
    while cut.utf8.count > longestText { cut.removeLast() }
    return String(cut)
  }
}
