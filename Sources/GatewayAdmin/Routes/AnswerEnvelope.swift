import HTTPTypes
import Hummingbird
import Logging

/// The outermost step: every failure becomes an answer in the envelope, and every answer gets the headers that keep
/// browsers from guessing types and from storing.
struct AnswerEnvelope<Context: RequestContext>: RouterMiddleware {
  /// Methods of each path, for 405.
  let methods: [String: [HTTPRequest.Method]]

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
      response = try refusal(for: error, request).response(from: request, context: context)
      if request.method == .head { response = response.createHeadResponse() }
    }
    response.headers[.xContentTypeOptions] = "nosniff"
    response.headers[.cacheControl] = "no-store"
    return response
  }

  private func refusal(for error: any Error, _ request: Request) -> AdminRefusal {
    if let refusal = error as? AdminRefusal { return refusal }
    guard let error = error as? any HTTPResponseError else {
      return AdminRefusal(.internalServerError, code: "internal_error", "the admin plane failed; its log says why")
    }
    if error.status == .notFound { return notFound(request) }
    return AdminRefusal(error.status, code: "invalid_request", error.status.reasonPhrase)
  }

  /// The router tells a wrong method and an unknown path apart no more than by this.
  private func notFound(_ request: Request) -> AdminRefusal {
    let path = request.uri.path
    guard let allowed = methods[path] else {
      return AdminRefusal(.notFound, code: "unknown_path", "the admin plane has no path '\(path)'")
    }
    let list = allowed.map(\.rawValue).joined(separator: ", ")
    return AdminRefusal(
      .methodNotAllowed, code: "method_not_allowed", "'\(path)' takes \(list), not \(request.method.rawValue)",
      headers: [.allow: list])
  }
}
