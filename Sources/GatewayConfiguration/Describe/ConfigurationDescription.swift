import GatewayCore

/// The running configuration as `GET /config` shows it: effective values, and of secrets no more than that they are there.
package struct ConfigurationDescription {
  let result: LoadResult
  /// Settings of a later file that the running process does not follow; from `StartSettings.restarts`.
  let needsRestart: [String]

  package init(_ result: LoadResult, needsRestart: [String] = []) {
    self.result = result
    self.needsRestart = needsRestart
  }

  /// A JSON document; `nil` without a snapshot.
  package func text() -> String? {
    guard let snapshot = result.snapshot, let start = result.start else { return nil }
    return JSONValue.object([
      ("revision", .number(snapshot.revision)),
      ("source", result.source.map { .string($0) } ?? .null),
      ("needsRestart", .strings(needsRestart)),
      ("warnings", .strings(result.problems.map(\.description))),
      ("isOpen", .bool(snapshot.isOpen)),
      ("server", server(snapshot.server, start)),
      ("storage", Self.storage(start)),
      ("audit", Self.audit(start.audit)),
      ("media", Self.media(snapshot.media)),
      ("conversations", Self.conversations(snapshot.conversations)),
      ("cache", Self.cache(snapshot)),
      ("telemetry", Self.telemetry(snapshot.traces)),
      (
        "providers",
        .object(snapshot.providers.map { ($0.name, Self.provider($0, limits: snapshot.providerLimits[$0.name] ?? [])) })
      ),
      ("models", .object(result.routes.map { ($0.name, Self.model($0)) })),
      ("consumers", .object(snapshot.consumers.map { ($0.name, consumer($0, snapshot)) })),
      ("organisations", .object(snapshot.tenants.organisations.map { ($0.name, Self.organisation($0)) })),
      ("teams", .object(snapshot.tenants.teams.map { ($0.name, Self.team($0)) })),
      ("roles", .object(snapshot.tenants.roles.map { ($0.name, Self.role($0)) })),
      ("authentication", Self.authentication(snapshot.authentication)),
      ("limits", .strings((snapshot.limits + snapshot.stored).map(\.words))),
    ]).prettyText
  }

  private static func storage(_ start: StartSettings) -> JSONValue {
    var members: [(String, JSONValue)] = [
      ("database", .string(start.database.address)), ("shared", .string(start.shared?.address ?? "memory")),
    ]
    if case .postgres(let postgres) = start.database.place {
      members.append(
        (
          "postgres",
          .object([
            ("ca", postgres.certificateAuthority == nil ? .null : .string("private")),
            ("pool", .number(postgres.pool)), ("timeout", .duration(postgres.timeout)),
          ])
        ))
    }
    if let shared = start.shared {
      members.append(
        (
          "redis",
          .object([
            ("installation", .string(shared.installation)),
            ("ca", shared.certificateAuthority == nil ? .null : .string("private")),
            ("timeout", .duration(shared.timeout)), ("lease", .duration(shared.lease)),
          ])
        ))
    }
    let retention = start.ledger.retention
    members += [
      ("ledger", .bool(start.ledger.isOn)), ("journal", .size(start.ledger.journal)),
      (
        "retention",
        .object([
          ("exchanges", .duration(retention.exchanges)), ("hours", .duration(retention.hours)),
          ("days", .duration(retention.days)),
        ])
      ),
    ]
    return .object(members)
  }

  private static func audit(_ audit: AuditSettings) -> JSONValue {
    .object([
      ("exchanges", .bool(audit.exchanges)), ("directory", .string(audit.directory)),
      ("archiveAfter", audit.archiveAfter.map { .duration($0) } ?? .null),
      ("retention", audit.retention.map { .duration($0) } ?? .null),
    ])
  }

  private func server(_ server: ServerSettings, _ start: StartSettings) -> JSONValue {
    .object([
      (
        "gateway",
        .object([
          ("address", .string(start.gateway.description)), ("url", server.url.map { .string($0) } ?? .null),
          ("cors", .strings(server.cors)),
          ("trustedProxies", .strings(server.trustedProxies?.ranges.map(\.description) ?? [])),
          ("addressHeader", .string((server.trustedProxies?.header ?? .xForwardedFor).rawValue)),
        ])
      ),
      (
        "admin",
        .object([
          ("address", .string(start.admin.description)),
          ("token", start.adminToken == nil ? .null : .string(Self.hidden)),
          ("url", result.entrance.url.map { .string($0.text) } ?? .null),
          ("oidc", result.entrance.provider.map(Self.signIn) ?? .null),
          ("tls", result.entrance.tls.map(Self.tls) ?? .null),
        ])
      ),
      ("tls", server.tls.map(Self.tls) ?? .null),
      ("limits", Self.limits(server.limits)),
      (
        "timeouts",
        .object([
          ("head", .duration(server.timeouts.head)), ("body", .duration(server.timeouts.body)),
          ("idle", .duration(server.timeouts.idle)), ("write", .duration(server.timeouts.write)),
        ])
      ),
      (
        "retryBudget",
        .object([
          ("ratio", .verbatim(NumberText.format(server.retryBudget.ratio))),
          ("floor", .number(server.retryBudget.floor)),
        ])
      ),
      (
        "health",
        .object([
          ("failures", .number(server.health.failures)), ("setAside", .duration(server.health.setAside)),
          ("maximum", .duration(server.health.maximum)),
        ])
      ),
      ("drain", .duration(server.drain)), ("objects", .string(server.objects.rawValue)),
    ])
  }

  private static func tls(_ tls: ListenerTLS) -> JSONValue {
    .object([
      ("key", .string(hidden)),
      ("clientCertificates", tls.clientCA == nil ? .string("none") : .string(tls.clientCertificates.rawValue)),
    ])
  }

  private static func limits(_ limits: ServerSettings.Limits) -> JSONValue {
    .object([
      ("body", .size(limits.body)), ("head", .size(limits.head)), ("connections", .number(limits.connections)),
      ("answer", .size(limits.answer)), ("event", .size(limits.event)),
      ("message", .size(limits.message)), ("counters", .number(limits.counters)),
    ])
  }

  private static func media(_ media: MediaSettings) -> JSONValue {
    .object([
      ("fetch", .bool(media.fetches)), ("maximum", .size(media.maximum)), ("timeout", .duration(media.timeout)),
      ("hosts", .strings(media.hosts.map(\.text))),
    ])
  }

  private func consumer(_ consumer: Consumer, _ snapshot: GatewaySnapshot) -> JSONValue {
    let count = snapshot.keys.values.count { $0 === consumer }
    let issued = snapshot.issuedKeys?.keys.count(of: consumer.name) ?? 0
    let signing = snapshot.authentication.signingKeys.values.count { $0.consumer === consumer }
    return .object([
      ("keys", .number(count)), ("signingKeys", .number(signing)), ("issuedKeys", .number(issued)),
      (
        "certificates",
        .strings(snapshot.certificates.filter { $0.value === consumer }.keys.map(\.description).sorted())
      ),
      ("models", Self.models(consumer.models)), ("team", consumer.team.map { .string($0.name) } ?? .null),
      ("roles", consumer.roles.map { .strings($0.roles.map(\.name)) } ?? .null),
      ("limits", .strings((consumer.limits + consumer.stored).map(\.words))), ("cache", Self.cache(consumer.cache)),
      ("conversations", .bool(Caller(consumer: consumer).keepsConversations)),
    ])
  }

  static let hidden = "(hidden)"
}

extension JSONValue {
  static func duration(_ duration: Duration) -> JSONValue { .string(DurationLiteral.format(duration)) }
  static func size(_ bytes: Int) -> JSONValue { .string(SizeLiteral.format(bytes)) }
}
