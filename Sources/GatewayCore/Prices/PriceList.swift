/// All prices that a configuration knows: its own first, then those that came with the gateway. A model that is in neither is
/// unpriced, which is not the same as free.
package struct PriceList: Sendable {
  private let exact: [String: PriceEntry]
  private let prefixes: PrefixTable<PriceEntry>
  private let builtIn: [String: [String: PriceEntry]]

  /// - Parameter configured: `provider/model`, or a pattern that ends in `*` (`provider/*`, `provider/qwen-*`). Of equal ones the
  ///   first stays.
  package init(configured: [(pattern: String, price: Price)] = [], builtIn: [BuiltInPrice] = []) {
    var exact: [String: PriceEntry] = [:]
    var prefixes: [(prefix: String, value: PriceEntry)] = []
    for (pattern, price) in configured {
      let entry = PriceEntry(price: price, origin: .configuration(pattern: pattern))
      if pattern.hasSuffix("*") {
        prefixes.append((String(pattern.dropLast()), entry))
      } else if exact[pattern] == nil {
        exact[pattern] = entry
      }
    }
    var known: [String: [String: PriceEntry]] = [:]
    for item in builtIn where known[item.kind]?[item.model] == nil {
      let origin = PriceEntry.Origin.builtIn(kind: item.kind, model: item.model, source: item.source, date: item.date)
      known[item.kind, default: [:]][item.model] = PriceEntry(price: item.price, origin: origin)
    }
    self.exact = exact
    self.prefixes = PrefixTable(prefixes)
    self.builtIn = known
  }

  /// The configuration's exact name, then its longest prefix, then the built-in list by the spellings of the model.
  ///
  /// - Parameters:
  ///   - provider: its name in the configuration.
  ///   - kind: of its preset.
  ///   - model: as the provider calls it.
  package func price(provider: String, kind: String, model: String) -> PriceEntry? {
    let name = "\(provider)/\(model)"
    if let entry = exact[name] ?? prefixes.longestPrefix(of: name) { return entry }
    guard let models = builtIn[kind] else { return nil }
    for spelling in ModelSpelling.all(of: model) {
      if let entry = models[spelling] { return entry }
    }
    return nil
  }
}
