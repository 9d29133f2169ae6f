extension ProviderError {
  /// The HTTP status that the error would have had if it had come before the answer: from the words of OpenAI, Anthropic, Google,
  /// Amazon and Alibaba Cloud. 500 where it says nothing.
  var impliedStatus: Int {
    for name in [code, type] {
      guard let name else { continue }
      if let status = Int(name), (400...599).contains(status) { return status }
      if let status = Self.status(of: name) { return status }
    }
    return statusWithin200 ?? 500
  }

  private static func status(of name: String) -> Int? {
    switch name {
    case "invalid_request_error", "INVALID_ARGUMENT", "FAILED_PRECONDITION", "OUT_OF_RANGE", "ValidationException",
      "validationException", "context_length_exceeded", "invalid_prompt",
      "InvalidParameter", "DataInspectionFailed":
      400
    case "authentication_error", "UNAUTHENTICATED", "invalid_api_key", "InvalidApiKey": 401
    case "billing_error", "insufficient_quota", "Arrearage": 402
    case "permission_error", "PERMISSION_DENIED", "AccessDeniedException", "accessDeniedException", "AccessDenied": 403
    case "not_found_error", "NOT_FOUND", "model_not_found", "ResourceNotFoundException", "ModelNotFound": 404
    case "request_too_large": 413
    case "rate_limit_error", "rate_limit_exceeded", "RESOURCE_EXHAUSTED", "ThrottlingException",
      "throttlingException", "Throttling", "Throttling.RateQuota", "Throttling.AllocationQuota",
      "Throttling.BurstRate":
      429
    case "overloaded_error", "UNAVAILABLE", "ServiceUnavailableException", "serviceUnavailableException",
      "server_overloaded", "engine_overloaded":
      503
    case "timeout_error", "DEADLINE_EXCEEDED", "ModelTimeoutException", "RequestTimeOut": 504
    default: nil
    }
  }
}
