import Foundation
import GatewayTelemetry
import Testing

@Suite struct CatalogueTests {
  private static let page = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().appending(path: "docs/metrics.md")

  @Test func thePageOfMetricsHoldsTheTableOfTheCatalogue() throws {
    let text = try String(contentsOf: Self.page, encoding: .utf8)
    let begin = try #require(text.range(of: "<!-- catalogue -->\n"))
    let end = try #require(text.range(of: "<!-- /catalogue -->"))
    let table = begin.upperBound..<end.lowerBound
    if ProcessInfo.processInfo.environment["SLUICE_WRITE_DOCS"] == "1" {
      try Data(text.replacingCharacters(in: table, with: Catalogue.markdownTable).utf8).write(to: Self.page)
    } else {
      #expect(text[table] == Catalogue.markdownTable, "run SLUICE_WRITE_DOCS=1 swift test --filter CatalogueTests")
    }
  }

  @Test func namesAreUniqueAndFollowTheRulesOfPrometheus() throws {
    #expect(Set(Catalogue.all.map(\.name)).count == Catalogue.all.count)
    for metric in Catalogue.all {
      #expect(metric.name.wholeMatch(of: /[a-z_:][a-z0-9_:]*/) != nil, "\(metric.name)")
      #expect((metric.kind == .counter) == metric.name.hasSuffix("_total"), "\(metric.name)")
      #expect(metric.meaning.hasSuffix("."), "\(metric.name)")
    }
  }

  @Test func everyMetricOfTheCatalogueIsRendered() {
    let telemetry = Telemetry(.init(version: "1"))
    telemetry.readLedger { Telemetry.LedgerState(rows: 1, lost: 0, lagSeconds: 0, journalBytes: 0) }
    telemetry.readConversations {
      Telemetry.ConversationState(stored: 3, bytes: 2048, dropped: [("full", 1)], lagSeconds: 0.5)
    }
    telemetry.readBounds {
      Telemetry.Bounds(
        connections: 100, journalBytes: 1 << 20, certificates: [.init(setting: "server.tls", at: 2_000_000_000)],
        budgets: [.init(limit: "5 EUR per month", owner: "consumer:app", subject: "app", used: 0.25)],
        stored: [.init(limit: "1KiB stored", owner: "of team 'lab'", subject: "", used: 600, amount: 1024)])
    }
    let text = String(decoding: telemetry.render(), as: UTF8.self)
    #expect(
      text.contains(#"sluice_budget_used_ratio{limit="5 EUR per month",owner="consumer:app",subject="app"} 0.25"#))
    let stored = #"{limit="1KiB stored",owner="of team 'lab'",subject=""}"#
    #expect(text.contains("sluice_stored_bytes\(stored) 600\n"))
    #expect(text.contains("sluice_stored_limit_bytes\(stored) 1024\n"))
    #expect(text.contains(#"sluice_certificate_expiry_timestamp_seconds{setting="server.tls"} 2000000000"#))
    #expect(text.contains(#"sluice_conversations_dropped_total{reason="full"} 1"#))
    for metric in Catalogue.all {
      #expect(text.contains("# TYPE \(metric.name) \(metric.kind.rawValue)\n"), "\(metric.name)")
      #expect(text.contains("# HELP \(metric.name) "), "\(metric.name)")
    }
    #expect(text.split(separator: "\n").count { $0.hasPrefix("# TYPE ") } == Catalogue.all.count)
  }
}
