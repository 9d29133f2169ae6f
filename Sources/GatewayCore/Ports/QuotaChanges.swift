/// Changes of quotas on their way from whoever makes them to the process that counts, which keeps them beside its counters.
package protocol QuotaChanges: Sendable {
  /// Keeps a change until it is applied.
  func add(_ change: QuotaChange) async throws

  /// Those that are not applied yet, in the order in which they were made; each with its number.
  func waitingQuotaChanges() async throws -> [(number: Int64, change: QuotaChange)]

  /// Stores counters, and forgets the changes that are in them, in one step: after a crash either both are done or none.
  func save(_ records: [CounterTable.Record], applied: [Int64]) async throws

  /// What is stored of a quota, and what waits to be counted in it, at one moment.
  ///
  /// - Parameter limit: `Limit.id`.
  func quota(_ limit: String) async throws -> (counters: [CounterTable.Record], waiting: [QuotaChange])
}
