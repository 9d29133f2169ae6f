/// `storage.ledger`, `storage.journal`, `storage.retention`.
package struct LedgerSettings: Hashable, Sendable {
  /// How long what is kept of exchanges stays in the database.
  package struct Retention: Hashable, Sendable {
    package var exchanges: Duration = .seconds(90 * 86_400)
    /// Sums by hour.
    package var hours: Duration = .seconds(400 * 86_400)
    /// Sums by day.
    package var days: Duration = .seconds(3650 * 86_400)

    package init() {}
  }

  package var isOn = true
  /// Bytes of the journal beyond which new exchanges are lost.
  package var journal = 1 << 30
  package var retention = Retention()
  /// Where the days of the sums begin.
  package var zone: ZoneOffsets = .utc

  package init() {}
}
