import Foundation
import GatewayProviders
import Testing

struct PriceDocumentationTests {
  private var page: URL {
    URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().appending(path: "docs/prices.md")
  }

  @Test func thePricePageIsCurrent() throws {
    let text = try String(contentsOf: page, encoding: .utf8)
    let current = try #require(PriceDocumentation.updating(text), "docs/prices.md has lost its markers")
    if ProcessInfo.processInfo.environment["SLUICE_WRITE_DOCS"] == "1" {
      try current.write(to: page, atomically: true, encoding: .utf8)
    } else {
      #expect(text == current, "run: SLUICE_WRITE_DOCS=1 swift test --filter GatewayProvidersTests")
    }
  }

  @Test func noCellBreaksTheTable() {
    for line in PriceDocumentation.markdown().split(separator: "\n") where line.hasPrefix("|") {
      #expect(line.count { $0 == "|" } == 8, "\(line)")
    }
  }

  @Test func timesAndTiersAreWrittenOut() {
    let page = PriceDocumentation.markdown()
    #expect(page.contains("Monday to Friday 09:00–12:00 and Monday to Friday 14:00–18:00 (Asia/Shanghai): input 2,"))
    #expect(page.contains("before 2027-01-01: input 0.75,"))
    #expect(page.contains("prompt above 200000: input 2.5, cached 0.25, output 15"))
    #expect(page.contains("answer above 200: input 3,"))
  }

  @Test func aPageWithoutMarkersIsLeftAlone() {
    #expect(PriceDocumentation.updating("# Prices") == nil)
  }
}
