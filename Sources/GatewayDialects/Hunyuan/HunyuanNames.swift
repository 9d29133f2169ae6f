import GatewayCore

/// The names of Tencent Cloud's API, which are those of OpenAI's chat in another spelling: `FinishReason` is `finish_reason`.
enum HunyuanNames {
  /// An answer, or an event of a stream, in the words of chat.
  static func chat(_ node: JSONNode) -> JSONNode? {
    var json = JSONWriter(capacity: 512)
    write(node, into: &json)
    return RawJSON(written: json.bytes).node
  }

  private static func write(_ node: JSONNode, into json: inout JSONWriter) {
    if node.isObject {
      json.object { json in
        for (name, value) in node.members {
          json.name(chatName(name))
          // The SDK has a string for what is a number.
          if name.equals("CachedTokens"), let digits = number(value) {
            json.value(digits)
          } else {
            write(value, into: &json)
          }
        }
      }
    } else if node.isArray {
      json.array { json in for element in node.elements { write(element, into: &json) } }
    } else {
      json.value(node.raw)
    }
  }

  private static func chatName(_ name: RawText) -> RawText {
    if name.isEscaped { return name }
    var bytes: [UInt8] = []
    bytes.reserveCapacity(name.count + 4)
    for byte in name.bytes {
      guard UInt8(ascii: "A")...UInt8(ascii: "Z") ~= byte else {
        bytes.append(byte)
        continue
      }
      if !bytes.isEmpty { bytes.append(UInt8(ascii: "_")) }
      bytes.append(byte | 0x20)
    }
    return RawText(joined: bytes)
  }

  private static func number(_ node: JSONNode) -> RawJSON? {
    node.string.flatMap { Int($0) }.map { RawJSON($0) }
  }
}
