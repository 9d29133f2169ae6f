/// A failure that the gateway itself answers with. The one table from kind to status, type and code; the client's dialect
/// writes the body. A message says what happened and what to do, and never holds a secret or a prompt.
package struct GatewayError: Error, Hashable, Sendable {
  package enum Kind: String, CaseIterable, Hashable, Sendable {
    case malformedRequest, bodyTooLarge, headTooLarge, requestTimeout, expectationFailed, versionNotSupported
    case invalidJSON, missingParameter, invalidParameter, unsupportedMediaType
    case missingKey, invalidKey, unknownCertificate, conflictingCredentials
    case invalidToken, invalidSignature, insufficientScope, unknownConsumer, authenticationUnavailable
    case surfaceNotAllowed, addressNotAllowed, teamNotAllowed
    case modelNotAllowed, modelNotFound, modelTypeMismatch, unsupportedByModel, mediaNotFetched
    case unknownPath, unknownObject, methodNotAllowed, upgradeRequired, originNotAllowed
    case providerAuthFailed, providerUnreachable, providerTimeout, providerError, rateLimited
    case requestLimit, tokenLimit, costLimit, concurrencyLimit, quotaExceeded, budgetExceeded, storageLimit
    case limitsUnavailable
    case overloaded, draining, internalError
  }

  package var kind: Kind
  package var message: String
  /// The request member that is at fault.
  package var parameter: String?
  package var retryAfter: Duration?
  /// Replaces the table's status: that of the provider whose last answer is mapped.
  package var statusOverride: Int?
  /// Replaces the table's code: the provider's.
  package var codeOverride: String?

  package init(
    _ kind: Kind, _ message: String, parameter: String? = nil, retryAfter: Duration? = nil, status: Int? = nil,
    code: String? = nil
  ) {
    self.kind = kind
    self.message = message
    self.parameter = parameter
    self.retryAfter = retryAfter
    self.statusOverride = status
    codeOverride = code
  }

  /// HTTP status.
  package var status: Int { statusOverride ?? row.status }
  /// `error.type` of the OpenAI envelope.
  package var type: String { row.type }
  /// `error.code` of the OpenAI envelope, and the metric and log label.
  package var code: String { codeOverride ?? row.code }

  private var row: (status: Int, type: String, code: String) {
    switch kind {
    case .malformedRequest: (400, "invalid_request_error", "malformed_request")
    case .bodyTooLarge: (413, "invalid_request_error", "body_too_large")
    case .headTooLarge: (431, "invalid_request_error", "head_too_large")
    case .requestTimeout: (408, "invalid_request_error", "request_timeout")
    case .expectationFailed: (417, "invalid_request_error", "expectation_failed")
    case .versionNotSupported: (505, "invalid_request_error", "http_version_not_supported")
    case .invalidJSON: (400, "invalid_request_error", "invalid_json")
    case .missingParameter: (400, "invalid_request_error", "missing_required_parameter")
    case .invalidParameter: (400, "invalid_request_error", "invalid_parameter")
    case .unsupportedMediaType: (415, "invalid_request_error", "unsupported_media_type")
    case .missingKey: (401, "authentication_error", "missing_api_key")
    case .invalidKey: (401, "authentication_error", "invalid_api_key")
    case .unknownCertificate: (401, "authentication_error", "unknown_client_certificate")
    case .conflictingCredentials: (400, "invalid_request_error", "conflicting_credentials")
    case .invalidToken: (401, "authentication_error", "invalid_token")
    case .invalidSignature: (401, "authentication_error", "invalid_signature")
    case .insufficientScope: (403, "permission_error", "insufficient_scope")
    case .unknownConsumer: (403, "permission_error", "unknown_consumer")
    case .authenticationUnavailable: (503, "api_error", "authentication_unavailable")
    case .surfaceNotAllowed: (403, "permission_error", "surface_not_allowed")
    case .addressNotAllowed: (403, "permission_error", "address_not_allowed")
    case .teamNotAllowed: (403, "permission_error", "team_not_allowed")
    case .modelNotAllowed: (403, "permission_error", "model_not_allowed")
    case .modelNotFound: (404, "invalid_request_error", "model_not_found")
    case .modelTypeMismatch: (400, "invalid_request_error", "model_type_mismatch")
    case .unsupportedByModel: (400, "invalid_request_error", "unsupported_by_model")
    case .mediaNotFetched: (400, "invalid_request_error", "media_not_fetched")
    case .unknownPath: (404, "invalid_request_error", "unknown_path")
    case .unknownObject: (404, "invalid_request_error", "unknown_object")
    case .methodNotAllowed: (405, "invalid_request_error", "method_not_allowed")
    case .upgradeRequired: (426, "invalid_request_error", "upgrade_required")
    case .originNotAllowed: (403, "permission_error", "origin_not_allowed")
    case .providerAuthFailed: (502, "api_error", "provider_auth_failed")
    case .providerUnreachable: (502, "api_error", "provider_unreachable")
    case .providerTimeout: (504, "api_error", "provider_timeout")
    case .providerError: (502, "api_error", "provider_error")
    case .rateLimited: (429, "rate_limit_error", "provider_rate_limited")
    case .requestLimit: (429, "rate_limit_error", "request_limit_exceeded")
    case .tokenLimit: (429, "rate_limit_error", "token_limit_exceeded")
    case .costLimit: (429, "rate_limit_error", "cost_limit_exceeded")
    case .concurrencyLimit: (429, "rate_limit_error", "concurrency_limit_exceeded")
    case .quotaExceeded: (429, "rate_limit_error", "quota_exceeded")
    case .budgetExceeded: (402, "billing_error", "budget_exceeded")
    // No 429: clients try these again by themselves, and waiting frees nothing.
    case .storageLimit: (403, "permission_error", "storage_limit_exceeded")
    case .limitsUnavailable: (503, "api_error", "limits_unavailable")
    case .overloaded: (503, "api_error", "overloaded")
    case .draining: (503, "api_error", "draining")
    case .internalError: (500, "api_error", "internal_error")
    }
  }
}
