package import GatewayCore

/// The event that ends a stream of the Responses API that broke. Bodies are those of chat (`ErrorEnvelope`).
package enum ResponsesErrorWriter {
  package static func body(_ error: GatewayError) -> [UInt8] { ErrorEnvelope.body(error) }

  package static func event(_ error: GatewayError) -> [UInt8] {
    var output: [UInt8] = []
    JSONText.append("event: error\ndata: ", to: &output)
    var json = JSONWriter()
    json.object { json in
      json.member("type", "error")
      json.member("sequence_number", 0)
      json.member("code", error.code)
      json.member("message", error.message)
      json.name("param")
      if let parameter = error.parameter { json.value(parameter) } else { json.null() }
    }
    output += json.bytes
    JSONText.append("\n\n", to: &output)
    return output
  }
}
