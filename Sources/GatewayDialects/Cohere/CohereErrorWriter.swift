package import GatewayCore

/// The gateway's own failures as Cohere writes failures: `{"message":…}`. The SDK chooses the exception by the status.
package enum CohereErrorWriter {
  package static func body(_ error: GatewayError) -> [UInt8] {
    var json = JSONWriter(capacity: 256)
    json.object { json in
      json.member("message", error.message)
      json.member("code", error.code)
      json.member("param", error.parameter)
    }
    return json.bytes
  }

  /// The event that ends a broken stream: `message-end` with `delta.error`.
  package static func event(_ error: GatewayError) -> [UInt8] { event(message: error.placedMessage) }

  static func event(message: String) -> [UInt8] {
    var bytes: [UInt8] = []
    JSONText.append("event: message-end\ndata: {\"type\":\"message-end\",\"delta\":{\"error\":", to: &bytes)
    JSONText.quote(into: &bytes, message)
    JSONText.append(",\"finish_reason\":\"ERROR\"}}\n\n", to: &bytes)
    return bytes
  }
}
