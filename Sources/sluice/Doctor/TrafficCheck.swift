import Foundation
import GatewayAdmin
import GatewayConfiguration
import GatewayStorage

/// What the exchanges of the last hours tell.
enum TrafficCheck {
  private static let area = "traffic"
  private static let page = 2000
  // The newest: enough to see what goes wrong now.
  private static let most = 20_000

  static func findings(of database: DatabaseStorage, hours: Int) -> [DoctorFinding] {
    let span = hours == 1 ? "the last hour" : "the last \(hours) hours"
    do {
      let reader = try LedgerReader(try database.location())
      defer { reader.close() }
      let now = Int64(Date().timeIntervalSince1970 * 1000)
      var query = ExchangeQuery(ended: now - Int64(hours) * 3_600_000..<now + 60_000, limit: page)
      var exchanges: [StoredExchange] = []
      repeat {
        let found = try reader.exchanges(query)
        exchanges += found.exchanges
        query.after = found.next
      } while query.after != nil && exchanges.count < most
      guard !exchanges.isEmpty else { return [DoctorFinding(.note, area, "no call in \(span)")] }
      let failed = exchanges.count { ExchangeQuery.Ending.errors.contains($0.ending) }
      let percent = String(format: "%.1f", Double(failed) * 100 / Double(exchanges.count))
      let newest = exchanges.count < most ? "" : " (the newest)"
      return [
        DoctorFinding(
          failed == 0 ? .ok : .note, area,
          "\(exchanges.count) calls in \(span)\(newest), \(percent) % without an answer")
      ] + TrafficDiagnosis.findings(of: exchanges)
    } catch {
      return [DoctorFinding(.warning, area, "the ledger cannot be read: \(error)")]
    }
  }
}
