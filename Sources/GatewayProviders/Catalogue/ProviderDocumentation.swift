import GatewayCore

/// Writes the table of `docs/providers.md` from the catalogue.
package enum ProviderDocumentation {
  package static let begin = "<!-- providers: begin -->"
  package static let end = "<!-- providers: end -->"

  /// The generated part, without its markers.
  package static func markdown() -> String {
    """
    | `kind` | provider | default `url` | credential | variable | speaks | not offered | notes |
    |---|---|---|---|---|---|---|---|
    \(ProviderCatalogue.presets.map(row).joined(separator: "\n"))
    """
  }

  /// `page` with the part between its markers written anew; `nil` when it has no markers.
  package static func updating(_ page: String) -> String? {
    guard let from = page.firstRange(of: begin), let to = page.firstRange(of: end), from.upperBound <= to.lowerBound
    else { return nil }
    return page[..<from.upperBound] + "\n" + markdown() + "\n" + page[to.lowerBound...]
  }

  private static func row(_ preset: ProviderPreset) -> String {
    let missing = Surface.allCases.filter(preset.quirks.missing.contains).map(\.rawValue)
    let cells = [
      "`\(preset.kind)`", provider(preset), url(preset), credential(preset), variables(preset),
      preset.pathStyle == .echo ? "–" : preset.dialects.map { code($0.rawValue) }.joined(separator: ", "),
      missing.isEmpty ? "–" : missing.joined(separator: ", "), preset.note ?? "–",
    ]
    return "| " + cells.joined(separator: " | ") + " |"
  }

  private static func provider(_ preset: ProviderPreset) -> String {
    preset.documentation.isEmpty ? preset.displayName : "[\(preset.displayName)](\(preset.documentation))"
  }

  private static func url(_ preset: ProviderPreset) -> String {
    if preset.pathStyle == .echo { return "–" }
    return preset.defaultURL.map(code) ?? "required, e.g. " + code(preset.exampleURL)
  }

  private static func credential(_ preset: ProviderPreset) -> String {
    if preset.pathStyle == .echo { return "–" }
    let header =
      switch preset.credentialStyle {
      case .bearer: "`authorization: Bearer KEY`"
      case .header(let name): "`\(name): KEY`"
      case .signature: "a signature"
      }
    return preset.requiresKey ? header : "none, or " + header
  }

  private static func variables(_ preset: ProviderPreset) -> String {
    let names = preset.environmentVariables + [preset.urlEnvironmentVariable].compactMap(\.self)
    return names.isEmpty ? "–" : names.map(code).joined(separator: ", ")
  }

  private static func code(_ text: String) -> String { "`\(text)`" }
}
