package import GatewayCore

/// `{"error":{"code":…,"message":…,"status":…}}` (google.rpc.Status).
package enum GeminiErrorWriter {
  package static func body(_ error: GatewayError) -> [UInt8] {
    bytes(code: error.status, message: error.placedMessage, reason: error.code)
  }

  package static func event(_ error: GatewayError) -> [UInt8] {
    framed(bytes(code: error.status, message: error.placedMessage, reason: error.code))
  }

  /// A provider's error within a stream.
  static func event(_ error: ProviderError) -> [UInt8] {
    framed(bytes(code: error.impliedStatus, message: error.message, reason: error.type))
  }

  private static func framed(_ body: [UInt8]) -> [UInt8] {
    var output: [UInt8] = []
    JSONText.append("data: ", to: &output)
    output += body
    JSONText.append("\n\n", to: &output)
    return output
  }

  private static func bytes(code: Int, message: String, reason: String?) -> [UInt8] {
    var json = JSONWriter()
    json.object { json in
      json.object("error") { json in
        json.member("code", code)
        json.member("message", message)
        json.member("status", status(code))
        if let reason {
          json.array("details") { json in
            json.object { json in
              json.member("@type", "type.googleapis.com/google.rpc.ErrorInfo")
              json.member("reason", reason)
              json.member("domain", "sluice")
            }
          }
        }
      }
    }
    return json.bytes
  }

  private static func status(_ code: Int) -> String {
    switch code {
    case 400, 413, 415, 422: "INVALID_ARGUMENT"
    case 401: "UNAUTHENTICATED"
    case 402, 403: "PERMISSION_DENIED"
    case 404, 405: "NOT_FOUND"
    case 408, 504: "DEADLINE_EXCEEDED"
    case 409: "ABORTED"
    case 429: "RESOURCE_EXHAUSTED"
    case 502, 503, 529: "UNAVAILABLE"
    default: "INTERNAL"
    }
  }
}
