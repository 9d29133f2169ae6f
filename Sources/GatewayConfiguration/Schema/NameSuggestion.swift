import GatewayCore

/// "did you mean": the known name that a wrong one is probably meant for.
enum NameSuggestion {
  /// - Returns: `did you mean 'targets'?`, or what there is when it is little, or `nil`.
  static func advice(for name: String, among known: [String], what: String = "known names are") -> String? {
    if let nearest = nearestNames(to: name, among: known, limit: 1).first { return "did you mean '\(nearest)'?" }
    guard !known.isEmpty, known.count <= 18 else { return nil }
    return "\(what) \(known.joined(separator: ", "))"
  }

  /// The same for a key of an object, which other programs may call otherwise.
  static func advice(forKey name: String, in object: SchemaObject) -> String? {
    let folded = fold(name)
    for field in object.fields
    where fold(field.name) == folded || field.otherNames.contains(where: { fold($0) == folded }) {
      return "did you mean '\(field.name)'?"
    }
    return advice(for: name, among: object.known.map(\.name), what: "known keys are")
  }

  /// `base_url`, `base-url` and `baseURL` are one name.
  private static func fold(_ name: String) -> String { name.lowercased().filter { $0 != "_" && $0 != "-" } }
}
