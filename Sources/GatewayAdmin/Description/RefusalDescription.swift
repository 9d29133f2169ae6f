import GatewayConfiguration

/// A status of refusals, and the codes that go with it.
struct RefusalDescription {
  let status: Int
  let summary: String

  static let all: [RefusalDescription] = [
    .init(status: 400, summary: "`invalid_request`, `invalid_json`: something of the request is not understood."),
    .init(status: 401, summary: "`not_signed_in`, `invalid_credentials`: nobody, or nobody that is known, asks."),
    .init(
      status: 403,
      summary: "`not_permitted`, `csrf_missing`, `host_not_allowed`, `origin_not_allowed`: this one may not do it."),
    .init(status: 404, summary: "`object_not_found`: there is no such thing, or not for this role."),
    .init(
      status: 409,
      summary: "`object_exists`, `owned_by_file`, `last_administrator`, `invalid_request`: its state stands against it."
    ),
    .init(status: 412, summary: "`object_changed`: somebody was faster."),
    .init(status: 413, summary: "`body_too_large`: a body has 1 MiB at most."),
    .init(status: 415, summary: "`invalid_request`: a body is `application/json`."),
    .init(
      status: 422,
      summary: "`configuration_refused`: it could not take effect; `problems` say why. Nothing has changed."),
    .init(status: 428, summary: "`precondition_required`: `if-match` is missing."),
    .init(status: 429, summary: "`too_many_attempts`: `retry-after` says when to try again."),
    .init(status: 500, summary: "`internal_error`: the log says why."),
    .init(status: 502, summary: "`internal_error`: the gateway of this process does not answer."),
    .init(status: 503, summary: "`storage_unavailable`, `internal_error`: what it needs is away."),
  ]

  var component: String { "Refused\(status)" }

  static func reference(_ status: Int, _ operation: AdminOperation) -> JSONValue {
    if operation.isRelayed {
      return answer(
        "Of the admin plane as problem details; else the other server's.",
        [("application/problem+json", .reference("Problem")), ("application/json", .object([]))])
    }
    return switch operation.refusals {
    case .problems: .object([("$ref", .string("#/components/responses/Refused\(status)"))])
    case .envelope:
      answer(
        "In the envelope of the inference API.", [("application/json", .reference("ErrorEnvelope"))])
    }
  }

  var json: JSONValue {
    guard case .object(let members) = Self.answer(summary, [("application/problem+json", .reference("Problem"))]) else {
      return .null
    }
    let headers: [(String, String)] =
      switch status {
      case 401: [("www-authenticate", "How to show who one is.")]
      case 429, 503: [("retry-after", "Seconds.")]
      default: []
      }
    guard !headers.isEmpty else { return .object(members) }
    return .object(
      members + [
        ("headers", .object(headers.map { ($0.0, HeaderParameter(name: $0.0, summary: $0.1).header) }))
      ])
  }

  private static func answer(_ summary: String, _ content: [(type: String, schema: JSONValue)]) -> JSONValue {
    .object([
      ("description", .string(summary)),
      ("content", .object(content.map { ($0.type, .object([("schema", $0.schema)])) })),
    ])
  }
}
