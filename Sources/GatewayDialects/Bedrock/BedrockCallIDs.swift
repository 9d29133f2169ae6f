import GatewayCore

/// Makes ids of calls that Bedrock takes: letters, digits and `_.:-`, at most 64. Others are replaced by a hash, the same for the
/// call and its result; nothing has to be undone, because Bedrock never repeats an id of the history.
struct BedrockCallIDs {
  private static let maximumLength = 64

  /// Calls without an id that have no result yet.
  private var unanswered: [(name: RawText, id: RawText)] = []
  private var unnamed = 0

  mutating func id(of call: ToolCall) -> RawText {
    guard call.id.isEmpty else { return Self.plain(call.id) }
    unnamed += 1
    let id = RawText("unnamed_\(unnamed)")
    unanswered.append((call.name, id))
    return id
  }

  /// A result without an id answers the first call of its tool that has no result yet.
  mutating func id(of result: ToolResult) -> RawText {
    guard result.callID.isEmpty else { return Self.plain(result.callID) }
    let index = unanswered.firstIndex { result.name == nil || $0.name == result.name }
    return index.map { unanswered.remove(at: $0).id } ?? "unnamed_0"
  }

  static func plain(_ id: RawText) -> RawText {
    let isPlain = id.bytes.allSatisfy { byte in
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "."), UInt8(ascii: ":"),
        UInt8(ascii: "-"):
        true
      default: false
      }
    }
    if isPlain, id.count <= maximumLength { return id }
    return RawText("call_\(hash(id, seed: 1))\(hash(id, seed: 2))")
  }

  private static func hash(_ id: RawText, seed: UInt8) -> String {
    var hash = StableHash()
    hash.combine(byte: seed)
    for byte in id.decoded { hash.combine(byte: byte) }
    return String(hash.value, radix: 16)
  }
}
