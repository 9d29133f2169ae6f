import GatewayCore
package import HTTPTypes
package import Hummingbird

/// An answer other than success below `/api/v1`: problem details (RFC 9457).
package struct AdminProblem: HTTPResponseError, Hashable, Sendable {
  /// Stable names of what went wrong (docs/admin-api.md).
  package enum Code: String, Hashable, Sendable, CaseIterable, Codable {
    case notSignedIn = "not_signed_in"
    case invalidCredentials = "invalid_credentials"
    case notPermitted = "not_permitted"
    case csrfMissing = "csrf_missing"
    case hostNotAllowed = "host_not_allowed"
    case originNotAllowed = "origin_not_allowed"
    case unknownPath = "unknown_path"
    case objectNotFound = "object_not_found"
    case methodNotAllowed = "method_not_allowed"
    case objectExists = "object_exists"
    case ownedByFile = "owned_by_file"
    case lastAdministrator = "last_administrator"
    case objectChanged = "object_changed"
    case preconditionRequired = "precondition_required"
    case invalidJSON = "invalid_json"
    case invalidRequest = "invalid_request"
    case bodyTooLarge = "body_too_large"
    case configurationRefused = "configuration_refused"
    case tooManyAttempts = "too_many_attempts"
    case storageUnavailable = "storage_unavailable"
    case internalError = "internal_error"
  }

  package var status: HTTPResponse.Status
  package var code: Code
  /// A sentence: what happened, and what to do.
  package var detail: String
  /// Into the body of the request (RFC 6901).
  package var pointer: String?
  /// Of the query, that is wrong.
  package var parameter: String?
  package var problems: [AdminFinding]
  package var headers: HTTPFields
  /// No user exists yet.
  var isSetUpNeeded: Bool
  /// Of `not_permitted`: what the role has not.
  var missing: AdminPermission?

  package init(
    _ status: HTTPResponse.Status, _ code: Code, _ detail: String, pointer: String? = nil,
    parameter: String? = nil, problems: [AdminFinding] = [], headers: HTTPFields = [:], isSetUpNeeded: Bool = false
  ) {
    self.status = status
    self.code = code
    self.detail = detail
    self.pointer = pointer
    self.parameter = parameter
    self.problems = problems
    self.headers = headers
    self.isSetUpNeeded = isSetUpNeeded
  }

  /// 400
  package static func invalidRequest(_ detail: String, at pointer: String? = nil) -> AdminProblem {
    AdminProblem(.badRequest, .invalidRequest, detail, pointer: pointer)
  }

  /// 400: of a parameter of the query.
  package static func invalidParameter(_ name: String, _ detail: String) -> AdminProblem {
    AdminProblem(.badRequest, .invalidRequest, detail, parameter: name)
  }

  /// 404
  package static func notFound(_ detail: String) -> AdminProblem { AdminProblem(.notFound, .objectNotFound, detail) }

  static func notSignedIn(isSetUpNeeded: Bool) -> AdminProblem {
    AdminProblem(
      .unauthorized, .notSignedIn,
      isSetUpNeeded ? "there is no user yet; make the first one with /api/v1/setup" : "sign in, or send a token",
      headers: [.wwwAuthenticate: "Bearer"], isSetUpNeeded: isSetUpNeeded)
  }

  package func response(from request: Request, context: some RequestContext) throws -> Response {
    var response = try AdminJSON.response(status, Details(problem: self), contentType: "application/problem+json")
    for field in headers { response.headers[field.name] = field.value }
    return response
  }

  /// As it is written.
  struct Details: Codable {
    let type: String
    let title: String
    let status: Int
    let code: Code
    let detail: String
    let pointer: String?
    let parameter: String?
    let problems: [AdminFinding]?
    let setUp: Bool?

    init(problem: AdminProblem) {
      type = "about:blank"
      title = problem.status.reasonPhrase
      status = problem.status.code
      code = problem.code
      detail = problem.detail
      pointer = problem.pointer
      parameter = problem.parameter
      problems = problem.problems.isEmpty ? nil : problem.problems
      setUp = problem.isSetUpNeeded ? true : nil
    }
  }
}

/// One mistake of a configuration: PROBLEM of docs/admin-api.md.
package struct AdminFinding: Hashable, Sendable, Codable {
  package enum Severity: String, Hashable, Sendable, Codable, CaseIterable { case error, warning }

  package var severity: Severity
  package var message: String
  @OrNull package var advice: String?
  /// Into the body of the request (RFC 6901).
  @OrNull package var pointer: String?
  /// Within the configuration: `models.fast.targets[0]`.
  @OrNull package var path: String?
  @OrNull package var file: String?
  /// From 1, as the column.
  @OrNull package var line: Int?
  @OrNull package var column: Int?

  package init(
    _ severity: Severity = .error, _ message: String, advice: String? = nil, pointer: String? = nil,
    path: String? = nil, file: String? = nil, line: Int? = nil, column: Int? = nil
  ) {
    self.severity = severity
    self.message = message
    self.advice = advice
    self.pointer = pointer
    self.path = path
    self.file = file
    self.line = line
    self.column = column
  }
}
