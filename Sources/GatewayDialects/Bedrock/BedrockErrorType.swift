/// The errors of Bedrock's runtime: the exceptions of its model, with their status, and the five that a stream can hold.
package enum BedrockErrorType: String, CaseIterable, Hashable, Sendable {
  case accessDenied = "AccessDeniedException"
  case internalServer = "InternalServerException"
  case modelError = "ModelErrorException"
  case modelNotReady = "ModelNotReadyException"
  case modelStreamError = "ModelStreamErrorException"
  case modelTimeout = "ModelTimeoutException"
  case resourceNotFound = "ResourceNotFoundException"
  case serviceUnavailable = "ServiceUnavailableException"
  case throttling = "ThrottlingException"
  case validation = "ValidationException"

  /// The name of the header that tells a client which exception a failed call raises.
  package static let header = "x-amzn-errortype"

  /// HTTP status.
  package var status: Int {
    switch self {
    case .accessDenied: 403
    case .internalServer: 500
    case .modelError, .modelStreamError: 424
    case .modelNotReady, .throttling: 429
    case .modelTimeout: 408
    case .resourceNotFound: 404
    case .serviceUnavailable: 503
    case .validation: 400
    }
  }

  /// The type of a header (`ThrottlingException:http://internal.amazon.com/…`), of a body's `__type`
  /// (`com.amazon.coral.service#AccessDeniedException`) or of a frame (`throttlingException`).
  package init?(named text: String) {
    let name = Self.bareName(text)
    guard let type = Self.allCases.first(where: { Self.isSame($0.rawValue, name) }) else { return nil }
    self = type
  }

  /// The nearest to a status.
  package init(status: Int) {
    switch status {
    case 401, 403: self = .accessDenied
    case 404: self = .resourceNotFound
    case 408, 504: self = .modelTimeout
    case 424: self = .modelError
    case 429: self = .throttling
    case 503, 529: self = .serviceUnavailable
    case 400..<500: self = .validation
    default: self = .internalServer
    }
  }

  /// The nearest to an error as some provider told it, by what its type and code say.
  init(_ error: ProviderError) {
    if let type = error.type.flatMap(Self.init(named:)) ?? error.code.flatMap(Self.init(named:)) {
      self = type
      return
    }
    let words = ((error.type ?? "") + " " + (error.code ?? "")).lowercased()
    func says(_ word: String) -> Bool { BedrockModel.contains(word, in: words) }
    if says("rate_limit") || says("throttl") || says("quota") || says("exhausted") || says("429") {
      self = .throttling
    } else if says("overload") || says("unavailable") || says("503") || says("529") {
      self = .serviceUnavailable
    } else if says("invalid") || says("validation") || says("400") {
      self = .validation
    } else if says("internal") || says("server_error") || says("500") {
      self = .internalServer
    } else {
      self = .modelStreamError
    }
  }

  /// Whether an event of that name is a failure: exceptions of today and tomorrow.
  static func isFailure(_ event: String) -> Bool {
    event.hasSuffix("xception") || event.hasSuffix("rror") || event.hasSuffix("ailure") || event.hasSuffix("ault")
  }

  /// As a frame names it: only five exceptions can stand in a stream, so others become the nearest of these.
  var frameName: StaticString {
    switch self {
    case .throttling, .modelNotReady: "throttlingException"
    case .serviceUnavailable, .modelTimeout: "serviceUnavailableException"
    case .validation, .accessDenied, .resourceNotFound: "validationException"
    case .internalServer: "internalServerException"
    case .modelError, .modelStreamError: "modelStreamErrorException"
    }
  }

  private static func bareName(_ text: String) -> Substring {
    let name = text.prefix { $0 != ":" }
    return name.lastIndex(of: "#").map { name[name.index(after: $0)...] } ?? name
  }

  /// Frames begin in lower case.
  private static func isSame(_ first: String, _ second: Substring) -> Bool {
    guard let a = first.first, let b = second.first, a.lowercased() == b.lowercased() else { return false }
    return first.dropFirst() == second.dropFirst()
  }
}
