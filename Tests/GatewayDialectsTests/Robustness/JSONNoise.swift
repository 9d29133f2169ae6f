/// Random documents and random changes, the same in every run. Names and strings are those of the fixtures, so that readers come
/// to the rarer of their branches.
struct JSONNoise: RandomNumberGenerator {
  /// Splitmix64.
  private var state: UInt64
  private var names: [String] = ["type"]
  private var scalars = [
    "null", "true", "false", "0", "-1", "1", "1e-9", "0.5", "1e400", "2147483648", "9223372036854775807",
    "-9223372036854775808", "12345678901234567890", #""""#, #""\u0000""#, #""\ud83d\ude00""#, #""{\"a\":""#, #""{}""#,
    #""data:image/png;base64,AA==""#, #""https://example.com/a.png""#,
  ]

  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var value = state
    value = (value ^ (value >> 30)) &* 0xBF58_476D_1CE4_E5B9
    value = (value ^ (value >> 27)) &* 0x94D0_49BB_1331_11EB
    return value ^ (value >> 31)
  }

  /// Takes the document's words into the vocabulary.
  mutating func learn(_ tree: NoisyJSON) {
    switch tree {
    case .scalar(let text): if !scalars.contains(text) { scalars.append(text) }
    case .array(let elements): for element in elements { learn(element) }
    case .object(let members):
      for (name, value) in members {
        if !names.contains(name) { names.append(name) }
        learn(value)
      }
    }
  }

  mutating func number(_ range: ClosedRange<Int>) -> Int { Int.random(in: range, using: &self) }

  private mutating func scalar() -> NoisyJSON { .scalar(scalars[number(0...scalars.count - 1)]) }

  mutating func tree(depth: Int) -> NoisyJSON {
    let kind = depth == 0 ? 0 : number(0...4)
    switch kind {
    case 0, 1: return scalar()
    case 2:
      var elements: [NoisyJSON] = []
      for _ in 0..<number(0...3) { elements.append(tree(depth: depth - 1)) }
      return .array(elements)
    default:
      var members: [(name: String, value: NoisyJSON)] = []
      for _ in 0..<number(0...5) {
        let name = names[number(0...names.count - 1)]
        if !members.contains(where: { $0.name == name }) { members.append((name, tree(depth: depth - 1))) }
      }
      return .object(members)
    }
  }

  /// One place of `tree` is changed: another value, another name, less or more of it.
  mutating func changed(_ tree: NoisyJSON) -> NoisyJSON {
    switch tree {
    case .scalar: return number(0...3) == 0 ? self.tree(depth: 2) : scalar()
    case .array(var elements):
      guard !elements.isEmpty, number(0...5) > 0 else { return self.tree(depth: 2) }
      let place = number(0...elements.count - 1)
      switch number(0...7) {
      case 0: elements.remove(at: place)
      case 1: elements.append(elements[place])
      case 2: elements.swapAt(place, elements.count - 1)
      default: elements[place] = changed(elements[place])
      }
      return .array(elements)
    case .object(var members):
      guard !members.isEmpty, number(0...9) > 0 else { return self.tree(depth: 2) }
      let place = number(0...members.count - 1)
      let name = names[number(0...names.count - 1)]
      switch number(0...9) {
      case 0: members.remove(at: place)
      case 1: if !members.contains(where: { $0.name == name }) { members[place].name = name }
      case 2: if !members.contains(where: { $0.name == name }) { members.append((name, self.tree(depth: 2))) }
      default: members[place].value = changed(members[place].value)
      }
      return .object(members)
    }
  }

  /// Some bytes are changed, cut out or doubled.
  mutating func damaged(_ bytes: [UInt8]) -> [UInt8] {
    var bytes = bytes
    for _ in 0..<number(1...3) where !bytes.isEmpty {
      let place = number(0...bytes.count - 1)
      let end = min(bytes.count, place + number(1...60))
      switch number(0...3) {
      case 0: bytes[place] = UInt8.random(in: .min ... .max, using: &self)
      case 1: bytes.removeSubrange(place..<end)
      case 2: bytes.insert(contentsOf: bytes[place..<end], at: place)
      default: bytes.removeSubrange(end...)
      }
    }
    return bytes
  }
}
