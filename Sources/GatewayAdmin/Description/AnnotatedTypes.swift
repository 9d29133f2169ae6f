import GatewayConfiguration
import GatewayCore

// Names of components, and rules of members that their types do not tell.

extension AdminProblem.Code: SchemaDescribed {}

extension AdminProblem.Details: SchemaAnnotated {
  static var schemaName: String? { "Problem" }
  static var members: [String: SchemaNote] {
    [
      "code": SchemaNote("Stable: what programs decide by."),
      "detail": SchemaNote("A sentence: what happened, and what to do."),
      "pointer": SchemaNote("Into the body of the request (RFC 6901)."),
      "parameter": SchemaNote("Of the query."),
      "setUp": SchemaNote("No user exists yet."),
    ]
  }
}

extension AdminFinding: SchemaAnnotated {
  package static var schemaName: String? { "Finding" }
  package static var members: [String: SchemaNote] {
    [
      "pointer": SchemaNote("Into the body of the request (RFC 6901)."),
      "path": SchemaNote("Within the configuration: `models.fast.targets[0]`."),
    ]
  }
}

extension AdminFinding.Severity: SchemaDescribed {}

extension AdminPermission: SchemaDescribed {}
extension UserOfSession: SchemaAnnotated { static var schemaName: String? { "SessionUser" } }
extension MoneyText: SchemaAnnotated { static var schemaName: String? { "Money" } }
extension TokenCounts: SchemaAnnotated { static var schemaName: String? { "Tokens" } }
extension UsageNumbers: SchemaAnnotated { static var schemaName: String? { "Usage" } }
extension ExchangeNumbers: SchemaAnnotated { static var schemaName: String? { "Exchange" } }
extension ConversationNumbers: SchemaAnnotated { static var schemaName: String? { "Conversation" } }
extension KeyNumbers: SchemaAnnotated { static var schemaName: String? { "Key" } }
extension KeyOnce: SchemaAnnotated { static var schemaName: String? { "NewKey" } }
extension KeyBody: SchemaAnnotated {
  static var schemaName: String? { "KeyRules" }
  static var members: [String: SchemaNote] {
    [
      "consumer": SchemaNote("Whose key it is; a key stays with its consumer."), "note": SchemaNote("For people."),
      "models": SchemaNote("The only ones that it may call, in the order of trying; `prefix*` takes several."),
      "surfaces": SchemaNote("The only ones that it may call: `chat`, `images` …"),
      "ips": SchemaNote("Where calls may come from: `10.0.0.0/8`."),
      "limits": SchemaNote(
        "`20 requests per day`, `1000000 tokens per month`, `budget 50 EUR per month`, `10GiB stored` …"),
      "retries": SchemaNote("How often a call is tried again.", range: 0...KeyRules.mostRetries),
      "timeout": SchemaNote("For a whole call: `30s`."), "expires": SchemaNote("A day or a moment that is to come."),
      "cache": SchemaNote("Whether earlier answers may be given again; null: as its consumer has it."),
      "cacheTTL": SchemaNote("For how long its answers are kept, `1h`; switches the cache on."),
    ]
  }

  /// A new key has a consumer.
  static func new(_ book: SchemaBook) throws -> JSONValue {
    guard case .object(let members) = try book.schema(of: KeyBody.self, .body) else { return .bool(false) }
    return .object(
      members + [("properties", .object([("consumer", .text)])), ("required", .strings(["consumer"]))])
  }
}
extension LimitUsage: SchemaAnnotated { static var schemaName: String? { "LimitUsage" } }
extension Attention: SchemaAnnotated { static var schemaName: String? { "Attention" } }
extension HealthState: SchemaAnnotated { package static var schemaName: String? { "HealthState" } }
extension ProviderTest: SchemaAnnotated { package static var schemaName: String? { "ProviderTest" } }
extension ExplainAnswer: SchemaAnnotated { package static var schemaName: String? { "Explanation" } }
extension KeyDescription: SchemaAnnotated { package static var schemaName: String? { "KeyDescription" } }
