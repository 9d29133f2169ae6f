/// A call: `{"id":…,"type":"function","function":{"name":…,"arguments":"…"}}`.
enum CohereToolCall {
  static func write(_ call: ToolCall, _ id: RawText, into json: inout JSONWriter) {
    json.object { json in
      json.member("id", id)
      json.member("type", "function" as RawText)
      json.object("function") { json in
        json.member("name", call.name)
        let arguments = call.arguments.text
        json.member("arguments", arguments.isEmpty ? "{}" : arguments)
      }
    }
  }
}

/// Ids for calls that came without one, and the same ids for their results.
struct CohereCallIDs {
  private var made = 0
  /// Calls with a made id that have no result yet.
  private var open: [(name: RawText, id: RawText)] = []

  mutating func id(of call: ToolCall) -> RawText {
    guard call.id.isEmpty else { return call.id }
    let id = RawText("call_\(made)")
    made += 1
    open.append((call.name, id))
    return id
  }

  /// The oldest open call of the same tool; of any tool when the result names none.
  mutating func id(of result: ToolResult) -> RawText {
    guard result.callID.isEmpty else { return result.callID }
    let index = open.firstIndex { result.name == nil || $0.name == result.name } ?? open.indices.first
    guard let index else { return "call_0" }
    return open.remove(at: index).id
  }
}
