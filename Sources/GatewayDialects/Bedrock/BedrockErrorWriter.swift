package import GatewayCore

/// The gateway's own failures as Bedrock tells its: the message in the body, the exception in a header.
package enum BedrockErrorWriter {
  /// `{"message":…}`
  package static func body(_ error: GatewayError) -> [UInt8] { body(message: error.placedMessage) }

  /// The same for an answer of a provider.
  package static func body(message: String) -> [UInt8] {
    var json = JSONWriter(capacity: message.utf8.count + 16)
    json.object { $0.member("message", message) }
    return json.bytes
  }

  /// What has to stand beside the body: by it the AWS SDKs choose the exception that they raise.
  package static func header(_ error: GatewayError) -> (name: String, value: String) {
    (BedrockErrorType.header, BedrockErrorType(status: error.status).rawValue)
  }

  /// The frame that ends a broken stream.
  package static func event(_ error: GatewayError) -> [UInt8] {
    var bytes: [UInt8] = []
    append(BedrockErrorType(status: error.status), message: error.placedMessage, to: &bytes)
    return bytes
  }

  static func append(_ type: BedrockErrorType, message: String, to output: inout [UInt8]) {
    EventStreamFrame.append(.exception, named: type.frameName, to: &output) { output in
      JSONText.append("{\"message\":", to: &output)
      JSONText.quote(into: &output, message)
      output.append(UInt8(ascii: "}"))
    }
  }
}
