import HTTPTypes
import Hummingbird

/// An answer other than success, in the envelope of the inference API: `{"error":{"message","type","param","code"}}`.
struct AdminRefusal: HTTPResponseError {
  let status: HTTPResponse.Status
  let code: String
  let message: String
  let headers: HTTPFields
  let problems: [ReloadProblem]?

  init(
    _ status: HTTPResponse.Status, code: String, _ message: String, headers: HTTPFields = [:],
    problems: [ReloadProblem]? = nil
  ) {
    self.status = status
    self.code = code
    self.message = message
    self.headers = headers
    self.problems = problems
  }

  /// The same in the envelope; what was thrown in it stays as it is.
  init(_ problem: AdminProblem, _ error: any Error) {
    self =
      error as? AdminRefusal
      ?? AdminRefusal(problem.status, code: problem.code.rawValue, problem.detail, headers: problem.headers)
  }

  func response(from request: Request, context: some RequestContext) throws -> Response {
    var response = try AdminJSON.response(
      status, Envelope(error: .init(message: message, type: type, code: code), problems: problems))
    for field in headers { response.headers[field.name] = field.value }
    return response
  }

  private var type: String {
    switch status.code {
    case 401: "authentication_error"
    case 403: "permission_error"
    case 500...: "api_error"
    default: "invalid_request_error"
    }
  }

  private struct Envelope: Encodable {
    struct Body: Encodable {
      let message: String
      let type: String
      let code: String

      private enum Key: String, CodingKey { case message, type, param, code }

      func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Key.self)
        try container.encode(message, forKey: .message)
        try container.encode(type, forKey: .type)
        // All four members are always there.
        try container.encodeNil(forKey: .param)
        try container.encode(code, forKey: .code)
      }
    }

    let error: Body
    let problems: [ReloadProblem]?
  }
}
