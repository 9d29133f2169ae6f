import GatewayCore

// What would be counted, and where the call would go.
extension Explanation {
  // MARK: 5 Route

  mutating func plan(_ route: ModelRoute, _ model: String, _ surface: Surface, _ caller: Caller) -> [PlannedTarget] {
    do throws(GatewayError) {
      if route.fixedPlan == nil {
        note("target", "which version of '\(route.name)' answers, its split decides for each call; this is one of them")
      }
      return try RouteTargets.plan(
        route, model: model, surface: surface, caller: caller, in: snapshot, random: 0
      ) { key in
        switch key {
        case .header(let name): header(name)
        case .consumer: caller.consumer.name
        }
      }
    } catch {
      refuse("target", error)
      return []
    }
  }

  mutating func tellTargets(_ planned: [PlannedTarget], of call: LimitCheck.Call, surface: Surface) {
    var refused: LimitRefusal?
    for planned in planned {
      let provider = planned.target.provider
      // As `x-sluice-target` names it.
      let label = "\(provider.name)/\(planned.target.upstreamModel(for: question.model ?? ""))"
      do throws(GatewayError) {
        let demands = try LimitCheck.demands(
          of: call, at: provider, in: snapshot, size: { size(of: [planned], surface: surface) }, value)
        for demand in demands { tell(demand, refusing: counts.refusal([demand]), prefix: "provider limit") }
        if let refusal = counts.refusal(demands) {
          refused = refused ?? refusal
          add("target", .no, "\(label): passed over, \(GatewayError(refusal).message)")
          continue
        }
      } catch {
        refuse("target", error)
        continue
      }
      let version = planned.version.map { " (version \($0))" } ?? ""
      if counts.isSetAside?(planned.target) == true {
        note("target", "\(label) is set aside after failures: it is tried only when all others are set aside, too")
      }
      targets.append(label)
      let isFirst = targets.count == 1
      add("target", .yes, "\(targets.count). \(label)\(version)\(isFirst ? "" : ": when those before it have failed")")
    }
    if targets.isEmpty, let refused { refuse("target", GatewayError(refused)) }
    if !targets.isEmpty, counts.isSetAside == nil {
      note("target", "whether one is set aside after failures, only the running gateway knows")
    }
  }

  // MARK: Limits

  mutating func tellLimits(_ call: LimitCheck.Call, surface: Surface, _ planned: [PlannedTarget]) {
    let check = LimitCheck(call, in: snapshot)
    let demands: [Demand]
    do throws(GatewayError) {
      demands = try check.demands({ size(of: planned, surface: surface) }, value)
    } catch {
      return refuse("limit", error)
    }
    if demands.isEmpty { note("limit", "none counts the call before it goes out") }
    let refusing = counts.refusal(demands)
    for demand in demands { tell(demand, refusing: counts.refusal([demand]), prefix: "limit") }
    if let refusing { refuse("limit", GatewayError(refusing)) }
  }

  /// What limits of stored bytes say of the call if it stores something.
  mutating func tellStored(_ caller: Caller) {
    do throws(GatewayError) {
      let demands = try StoredLimits.demands(of: caller, bytes: question.storedBytes, in: snapshot)
      for demand in demands { tell(demand, refusing: counts.refusal([demand]), prefix: "stored") }
      if let refusing = counts.refusal(demands) { refuse("stored", GatewayError(refusing)) }
    } catch {
      refuse("stored", error)
    }
  }

  private mutating func tell(_ demand: Demand, refusing: LimitRefusal?, prefix topic: String) {
    let limit = demand.limit
    var who = ""
    if demand.subject == LimitSubject.missing {
      who = ", callers without one"
    } else if !demand.subject.isEmpty {
      who = ", '\(demand.subject)'"
    }
    guard let used = counts.used(demand) else {
      return note(topic, "\(limit.words)\(who): what is used, only the running gateway knows")
    }
    if limit.unit == .stored {
      let sizes = "\(ByteCount.text(used)) are stored, this call would store \(ByteCount.text(demand.amount))"
      return add(topic, refusing == nil ? .yes : .no, "\(limit.words)\(who): \(sizes)")
    }
    add(
      topic, refusing == nil ? .yes : .no,
      "\(limit.words)\(who): \(limit.text(used)) used, this call wants \(limit.text(demand.amount))")
  }

  /// Of the smallest call that names no bound, unless the question says what the text and `max_tokens` add.
  private func size(of planned: [PlannedTarget], surface: Surface) -> LimitCheck.Size? {
    guard !surface.keepsObjects else { return nil }
    let model = question.model ?? ""
    return LimitCheck.Size(
      input: question.inputTokens ?? 0, output: surface.dialect == nil ? 0 : question.maxTokens,
      prices: planned.compactMap { planned in
        let provider = planned.target.provider
        return snapshot.prices.price(
          provider: provider.name, kind: provider.kind, model: planned.target.upstreamModel(for: model))
      })
  }

  private func value(_ key: LimitKey) -> String? {
    switch key {
    case .ip: return question.address
    case .header(let name): return header(name)
    case .cookie(let name):
      let pairs = (header("cookie") ?? "").split(separator: ";").map { $0.drop { $0 == " " } }
      let pair = pairs.first { $0.hasPrefix("\(name)=") }
      return pair.map { String($0.dropFirst(name.utf8.count + 1)) }
    case .all, .consumer, .team, .organisation, .key, .model, .provider, .query, .claim: return nil
    }
  }

  private func header(_ name: String) -> String? {
    question.headers.first { $0.name.lowercased() == name }?.value
  }
}
