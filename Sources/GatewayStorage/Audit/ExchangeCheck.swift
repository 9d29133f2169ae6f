/// What a look at the records of calls has found.
package struct ExchangeVerdict: Hashable, Sendable {
  /// Why the records are not whole.
  package enum Fault: Hashable, Sendable, CustomStringConvertible {
    /// A line that was changed, or is none.
    case changed(file: String, line: Int)
    /// A line that does not follow the one before it: lines are missing or in another order.
    case outOfPlace(file: String, line: Int, number: Int64, after: Int64)
    /// The first lines are gone, and no record of the trail of changes says that they have expired.
    case beginningMissing(first: Int64)
    case endMissing(last: Int64, expected: Int64)
    /// The ledger has seen another record under this number.
    case replaced(number: Int64)

    package var description: String {
      switch self {
      case .changed(let file, let line): "\(file):\(line) was changed, or is no record"
      case .outOfPlace(let file, let line, let number, let after):
        "\(file):\(line) is record \(number) and does not fit behind record \(after): lines are missing, or in another order"
      case .beginningMissing(let first):
        "the first record is \(first): those before it are missing, and nothing says that they have expired"
      case .endMissing(let last, let expected):
        "the last record is \(last): the ledger knows \(expected), so those behind it are missing"
      case .replaced(let number): "record \(number) is not the one that the ledger has seen: the end was written anew"
      }
    }
  }

  package var files = 0
  /// Numbers of the records that are there; nil: none.
  package var first: Int64?
  package var last: Int64 = 0
  /// Of the last record.
  package var hash = AuditHead.start.hash
  package var fault: Fault?
}

/// Follows the records of calls through their files.
struct ExchangeCheck {
  private(set) var verdict = ExchangeVerdict()
  private var previous: String?
  /// The hash before the first record.
  private(set) var before = AuditHead.start
  /// What the ledger has taken.
  private let taken: AuditHead?
  private var isTakenSeen = false

  init(taken: AuditHead? = nil) { self.taken = taken }

  /// Goes on with the next file, unless a fault was found.
  mutating func take(_ lines: AuditLines, of file: String) {
    guard verdict.fault == nil else { return }
    verdict.files += 1
    var place = 0
    for line in lines {
      place += 1
      guard let read = ExchangeLine.read(line) else {
        verdict.fault = .changed(file: file, line: place)
        return
      }
      if let previous {
        guard read.previous == previous, read.head.number == verdict.last + 1 else {
          verdict.fault = .outOfPlace(file: file, line: place, number: read.head.number, after: verdict.last)
          return
        }
      } else {
        verdict.first = read.head.number
        before = AuditHead(number: read.head.number - 1, hash: read.previous)
      }
      if read.head == taken { isTakenSeen = true }
      (previous, verdict.last, verdict.hash) = (read.head.hash, read.head.number, read.head.hash)
    }
  }

  /// Compares both ends with what is known of them.
  /// - Parameter isExpired: whether the trail of changes says that all records up to this one have expired.
  mutating func finish(isExpired: (AuditHead) -> Bool) {
    guard verdict.fault == nil else { return }
    if before != .start, !isExpired(before) { verdict.fault = .beginningMissing(first: before.number + 1) }
    guard let taken, verdict.fault == nil else { return }
    if verdict.last < taken.number, !(verdict.first == nil && isExpired(taken)) {
      verdict.fault = .endMissing(last: verdict.last, expected: taken.number)
    } else if verdict.first.map({ $0 <= taken.number }) ?? false, !isTakenSeen {
      verdict.fault = .replaced(number: taken.number)
    }
  }
}
