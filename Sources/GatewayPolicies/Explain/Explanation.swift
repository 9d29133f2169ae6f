package import GatewayCore
package import GatewayProviders

/// Why a call would be let in or refused, step by step: the phases Identify, Admit and Route without the call, by the functions
/// that serve calls.
package struct Explanation {
  /// The call in question.
  package struct Question {
    package enum Credential {
      /// As a request presents it; nil: it has none.
      case key(Secret?)
      /// A key of the database, by its keyed hash.
      case issued(KeyDigest)
      /// What stands where tokens and keys stand.
      ///
      /// - Parameter keys: of its issuer, where these are fetched: no explanation asks for them.
      case token(Secret, keys: KeySet?)
      /// Any caller of a consumer, without the rules of a key.
      case consumer(Consumer)
    }

    package var credential: Credential
    /// nil: for surfaces that call none.
    package var model: String?
    /// nil: the usual one of the model's type.
    package var surface: Surface?
    /// Where the client is.
    package var address: String
    package var headers: [(name: String, value: String)]
    /// Of a file that it stores.
    package var storedBytes: Int64 = 0
    /// Tokens that the call sends, and the most that it asks for, where they are known.
    package var inputTokens: Int?
    package var maxTokens: Int?

    package init(
      credential: Credential, model: String?, surface: Surface? = nil, address: String,
      headers: [(name: String, value: String)] = []
    ) {
      self.credential = credential
      self.model = model
      self.surface = surface
      self.address = address
      self.headers = headers
    }
  }

  /// What limits have counted, as far as that is known beside a gateway.
  package struct Counts {
    /// nil: it is not known.
    package var used: (Demand) -> Int64?
    /// Whether a call that wants these is refused.
    package var refusal: ([Demand]) -> LimitRefusal?
    /// Whether a target rests after failures; nil: only the running gateway knows.
    package var isSetAside: ((Target) -> Bool)?

    package init(used: @escaping (Demand) -> Int64?, refusal: @escaping ([Demand]) -> LimitRefusal?) {
      self.used = used
      self.refusal = refusal
    }
  }

  package struct Step: Hashable, Sendable {
    package enum Mark: String, Sendable {
      /// It lets the call in, or refuses it.
      case yes, no
      /// It decides nothing.
      case note
    }

    /// `caller`, `team`, `limit` …
    package let topic: String
    package let mark: Mark
    package let text: String
  }

  package private(set) var steps: [Step] = []
  /// What the call would be answered; nil: it would be let in.
  package private(set) var refusal: GatewayError?
  /// Those that would be tried, in order.
  package internal(set) var targets: [String] = []

  let question: Question
  let snapshot: GatewaySnapshot
  let counts: Counts

  package init(_ question: Question, in snapshot: GatewaySnapshot, counts: Counts, now: WallTime) {
    self.question = question
    self.snapshot = snapshot
    self.counts = counts
    guard let caller = identify(now: now) else { return }
    tell(caller)
    let surface = self.surface
    admit(caller, to: surface)
    guard !surface.keepsObjects, let model = question.model else {
      tellLimits(LimitCheck.Call(caller: caller, route: nil), surface: surface, [])
      if surface == .files || surface == .uploads { tellStored(caller) }
      note("target", "which provider is called, the object in question says")
      return
    }
    guard let route = route(of: model, on: surface, for: caller) else { return }
    let planned = plan(route, model, surface, caller)
    tellCache(route, surface, caller)
    let call = LimitCheck.Call(caller: caller, route: route)
    tellLimits(call, surface: surface, planned)
    tellTargets(planned, of: call, surface: surface)
  }

  // MARK: Steps

  mutating func note(_ topic: String, _ text: String) { add(topic, .note, text) }

  mutating func add(_ topic: String, _ mark: Step.Mark, _ text: String) {
    steps.append(Step(topic: topic, mark: mark, text: text))
  }

  /// The first refusal is the one that a caller gets.
  mutating func refuse(_ topic: String, _ error: GatewayError) {
    add(topic, .no, error.message)
    refusal = refusal ?? error
  }

  // MARK: 1 Identify

  private mutating func identify(now: WallTime) -> Caller? {
    if case .token(let token, let keys) = question.credential, !snapshot.isOpen {
      return identify(token, keys: keys, now: now)
    }
    do throws(GatewayError) {
      let caller = try recognised(now: now)
      add("caller", .yes, words(of: caller))
      return caller
    } catch {
      refuse("caller", error)
      // Somebody who holds a key that is no longer good may want to know the rest, too.
      guard let caller = holder else { return nil }
      note("caller", "as if it were good: \(words(of: caller))")
      return caller
    }
  }

  private func recognised(now: WallTime) throws(GatewayError) -> Caller {
    switch question.credential {
    case .consumer(let consumer): return Caller(consumer: consumer)
    // Where everybody is let in.
    case .token: return Identify.anonymous
    case .issued:
      guard let found = issued else {
        throw GatewayError(.invalidKey, "the key is revoked, or its consumer is not in the configuration")
      }
      return try Identify.caller(found, now: now)
    case .key(let key):
      let result: Result<Caller, GatewayError> = Array((key?.reveal { $0 } ?? "").utf8).withUnsafeBytes { bytes in
        do throws(GatewayError) {
          return .success(
            try Identify.caller(presenting: bytes.isEmpty ? nil : bytes, in: snapshot, now: now))
        } catch {
          return .failure(error)
        }
      }
      return try result.get()
    }
  }

  private var issued: IssuedKeys.Found? {
    guard case .issued(let hash) = question.credential else { return nil }
    return snapshot.issuedKeys?.find(hash)
  }

  /// Who holds the key, whether it is good or not.
  private var holder: Caller? {
    if let issued { return issued.caller }
    guard case .key(let key) = question.credential, let key else { return nil }
    let digest = Array(key.reveal { $0 }.utf8).withUnsafeBytes { Identify.digest(of: $0) }
    return snapshot.find(holding: digest)?.caller
  }

  func words(of caller: Caller) -> String {
    if snapshot.isOpen { return "nobody is asked for a key: every caller is 'anonymous'" }
    let consumer = "consumer '\(caller.consumer.name)'"
    if let key = caller.key { return "issued key \(key.id) ('\(key.label)…') of \(consumer)" }
    if let claims = caller.claims {
      return "a token\(claims.subject.map { " of \(TokenRefusal.quoted($0))" } ?? "") for \(consumer)"
    }
    if caller.fileKey != nil { return "key \(caller.keySubject ?? "")… of the configuration, of \(consumer)" }
    return "any caller of \(consumer)"
  }

  private mutating func tell(_ caller: Caller) {
    note("consumer", caller.consumer.name)
    note("team", caller.team?.name ?? "none")
    note("organisation", caller.organisation?.name ?? "none")
    let roles = caller.roles?.roles.map(\.name).joined(separator: ", ")
    note("roles", roles ?? "none: no role restricts the caller")
    guard let policy = caller.key?.policy else { return }
    if !policy.order.isEmpty { note("key", "its models in order: \(policy.order.joined(separator: ", "))") }
    if let surfaces = policy.surfaces {
      note("key", "its surfaces: \(surfaces.map(\.rawValue).sorted().joined(separator: ", "))")
    }
    if !policy.addresses.isEmpty {
      note("key", "its addresses: \(policy.addresses.map(\.description).joined(separator: ", "))")
    }
    if let retries = policy.retries { note("key", "its retries: \(retries)") }
    if let timeout = policy.timeout { note("key", "its time-out: \(timeout.inSeconds) s") }
  }

  // MARK: 2 Admit

  /// As asked, else where models of this type are usually called.
  private var surface: Surface {
    if let surface = question.surface { return surface }
    return switch question.model.flatMap(snapshot.models.route)?.type {
    case .embedding: .embeddings
    case .image: .imageGenerations
    case .speech: .speech
    case .transcription: .transcriptions
    case .rerank: .rerank
    case .moderation: .moderations
    case .chat, nil: .chatCompletions
    }
  }

  private mutating func admit(_ caller: Caller, to surface: Surface) {
    do throws(GatewayError) {
      try Admit.admit(caller, to: surface, from: question.address)
      add("surface", .yes, "\(surface.path) may be called from \(question.address)")
    } catch {
      refuse("surface", error)
    }
  }

  private mutating func route(of model: String, on surface: Surface, for caller: Caller) -> ModelRoute? {
    if let route = snapshot.models.route(for: model) {
      let how = route.name == model ? "" : " by the pattern '\(route.name)'"
      add("model", .yes, "'\(model)' is a model of type \(route.type.rawValue)\(how)")
      for level in AccessLevel.allCases { tell(level, model, surface, caller) }
    }
    do throws(GatewayError) {
      return try Admit.route(for: model, surface: surface, caller: caller, in: snapshot)
    } catch {
      if error.kind != .modelNotAllowed {
        refuse("model", error)
      } else {
        deny(error)
      }
      // What else would refuse it is shown, too.
      return error.kind == .modelNotAllowed ? snapshot.models.route(for: model) : nil
    }
  }

  /// Refused by a level that is told already.
  private mutating func deny(_ error: GatewayError) { refusal = refusal ?? error }

  private mutating func tell(_ level: AccessLevel, _ model: String, _ surface: Surface, _ caller: Caller) {
    let exists =
      switch level {
      case .organisation: caller.organisation != nil
      case .team: caller.team != nil
      case .consumer: true
      case .key: caller.key != nil
      case .roles: caller.roles != nil
      }
    guard exists else { return }
    let isAllowed = caller.allows(model, on: surface, at: level)
    let who = Admit.words(of: level, caller)
    add(
      level.rawValue, isAllowed ? .yes : .no,
      isAllowed
        ? "\(who) allows it" : "\(who) does not allow it\(Admit.allowed(at: level, caller))")
  }
}
