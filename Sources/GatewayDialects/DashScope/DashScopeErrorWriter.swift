package import GatewayCore

/// The gateway's own failures as DashScope writes failures: `{"code":…,"message":…,"request_id":…}`.
package enum DashScopeErrorWriter {
  package static func body(_ error: GatewayError) -> [UInt8] { body(code: error.code, message: error.placedMessage) }

  /// The event that ends a broken stream.
  package static func event(_ error: GatewayError) -> [UInt8] {
    var bytes: [UInt8] = []
    append(event: "error", id: nil, status: error.status, body(error), to: &bytes)
    return bytes
  }

  static func event(_ error: ProviderError) -> [UInt8] {
    var bytes: [UInt8] = []
    let body = body(code: error.code ?? error.type ?? "InternalError", message: error.message)
    append(event: "error", id: nil, status: error.impliedStatus, body, to: &bytes)
    return bytes
  }

  private static func body(code: String, message: String) -> [UInt8] {
    var json = JSONWriter(capacity: 256)
    json.object { json in
      json.member("code", code)
      json.member("message", message)
      json.member("request_id", "" as RawText)
    }
    return json.bytes
  }

  /// The status stands in a comment.
  static func append(
    event: StaticString, id: Int?, status: Int, _ data: [UInt8], to output: inout [UInt8]
  ) {
    if let id { output += "id:\(id)\n".utf8 }
    JSONText.append("event:", to: &output)
    JSONText.append(event, to: &output)
    output += "\n:HTTP_STATUS/\(status)\ndata:".utf8
    output += data
    JSONText.append("\n\n", to: &output)
  }
}
