package import GatewayCore

/// Why the gateway refuses a request body.
package enum RequestFault: Error, Hashable, Sendable {
  case notJSON(JSONFault)
  case notAnObject
  /// A name that occurs twice at the top level, or in `stream_options`: readers differ in which value they take, and
  /// the gateway must never check another value than the provider uses.
  case duplicateMember(String)
  case wrongType(member: String, expected: String)
  case missingMember(String)
  /// More than `RequestLens.maximumMembers` at the top level or in `stream_options`.
  case tooManyMembers
  /// The start of a name longer than `RequestLens.maximumNameLength`.
  case nameTooLong(String)
  /// What is wrong with a body that is no `multipart/form-data`.
  case notAForm(String)

  /// What the caller is told.
  package var gatewayError: GatewayError {
    switch self {
    case .notJSON(let fault): GatewayError(.invalidJSON, "The request body is not valid JSON: \(fault).")
    case .notAnObject:
      GatewayError(.invalidJSON, "The request body must be a JSON object, such as {\"model\": \"…\", …}.")
    case .duplicateMember(let name):
      GatewayError(.invalidParameter, "'\(name)' occurs more than once; send it once.", parameter: name)
    case .wrongType(let name, let expected):
      GatewayError(.invalidParameter, "'\(name)' must be \(expected).", parameter: name)
    case .missingMember(let name):
      GatewayError(.missingParameter, "You must provide '\(name)' in the request body.", parameter: name)
    case .tooManyMembers:
      GatewayError(
        .invalidParameter, "The request body has more than \(RequestLens.maximumMembers) members in one object.")
    case .notAForm(let what):
      GatewayError(.invalidParameter, "The request body is not a valid form (multipart/form-data): \(what).")
    case .nameTooLong(let start):
      GatewayError(
        .invalidParameter,
        "A member name is longer than \(RequestLens.maximumNameLength) bytes; it starts with '\(start)'.")
    }
  }
}
