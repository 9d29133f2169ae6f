package import GatewayCore

/// The price list that comes with the gateway. `docs/prices.md` is generated from it.
///
/// Facts come from the pages that each entry names, as they were on its date; where a copy of a page has none, it is the newest
/// date that the copy names. What is not metered in tokens, requests or images (minutes, characters, searches) is left out, and so
/// are models whose price was not found: they are unpriced, not free. Servers that people run themselves have no list price.
package enum BuiltInPrices {
  package static let all: [BuiltInPrice] = pages.flatMap(\.prices)

  /// Lines that are no price; there must be none.
  package static let rejected: [String] = pages.flatMap(\.rejected)

  private static let pages =
    openAI + anthropic + bedrock + google + deepSeek + dashScope + zhipu + otherChinese + others
}
