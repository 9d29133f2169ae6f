package import GatewayCore

/// The gateway's own failures in the OpenAI dialect. All four members are always there.
package enum ErrorEnvelope {
  /// `{"error":{"message":…,"type":…,"param":…,"code":…}}`
  package static func body(_ error: GatewayError) -> [UInt8] {
    body(message: error.message, type: error.type, param: error.parameter, code: error.code)
  }

  /// The same for an answer of a provider.
  package static func body(message: String, type: String?, param: String?, code: String?) -> [UInt8] {
    var bytes: [UInt8] = []
    append(message: message, type: type, param: param, code: code, to: &bytes)
    return bytes
  }

  /// The event that ends a broken stream: `data: {"error":{…}}` and a blank line.
  package static func event(_ error: GatewayError) -> [UInt8] {
    var bytes: [UInt8] = []
    JSONText.append("data: ", to: &bytes)
    append(message: error.message, type: error.type, param: error.parameter, code: error.code, to: &bytes)
    JSONText.append("\n\n", to: &bytes)
    return bytes
  }

  private static func append(message: String, type: String?, param: String?, code: String?, to bytes: inout [UInt8]) {
    bytes.reserveCapacity(bytes.count + message.utf8.count + 128)
    JSONText.append("{\"error\":{\"message\":", to: &bytes)
    JSONText.quote(into: &bytes, message)
    JSONText.append(",\"type\":", to: &bytes)
    JSONText.quoteOrNull(into: &bytes, type)
    JSONText.append(",\"param\":", to: &bytes)
    JSONText.quoteOrNull(into: &bytes, param)
    JSONText.append(",\"code\":", to: &bytes)
    JSONText.quoteOrNull(into: &bytes, code)
    JSONText.append("}}", to: &bytes)
  }
}
