package import GatewayCore

/// `{"type":"error","error":{"type":…,"message":…}}`, with the type that belongs to the status.
package enum AnthropicErrorWriter {
  package static func body(_ error: GatewayError) -> [UInt8] {
    bytes(type: type(of: error.status), message: error.placedMessage)
  }

  package static func event(_ error: GatewayError) -> [UInt8] {
    event(type: type(of: error.status), message: error.placedMessage)
  }

  /// A provider's error within a stream.
  static func event(_ error: ProviderError) -> [UInt8] {
    event(type: error.type.flatMap(known) ?? type(of: error.impliedStatus), message: error.message)
  }

  private static func known(_ type: String) -> String? {
    switch type {
    case "invalid_request_error", "authentication_error", "billing_error", "permission_error", "not_found_error",
      "request_too_large", "rate_limit_error", "timeout_error", "api_error", "overloaded_error":
      type
    default: nil
    }
  }

  private static func event(type: String, message: String) -> [UInt8] {
    var output: [UInt8] = []
    JSONText.append("event: error\ndata: ", to: &output)
    output += bytes(type: type, message: message)
    JSONText.append("\n\n", to: &output)
    return output
  }

  private static func bytes(type: String, message: String) -> [UInt8] {
    var json = JSONWriter()
    json.object { json in
      json.member("type", "error")
      json.object("error") { json in
        json.member("type", type)
        json.member("message", message)
      }
    }
    return json.bytes
  }

  private static func type(of status: Int) -> String {
    switch status {
    case 401: "authentication_error"
    case 402: "billing_error"
    case 403: "permission_error"
    case 404: "not_found_error"
    case 413: "request_too_large"
    case 429: "rate_limit_error"
    case 503, 529: "overloaded_error"
    case 408, 504: "timeout_error"
    case 500...: "api_error"
    default: "invalid_request_error"
    }
  }
}
