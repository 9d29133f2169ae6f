import GatewayCore
import GatewayProviders

extension SchemaCheck {
  /// A value that is written as one text.
  func scalar(_ kind: SchemaKind, _ place: Place) -> Setting? {
    guard case .scalar(let text, let isPlain) = place.node.content else {
      return mismatch(kind.expectation, place, advice: kind.example.map { "such as \($0)" })
    }
    do throws(LiteralFault) {
      return place.setting(try value(of: text, isPlain: isPlain, kind))
    } catch {
      log.error(error.message, at: place.node.position, path: place.path, advice: error.advice)
      return nil
    }
  }

  private func value(of text: String, isPlain: Bool, _ kind: SchemaKind) throws(LiteralFault) -> Setting.Value {
    switch kind {
    case .duration(let range):
      let duration = try DurationLiteral.parse(text)
      return .duration(try within(range, duration, DurationLiteral.format))
    case .size(let range):
      return .integer(try within(range, try SizeLiteral.parse(text), SizeLiteral.format))
    case .integer(let range):
      return .integer(try within(range, try integer(text, isPlain: isPlain), { "\($0)" }))
    case .number(let range):
      return .number(try within(range, try number(text, isPlain: isPlain), NumberText.format))
    case .flag, .flagOr:
      return .flag(try flag(text, isPlain: isPlain))
    case .choice(let names):
      return .text(try choice(text, names, "value"))
    case .providerKind:
      return .text(try choice(text, ProviderCatalogue.presets.map(\.kind), "kind"))
    case .failure:
      return try failure(text)
    default:
      guard !text.isEmpty else { throw LiteralFault("the text is empty") }
      return .text(text)
    }
  }

  private func within<T: Comparable>(
    _ range: ClosedRange<T>, _ value: T, _ format: (T) -> String
  ) throws(LiteralFault) -> T {
    guard !range.contains(value) else { return value }
    let bound =
      value < range.lowerBound ? "at least \(format(range.lowerBound))" : "at most \(format(range.upperBound))"
    throw LiteralFault("\(format(value)) is out of range", advice: "it must be \(bound)")
  }

  private func integer(_ text: String, isPlain: Bool) throws(LiteralFault) -> Int {
    let isWritten = isPlain && NumberText.isWhole(text)
    if isWritten, let plain = NumberText.withoutLeadingZeros(text) {
      throw LiteralFault("\(text) begins with a zero: some read it as octal", advice: "write \(plain)")
    }
    if isWritten, let integer = Int(text) { return integer }
    if isWritten { throw LiteralFault("\(text) is out of range") }
    if isPlain, let number = Double(text), number.isFinite {
      throw LiteralFault("\(text) is not a whole number", advice: "write \(NumberText.format(number.rounded()))")
    }
    throw LiteralFault("expected a whole number, found the text '\(text.shortened)'", advice: unquoted(text))
  }

  private func number(_ text: String, isPlain: Bool) throws(LiteralFault) -> Double {
    if isPlain, NumberText.isJSON(text), let number = Double(text), number.isFinite { return number }
    throw LiteralFault("expected a number, found the text '\(text.shortened)'", advice: unquoted(text))
  }

  private func flag(_ text: String, isPlain: Bool) throws(LiteralFault) -> Bool {
    switch isPlain ? text : "" {
    case "true", "True", "TRUE": return true
    case "false", "False", "FALSE": return false
    default: throw LiteralFault("expected true or false, found the text '\(text.shortened)'")
    }
  }

  private func unquoted(_ text: String) -> String? {
    NumberText.isJSON(text) ? "write \(text) without quotes" : nil
  }

  private func choice(_ text: String, _ names: [String], _ what: String) throws(LiteralFault) -> String {
    if names.contains(text) { return text }
    throw LiteralFault(
      "unknown \(what) '\(text.shortened)'",
      advice: NameSuggestion.advice(for: text, among: names, what: "it is one of"))
  }

  private func failure(_ text: String) throws(LiteralFault) -> Setting.Value {
    let names = ConfigurationSchema.failureClasses.map(\.rawValue)
    if NumberText.isWhole(text) {
      guard let status = Int(text), (400...599).contains(status) else {
        throw LiteralFault("\(text) is no status code of a failure", advice: "they are 400 to 599")
      }
      return .integer(status)
    }
    return .text(try choice(text, names, "class of failures"))
  }

  /// `[LOWEST, HIGHEST]`
  func bounds(_ place: Place) -> Setting? {
    let advice = "write [LOWEST, HIGHEST], such as [1, 8192]"
    guard case .sequence(let nodes) = place.node.content, nodes.count == 2 else {
      return mismatch("two numbers", place, advice: advice)
    }
    let numbers = nodes.compactMap { node -> Double? in
      guard case .scalar(let text, isPlain: true) = node.content, NumberText.isJSON(text), let number = Double(text),
        number.isFinite
      else {
        log.error("expected a number, found \(node.summary)", at: node.position, path: place.path, advice: advice)
        return nil
      }
      return number
    }
    guard numbers.count == 2 else { return nil }
    guard numbers[0] <= numbers[1] else {
      let (low, high) = (NumberText.format(numbers[1]), NumberText.format(numbers[0]))
      log.error(
        "the lowest is above the highest", at: place.node.position, path: place.path, advice: "write [\(low), \(high)]")
      return nil
    }
    return place.setting(.bounds(numbers[0]...numbers[1]))
  }
}

extension SchemaKind {
  /// For messages: "expected …".
  fileprivate var expectation: String {
    switch self {
    case .duration: "a duration"
    case .size: "a size"
    case .integer: "a whole number"
    case .number: "a number"
    case .flag: "true or false"
    case .flagOr: "true, false or a map"
    case .secret: "one reference to a secret"
    case .shorthand(let form, _) where form.name == SchemaText.target.name:
      "provider/model, or a map with 'provider' and 'model'"
    case .shorthand(let form, _): "\(form.name), or a map"
    case .failure: "a class of failures or a status code"
    default: "a text"
    }
  }

  fileprivate var example: String? {
    switch self {
    case .duration: "30s"
    case .size: "10MiB"
    case .secret: "env:NAME"
    default: nil
    }
  }
}
