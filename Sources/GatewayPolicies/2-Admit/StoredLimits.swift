package import GatewayCore

/// Which limits of stored bytes count what a caller stores.
package enum StoredLimits {
  /// Whether any does.
  package static func count(_ caller: Caller, in snapshot: GatewaySnapshot) -> Bool {
    snapshot.limitsStored || caller.key?.policy?.stored.isEmpty == false
  }

  /// From the outside inwards.
  ///
  /// - Parameter bytes: that the call is about to store.
  package static func demands(
    of caller: Caller, bytes: Int64, in snapshot: GatewaySnapshot
  ) throws(GatewayError) -> [Demand] {
    guard count(caller, in: snapshot) else { return [] }
    let lists = [
      snapshot.stored, caller.organisation?.stored ?? [], caller.team?.stored ?? [], caller.consumer.stored,
      caller.key?.policy?.stored ?? [],
    ]
    var demands: [Demand] = []
    for limit in lists.joined() {
      guard let subject = try subject(of: limit, caller) else { continue }
      demands.append(Demand(limit: limit, subject: subject, amount: bytes))
    }
    return demands
  }

  /// - Returns: nil where the limit does not count the caller.
  private static func subject(of limit: Limit, _ caller: Caller) throws(GatewayError) -> String? {
    let found: String?
    switch limit.key {
    case .consumer: found = caller.consumer.name
    case .team: found = caller.team?.name
    case .organisation: found = caller.organisation?.name
    case .key: found = caller.keySubject
    default: return limit.stored?.holder == .key ? caller.keySubject ?? "" : ""
    }
    if let found { return found }
    switch limit.missing {
    case .share: return StoredScope.nobody
    case .skip: return nil
    case .refuse:
      throw GatewayError(
        .missingParameter, "what is stored is limited by \(limit.key.words), and this caller has none",
        parameter: limit.key.name)
    }
  }
}
