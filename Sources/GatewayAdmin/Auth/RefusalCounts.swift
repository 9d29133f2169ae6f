import GatewayCore
import GatewayStorage

/// An operation that the role of somebody does not allow.
struct RefusedAccess: Hashable, Sendable {
  var author: AuditAuthor
  var role: AdminRole
  /// With the names of its parts in place of what they are: `DELETE /api/v1/users/{name}`.
  var operation: String
  /// As it came.
  var request: String

  func entry(repeats: Int? = nil) -> AuditEntry {
    var detail = AuditDetail()
    detail.add("role", role.rawValue)
    detail.add("request", repeats == nil ? request : operation)
    if let repeats { detail.add("repeats", json: "\(repeats)") }
    return AuditEntry("access.refused", detail: detail.text)
  }
}

/// Keeps whoever tries an operation again and again from filling the audit trail: the first time is told at once, those of the next
/// minute as one number.
struct RefusalCounts: Sendable {
  private struct Key: Hashable {
    let author: String
    let operation: String
  }

  private struct Entry {
    let since: WallTime
    /// The last one.
    var refusal: RefusedAccess
    var repeats = 0
  }

  // Milliseconds.
  private static let window: Int64 = 60_000

  private var entries: [Key: Entry] = [:]

  /// - Returns: whether it is to be told at once; else it is counted.
  mutating func isNews(_ refusal: RefusedAccess, now: WallTime) -> Bool {
    let key = Key(author: refusal.author.name, operation: refusal.operation)
    guard entries[key] != nil else {
      entries[key] = Entry(since: now, refusal: refusal)
      return true
    }
    entries[key]?.repeats += 1
    entries[key]?.refusal = refusal
    return false
  }

  /// Takes out what is a minute old; of what came once only there is nothing to tell.
  /// - Parameter isLast: also what is younger.
  mutating func due(now: WallTime, isLast: Bool = false) -> [(refusal: RefusedAccess, repeats: Int)] {
    let over = entries.filter { isLast || now.milliseconds - $0.value.since.milliseconds >= Self.window }
    for key in over.keys { entries[key] = nil }
    return over.values.filter { $0.repeats > 0 }.sorted { $0.since < $1.since }.map { ($0.refusal, $0.repeats) }
  }
}
