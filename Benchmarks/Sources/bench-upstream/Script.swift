import BenchSupport

/// What a request asks for: `"stream":true` and a model such as `stream-20x5ms` in its body.
struct Script {
  /// Content frames, beside the role, finish, usage and `[DONE]` events.
  var frames = 20
  var intervalNanoseconds: UInt64 = 5_000_000
  var isStream = false
  /// Whether a plain answer is one of 2 KB: the model `plain-2k`.
  var isLarge = false

  /// - Parameter body: the request's body or as much of its start as was kept.
  init(body: UnsafeBufferPointer<UInt8>) {
    let model = Self.value(of: "\"model\"", in: body)
    guard Self.value(of: "\"stream\"", in: body)?.first == UInt8(ascii: "t") else {
      isLarge = model?.starts(with: "\"plain-2k\"".utf8) ?? false
      return
    }
    isStream = true
    guard let model,
      let marker = MessageHead.find("stream-", in: UnsafeBufferPointer(rebasing: model.prefix(64)))
    else { return }
    var numbers: [Int] = []
    var rest = model.dropFirst(marker + 7)
    for separator in [UInt8(ascii: "x"), UInt8(ascii: "m")] {
      let digits = rest.prefix { 0x30...0x39 ~= $0 }
      rest = rest.dropFirst(digits.count)
      guard !digits.isEmpty, digits.count <= 5, rest.first == separator else { return }
      numbers.append(digits.reduce(0) { $0 * 10 + Int($1 - 0x30) })
      rest = rest.dropFirst()
    }
    frames = numbers[0]
    intervalNanoseconds = UInt64(numbers[1]) * 1_000_000
  }

  private static func value(
    of key: StaticString, in body: UnsafeBufferPointer<UInt8>
  ) -> Slice<UnsafeBufferPointer<UInt8>>? {
    guard let start = MessageHead.find(key, in: body) else { return nil }
    let value = body[(start + key.utf8CodeUnitCount)...].drop { $0 == 0x20 || $0 == UInt8(ascii: ":") }
    return Slice(base: UnsafeBufferPointer(rebasing: value), bounds: 0..<value.count)
  }
}
