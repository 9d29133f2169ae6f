import GatewayStorage
import HTTPTypes
import Hummingbird
import Logging

/// The outermost step: every failure becomes an answer, below `/api` problem details, elsewhere the envelope of the inference API; and
/// every answer gets the headers that keep browsers from guessing types, from storing, and from loading anything of others.
struct AnswerEnvelope<Context: RequestContext>: RouterMiddleware {
  private static var policy: String {
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; font-src 'self'; "
      + "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
  }

  let paths: KnownPaths

  func handle(
    _ request: Request, context: Context, next: @concurrent (Request, Context) async throws -> Response
  ) async throws -> Response {
    var response: Response
    do {
      response = try await next(request, context)
    } catch {
      if !(error is any HTTPResponseError) {
        context.logger.error("admin request failed", metadata: ["path": "\(request.uri.path)", "error": "\(error)"])
      }
      let problem = problem(for: error, request)
      response =
        request.uri.path.hasPrefix("/api/")
        ? try problem.response(from: request, context: context)
        : try AdminRefusal(problem, error).response(from: request, context: context)
      if request.method == .head { response = response.createHeadResponse() }
    }
    response.headers[.xContentTypeOptions] = "nosniff"
    response.headers[.contentSecurityPolicy] = Self.policy
    response.headers[.referrerPolicy] = "no-referrer"
    response.headers[.crossOriginOpenerPolicy] = "same-origin"
    // A page's own files may say how long they last.
    if response.headers[.cacheControl] == nil { response.headers[.cacheControl] = "no-store" }
    return response
  }

  private func problem(for error: any Error, _ request: Request) -> AdminProblem {
    switch error {
    case let problem as AdminProblem: return problem
    case let refusal as AdminRefusal:
      return AdminProblem(
        refusal.status, AdminProblem.Code(rawValue: refusal.code) ?? .invalidRequest, refusal.message,
        headers: refusal.headers)
    case let error as StorageError:
      return AdminProblem(.serviceUnavailable, .storageUnavailable, "\(error)")
    case let error as any HTTPResponseError:
      if error.status == .notFound { return notFound(request) }
      return AdminProblem(error.status, .invalidRequest, error.status.reasonPhrase)
    default: return AdminProblem(.internalServerError, .internalError, "the admin plane failed; its log says why")
    }
  }

  private func notFound(_ request: Request) -> AdminProblem {
    let path = request.uri.path
    guard let allowed = paths.methods(of: path) else {
      return AdminProblem(.notFound, .unknownPath, "the admin plane has no path '\(path)'")
    }
    let list = allowed.map(\.rawValue).joined(separator: ", ")
    return AdminProblem(
      .methodNotAllowed, .methodNotAllowed, "'\(path)' takes \(list), not \(request.method.rawValue)",
      headers: [.allow: list])
  }
}

extension HTTPField.Name {
  static let referrerPolicy = HTTPField.Name("referrer-policy") ?? .xContentTypeOptions
  static let crossOriginOpenerPolicy = HTTPField.Name("cross-origin-opener-policy") ?? .xContentTypeOptions
}
