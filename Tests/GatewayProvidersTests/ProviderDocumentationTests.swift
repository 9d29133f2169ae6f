import Foundation
import GatewayProviders
import Testing

struct ProviderDocumentationTests {
  private var page: URL {
    URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
      .appending(path: "docs/providers.md")
  }

  @Test func theProviderPageIsCurrent() throws {
    let text = try String(contentsOf: page, encoding: .utf8)
    let current = try #require(ProviderDocumentation.updating(text), "docs/providers.md has lost its markers")
    if ProcessInfo.processInfo.environment["SLUICE_WRITE_DOCS"] == "1" {
      try current.write(to: page, atomically: true, encoding: .utf8)
    } else {
      #expect(text == current, "run: SLUICE_WRITE_DOCS=1 swift test --filter GatewayProvidersTests")
    }
  }

  @Test func noCellBreaksTheTable() {
    for line in ProviderDocumentation.markdown().split(separator: "\n") where line.hasPrefix("|") {
      #expect(line.count { $0 == "|" } == 9, "\(line)")
    }
  }

  @Test func aPageWithoutMarkersIsLeftAlone() {
    #expect(ProviderDocumentation.updating("# Providers") == nil)
  }
}
