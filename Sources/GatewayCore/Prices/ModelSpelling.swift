/// The names under which a built-in price may stand, for a model as a provider calls it.
///
/// First the name itself, then with the beginning left out, then with the ending left out, so that the most exact one wins:
///
/// - the beginning: `models/`, `publishers/NAME/models/` (Google); a region (`eu.`, `us.`, `apac.`, `global.` …), then a vendor
///   (`anthropic.`, `amazon.` …) (Bedrock);
/// - the ending, one after the other: `-v1:0`, `-v1`, `:0` (Bedrock); `@20250929`, `@default` (Vertex AI); `-latest`; a date of
///   eight or six digits, or `-2025-08-07`. Four digits stay: such versions often have prices of their own.
package enum ModelSpelling {
  package static func all(of model: String) -> [String] {
    var found: [String] = []
    for name in beginnings(model[...]) {
      for spelling in endings(name) where !found.contains(String(spelling)) { found.append(String(spelling)) }
    }
    return found
  }

  private static let regions = [
    "global.", "us-gov.", "us.", "eu.", "apac.", "ap.", "jp.", "au.", "ca.", "sa.", "me.", "af.",
  ]
  private static let vendors = [
    "anthropic.", "amazon.", "meta.", "mistral.", "cohere.", "ai21.", "deepseek.", "openai.", "qwen.", "google.",
    "minimax.", "moonshot.", "moonshotai.", "nvidia.", "writer.", "zai.",
  ]

  private static func beginnings(_ name: Substring) -> [Substring] {
    var names = [name]
    if name.hasPrefix("models/") { names.append(name.dropFirst("models/".count)) }
    if name.hasPrefix("publishers/"), let models = name.firstRange(of: "/models/") {
      names.append(name[models.upperBound...])
    }
    if let region = regions.first(where: { name.hasPrefix($0) }) { names.append(name.dropFirst(region.count)) }
    let last = names[names.count - 1]
    if let vendor = vendors.first(where: { last.hasPrefix($0) }) { names.append(last.dropFirst(vendor.count)) }
    return names
  }

  private static func endings(_ name: Substring) -> [Substring] {
    var names = [name]
    var rest = name
    for strip in [withoutRevision, withoutVersion, withoutLatest, withoutDate] {
      if let shorter = strip(rest), !shorter.isEmpty {
        rest = shorter
        names.append(rest)
      }
    }
    return names
  }

  /// `-v1:0`, `-v1`, `:0`.
  private static func withoutRevision(_ name: Substring) -> Substring? {
    var rest = name
    if let colon = rest.lastIndex(of: ":"), isNumber(rest[rest.index(after: colon)...]) { rest = rest[..<colon] }
    if let dash = rest.lastIndex(of: "-") {
      let ending = rest[rest.index(after: dash)...]
      if ending.first == "v", isNumber(ending.dropFirst()) { rest = rest[..<dash] }
    }
    return rest.endIndex == name.endIndex ? nil : rest
  }

  private static func withoutVersion(_ name: Substring) -> Substring? {
    name.lastIndex(of: "@").map { name[..<$0] }
  }

  private static func withoutLatest(_ name: Substring) -> Substring? {
    name.hasSuffix("-latest") ? name.dropLast("-latest".count) : nil
  }

  /// `-20250929`, `-251015`, `-2025-08-07`.
  private static func withoutDate(_ name: Substring) -> Substring? {
    let parts = name.split(separator: "-", omittingEmptySubsequences: false)
    guard let last = parts.last, isNumber(last) else { return nil }
    if last.count == 8 || last.count == 6 { return name.dropLast(last.count + 1) }
    let isDate =
      parts.count > 3 && parts.suffix(3).map(\.count) == [4, 2, 2] && parts.suffix(3).allSatisfy { isNumber($0) }
    return isDate ? name.dropLast("-2025-08-07".count) : nil
  }

  private static func isNumber(_ text: Substring) -> Bool {
    !text.isEmpty && text.utf8.allSatisfy { (0x30...0x39).contains($0) }
  }
}
