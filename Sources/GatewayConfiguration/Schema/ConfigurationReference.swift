/// The reference of docs/configuration.md, made of the schema.
package enum ConfigurationReference {
  package static let begin = "<!-- reference: begin -->"
  package static let end = "<!-- reference: end -->"

  /// What stands between the two marks: a table for each map of the file.
  package static func markdown() -> String {
    var sections: [String] = []
    append(ConfigurationSchema.root, path: "", to: &sections)
    return sections.joined(separator: "\n")
  }

  /// A page with its reference made anew; `nil` without the marks.
  package static func updating(_ page: String) -> String? {
    guard let begin = page.firstRange(of: Self.begin), let end = page.firstRange(of: Self.end),
      begin.upperBound <= end.lowerBound
    else { return nil }
    return page[..<begin.upperBound] + "\n\n" + markdown() + "\n" + page[end.lowerBound...]
  }

  private static func append(_ object: SchemaObject, path: String, to sections: inout [String]) {
    var text = "### \(path.isEmpty ? "The file" : "`\(path)`")\n\n\(object.doc)\n\n"
    text += "| key | takes | default | |\n|---|---|---|---|\n"
    for field in object.known { text += row(field) + "\n" }
    let later = object.fields.filter { $0.support == .later }.map { "`\($0.name)`" }
    if !later.isEmpty { text += "\nNot supported by this version, and refused: \(later.joined(separator: ", ")).\n" }
    sections.append(text)
    for field in object.known {
      descend(field.kind, path: path.isEmpty ? field.name : "\(path).\(field.name)", to: &sections)
    }
  }

  private static func descend(_ kind: SchemaKind, path: String, to sections: inout [String]) {
    switch kind {
    case .object(let object), .shorthand(_, let object), .flagOr(let object):
      if !isToldElsewhere(path) { append(object, path: path, to: &sections) }
    case .map(let names, let value): descend(value, path: "\(path).\(names.placeholder)", to: &sections)
    case .list(let item, _): descend(item, path: "\(path)[]", to: &sections)
    default: break
    }
  }

  /// Arms of a split have the targets of models, models the timers of providers, and all who are limited the same limits; one table of
  /// each is enough.
  private static func isToldElsewhere(_ path: String) -> Bool {
    path.hasSuffix(".split[].targets[]") || path == "models.MODEL.timeouts" || path.hasSuffix(".limits[]")
      || path.hasSuffix(".cache") && path != "models.MODEL.cache"
      || path.hasPrefix("authentication[].introspection.")
  }

  private static func row(_ field: SchemaField) -> String {
    let fallback = field.isRequired ? "required" : field.fallback.map(Self.fallback) ?? ""
    return "| `\(field.name)` | \(escaped(takes(field.kind))) | \(fallback) | \(escaped(field.doc)) |"
  }

  private static func fallback(_ text: String) -> String {
    // Values are set as code, sentences are not.
    let isValue = !text.contains(" ") || text.hasPrefix("[")
    return isValue && text != "all" && text != "none" ? "`\(text)`" : escaped(text)
  }

  private static func takes(_ kind: SchemaKind) -> String {
    switch kind {
    case .duration(let range):
      "duration, \(DurationLiteral.format(range.lowerBound)) to \(DurationLiteral.format(range.upperBound))"
    case .size(let range): "size, \(SizeLiteral.format(range.lowerBound)) to \(SizeLiteral.format(range.upperBound))"
    case .integer(let range): "whole number, \(range.lowerBound) to \(range.upperBound)"
    case .number(let range): "number, \(NumberText.format(range.lowerBound)) to \(NumberText.format(range.upperBound))"
    case .flag: "`true` or `false`"
    case .flagOr: "`true`, `false` or map"
    case .text(let form): form.name
    case .choice(let names): names.map { "`\($0)`" }.joined(separator: " ")
    case .providerKind: "[kind](providers.md)"
    case .secret: "secret"
    case .failure: "class or status code"
    case .bounds: "`[LOWEST, HIGHEST]`"
    case .json: "any value"
    case .list(let item, _): "list of \(plural(takes(item)))"
    case .map(let names, let value): "map: \(names.what) → \(takes(value))"
    case .object: "map"
    case .shorthand(let form, _): "\(form.name) or map"
    }
  }

  private static func plural(_ text: String) -> String {
    switch text {
    case "map", "secret", "origin", "host", "header name": text + "s"
    case "target or map": "targets"
    case "`keys` or `hmac` or map": "`keys`, `hmac` and maps"
    case "class or status code": "classes and status codes"
    case SchemaText.modelPattern.name: "model names and `prefix*`"
    default: text
    }
  }

  private static func escaped(_ text: String) -> String { text.split(separator: "|").joined(separator: "\\|") }
}
