package import GatewayCore

/// Which limits a call is counted by, and what it wants of each.
package struct LimitCheck {
  /// What is known of a call before it is made.
  package struct Call {
    package let caller: Caller
    /// The configured model or pattern, nil where no model is called.
    package let route: ModelRoute?

    package init(caller: Caller, route: ModelRoute?) {
      self.caller = caller
      self.route = route
    }
  }

  /// Tokens that a call may use.
  package struct Size: Sendable {
    package let input: Int
    /// The most that it can bring forth; nil: it says nothing.
    package let output: Int?
    /// Where it may go: what it may cost there is reserved.
    package let prices: [PriceEntry]

    package init(input: Int, output: Int?, prices: [PriceEntry]) {
      self.input = input
      self.output = output
      self.prices = prices
    }
  }

  let call: Call
  /// Of everyone, of the caller, and of the model.
  let lists: [3 of [Limit]]
  /// Of all keys that have them: each counts for itself, with those that rotation has put in its place.
  private let ofKey: [Limit]

  /// Whether anything but a model limits what a caller does.
  package static func limits(_ caller: Caller, in snapshot: GatewaySnapshot) -> Bool {
    !snapshot.limits.isEmpty || !caller.limits.isEmpty || caller.key?.policy?.limits.isEmpty == false
  }

  package init(_ call: Call, in snapshot: GatewaySnapshot) {
    lists = [snapshot.limits, call.caller.limits, call.route?.limits ?? []]
    ofKey = call.caller.key?.policy?.limits ?? []
    self.call = call
  }

  /// Those that may count it, but for its key's.
  func each(_ body: (Limit) throws(GatewayError) -> Void) throws(GatewayError) {
    for index in lists.indices {
      for limit in lists[index] { try body(limit) }
    }
  }

  /// - Parameters:
  ///   - size: asked once, when some limit wants to know; nil where the call has no tokens.
  ///   - value: what a call has of a header, query parameter, cookie or address; nil: nothing.
  package func demands(
    _ size: () -> Size?, _ value: (LimitKey) -> String?
  ) throws(GatewayError) -> [Demand] {
    var demands: [Demand] = []
    demands.reserveCapacity(lists.indices.reduce(ofKey.count) { $0 + lists[$1].count })
    var known: Size?
    var isKnown = false
    func add(_ limit: Limit, _ subject: String) {
      if !isKnown, limit.unit.countsTokens { (known, isKnown) = (size(), true) }
      demands.append(Demand(limit: limit, subject: subject, amount: amount(of: limit, known)))
    }
    try each { limit throws(GatewayError) in
      guard !limit.isByProvider, counts(limit), let subject = try subject(of: limit, value) else { return }
      add(limit, subject)
    }
    if let key = call.caller.key { for limit in ofKey { add(limit, String(key.lineage)) } }
    return demands
  }

  /// What would be counted of a call with neither an address nor headers; those that refuse such a call are left out.
  var known: [Demand] {
    var demands: [Demand] = []
    try? each { limit throws(GatewayError) in
      guard !limit.isByProvider, counts(limit), !limit.isOfRequest, limit.key != .model || call.route != nil,
        let found = try? subject(of: limit, { _ in nil })
      else { return }
      demands.append(Demand(limit: limit, subject: found, amount: 0))
    }
    if let key = call.caller.key {
      demands += ofKey.map { Demand(limit: $0, subject: String(key.lineage), amount: 0) }
    }
    return demands
  }

  /// Whether a limit is for the model of the call.
  func counts(_ limit: Limit) -> Bool { limit.models.map { $0.contains(call.route?.name ?? "") } ?? true }

  /// - Returns: nil where the limit does not count the call.
  func subject(of limit: Limit, _ value: (LimitKey) -> String?) throws(GatewayError) -> String? {
    let found: String?
    switch limit.key {
    case .all: return ""
    case .consumer: return call.caller.consumer.name
    case .model: return call.route?.name ?? ""
    case .team: found = call.caller.team?.name
    case .organisation: found = call.caller.organisation?.name
    case .key: found = call.caller.keySubject
    case .claim(let name): found = call.caller.claims?.values[name]
    // Known only when the call goes there: `demands(at:)`.
    case .provider: return nil
    case .ip: found = value(.ip).map(LimitSubject.network)
    case .cookie: found = value(limit.key).flatMap { $0.isEmpty ? nil : LimitSubject.hashed($0) }
    case .header, .query: found = value(limit.key)
    }
    if let found, !found.isEmpty {
      switch limit.key {
      case .cookie, .ip: return found
      default: return LimitSubject.bounded(found)
      }
    }
    switch limit.missing {
    case .share: return LimitSubject.missing
    case .skip: return nil
    case .refuse:
      throw GatewayError(
        .missingParameter, "calls are limited by \(limit.key.words), and this one has none; send it",
        parameter: limit.key.name)
    }
  }

  func amount(of limit: Limit, _ size: Size?) -> Int64 {
    let input = Int64(size?.input ?? 0)
    let output = Int64(size.map { $0.output ?? call.route?.reserveOutput ?? 0 } ?? 0)
    return switch limit.unit {
    case .requests, .concurrent: 1
    case .stored: 0
    case .tokens: input + output
    case .inputTokens: input
    case .outputTokens: output
    case .cost: size.map { cost(of: $0, output: Int(output), in: limit.currency) } ?? 0
    }
  }

  /// At the dearest of its targets that are priced in this currency.
  private func cost(of size: Size, output: Int, in currency: Currency?) -> Int64 {
    var most: Int64 = 0
    for entry in size.prices where entry.currency == currency {
      most = max(most, entry.upperBound(input: size.input, output: output))
    }
    return most
  }
}

extension LimitUnit {
  /// Whether it matters how many tokens a call may use.
  var countsTokens: Bool {
    switch self {
    case .tokens, .inputTokens, .outputTokens, .cost: true
    case .requests, .concurrent, .stored: false
    }
  }
}

extension Limit {
  /// Only a request says whose counter it is.
  fileprivate var isOfRequest: Bool {
    switch key {
    case .ip, .header, .query, .cookie, .claim: true
    case .all, .consumer, .team, .organisation, .key, .model, .provider: false
    }
  }
}

/// Values of callers as names of counters.
package enum LimitSubject {
  /// Of calls that have none.
  static let missing = StoredScope.nobody
  private static let longest = 128

  /// An IPv6 address by its /64, all of which one subscriber has at least (RFC 6177 §2): counted by address, the next of 2^64
  /// would be another caller.
  package static func network(_ address: String) -> String {
    guard address.withBytes({ $0.contains(UInt8(ascii: ":")) }),
      let parsed = NetworkAddress(text: address.prefix { $0 != "%" })
    else { return address }
    let plain = parsed.unmapped
    return plain.bitCount == 128 ? "\(plain.masked(to: 64))/64" : plain.description
  }

  /// Long values by their hash, so that a counter's name is bounded, and those with control characters, which are ours.
  package static func bounded(_ value: String) -> String {
    let isPlain = value.withBytes { bytes in bytes.count <= longest && !bytes.contains { $0 < 0x20 } }
    if isPlain { return value }
    return hashed(value)
  }

  /// What may be a session's credential is not stored as it is.
  package static func hashed(_ value: String) -> String {
    "\u{1}" + value.withBytes { Identify.digest(of: $0).hexadecimal }
  }
}
