/// A whole answer as a client got it, to be given again.
package struct KeptAnswer: Hashable, Sendable {
  /// A plain answer's body, or all events of a stream as they left.
  package var body: [UInt8]
  package var isStream: Bool
  package var contentType: String
  /// That answered, as `x-sluice-target` names it.
  package var target: String
  /// `x-sluice-dropped` and `x-sluice-emulated` of the answer; empty: it had none.
  package var dropped = ""
  package var emulated = ""
  /// What it cost; nil: it has no price.
  package var cost: Money?
  package var priceVersion = ""
  package var keptAt: WallTime
  /// Afterwards nobody gets it.
  package var expiresAt: WallTime

  package init(
    body: [UInt8], isStream: Bool, contentType: String, target: String, keptAt: WallTime, expiresAt: WallTime
  ) {
    self.body = body
    self.isStream = isStream
    self.contentType = contentType
    self.target = target
    self.keptAt = keptAt
    self.expiresAt = expiresAt
  }

  // An entry's own members, and its place in the tables.
  private static let overhead = 512

  /// About the bytes that it takes in memory.
  package var size: Int {
    body.count + contentType.utf8.count + target.utf8.count + dropped.utf8.count + emulated.utf8.count + Self.overhead
  }

  /// How old it is, in whole seconds; a clock that was set back makes nothing older than new.
  package func age(now: WallTime) -> Int64 { max(0, (now.milliseconds - keptAt.milliseconds) / 1000) }

  /// - Parameter longest: that the caller takes.
  package func isFresh(now: WallTime, longest: Duration) -> Bool {
    let age = max(0, now.milliseconds - keptAt.milliseconds)
    return now < expiresAt && age < longest.wholeNanoseconds / 1_000_000
  }
}
