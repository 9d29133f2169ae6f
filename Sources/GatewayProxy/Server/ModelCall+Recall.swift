import GatewayCore
import GatewayPolicies
import GatewayProviders
import NIOCore

/// Phase 4: whether the call is answered by an earlier answer.
extension ModelCall {
  /// - Returns: whether no target is to be called now: the call is answered, or waits for the store.
  func recall(_ settings: CacheSettings) -> Bool {
    guard object == nil, !surface.countsTokens, let route,
      let ttl = Recall.ttl(for: exchange.caller, of: route, settings)
    else { return false }
    exchange.record.cache = .skip
    let control = exchange.cacheControl
    guard !control.isNoStore, let key = key(of: route, settings) else { return false }
    exchange.record.cache = .miss
    let longest = control.isNoCache ? .zero : control.longest(within: ttl)
    let now = WallTime.current
    let store = exchange.loop.answers
    if let found = store.findNow(key, now: now) {
      return take(found, of: key, ttl: ttl, longest: longest, settings)
    }
    isRecalling = true
    store.find(key, now: now) { [self] found in
      guard isRecalling else { return }
      isRecalling = false
      exchange.loop.clock.tick()
      if !take(found, of: key, ttl: ttl, longest: longest, settings) { callTargets() }
    }
    return true
  }

  private func key(of route: ModelRoute, _ settings: CacheSettings) -> AnswerKey? {
    guard PureCall.has(surface) else { return nil }
    var call = Recall.Call(
      caller: exchange.caller, route: route, definition: exchange.loop.definition(of: route), model: modelName,
      surface: surface, isStream: isStream,
      target: targets.first.map { "\($0.target.label) \($0.version ?? "")" } ?? "", fields: decidingFields)
    for name in Recall.successors(of: call) {
      guard let route = exchange.snapshot.models.route(for: name) else { continue }
      call.definition += "\n\(exchange.loop.definition(of: route))"
    }
    return exchange.body.withUnsafeReadableBytes { Recall.key(for: call, body: $0, scope: settings.scope) }
  }

  private var decidingFields: [String] {
    let further = targets.flatMap(\.target.provider.forwardHeaders)
    return exchange.headBytes.withUnsafeReadableBytes { bytes in
      exchange.head.fields.compactMap { field in
        let name = field.name.bytes(in: bytes)
        guard ForwardedHeaders.mayDecide(name, also: further) else { return nil }
        let value = String(decoding: field.value.bytes(in: bytes), as: UTF8.self)
        return "\(String(decoding: name, as: UTF8.self).lowercased()): \(value)"
      }.sorted()
    }
  }

  /// - Returns: whether the call is answered.
  private func take(
    _ found: Recollection, of key: AnswerKey, ttl: Duration, longest: Duration, _ settings: CacheSettings
  ) -> Bool {
    let now = WallTime.current
    if let answer = found.answer, answer.isStream == isStream, answer.isFresh(now: now, longest: longest) {
      exchange.answer(recalling: answer, age: answer.age(now: now))
      return true
    }
    exchange.keeper = AnswerKeeper(
      key: key, target: targets.first.map { $0.target.name(for: modelName) } ?? "", ttl: ttl, maximum: settings.maximum,
      seen: found.mark, needsReasons: surface.dialect != nil)
    return false
  }
}
