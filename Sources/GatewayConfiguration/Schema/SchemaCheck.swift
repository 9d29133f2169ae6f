import GatewayCore
import GatewayProviders

/// Tree of YAML → tree of settings, by the schema: known keys only, each value of its kind and within its bounds. What is
/// wrong is noted and left out, so that one pass finds all of it.
struct SchemaCheck {
  let log: ProblemLog
  /// Not in no-file mode.
  var needsProviders = true

  func root(_ node: YAMLNode) -> Setting? {
    guard case .mapping = node.content else {
      log.error(
        "the file must be a map with the keys \(ConfigurationSchema.root.known.map(\.name).joined(separator: ", "))",
        at: node.position)
      return nil
    }
    return check(node, .object(ConfigurationSchema.root), key: node.position, path: "")
  }

  /// - Parameter key: where the key of the value stands.
  func check(_ node: YAMLNode, _ kind: SchemaKind, key: SourcePosition, path: String) -> Setting? {
    if case .json = kind { return json(node, key: key, path: path) }
    guard !node.isNull else {
      log.error("there is no value", at: key, path: path, advice: "give it one, or remove the key")
      return nil
    }
    let place = Place(node: node, key: key, path: path)
    switch kind {
    case .object(let object): return self.object(object, place)
    case .map(let names, let kind): return map(names, kind, place)
    case .list(let kind, let minimum): return list(kind, minimum, place)
    case .shorthand(_, let object), .flagOr(let object):
      guard case .mapping = node.content else { return scalar(kind, place) }
      return self.object(object, place)
    case .bounds: return bounds(place)
    default: return scalar(kind, place)
    }
  }

  struct Place {
    let node: YAMLNode
    let key: SourcePosition
    let path: String

    func setting(_ value: Setting.Value) -> Setting {
      Setting(value: value, position: node.position, keyPosition: key, path: path)
    }
  }

  private func object(_ object: SchemaObject, _ place: Place) -> Setting? {
    guard case .mapping(let pairs) = place.node.content else { return mismatch("a map", place) }
    var fields: [String: Setting] = [:]
    for pair in pairs {
      let path = place.path.isEmpty ? pair.key : "\(place.path).\(pair.key)"
      guard let field = object.field(pair.key) else {
        log.error(
          "unknown key '\(pair.key)'", at: pair.keyPosition, path: place.path,
          advice: NameSuggestion.advice(forKey: pair.key, in: object))
        continue
      }
      guard field.support == .now else {
        log.error(
          "'\(pair.key)' is not supported by this version", at: pair.keyPosition, path: path, advice: "remove it")
        continue
      }
      fields[pair.key] = checkOrMark(pair, field.kind, path: path)
    }
    for field in object.known where field.isRequired && fields[field.name] == nil {
      if place.path.isEmpty, !needsProviders { continue }
      log.error(
        "'\(field.name)' is missing", at: place.path.isEmpty ? place.node.position : place.key, path: place.path,
        advice: missingAdvice(field))
    }
    return place.setting(.object(fields))
  }

  private func missingAdvice(_ field: SchemaField) -> String? {
    switch field.kind {
    case .providerKind: "name what the provider is, such as kind: openai-compatible"
    case .map: "name at least one"
    default: nil
    }
  }

  private func map(_ names: SchemaNames, _ kind: SchemaKind, _ place: Place) -> Setting? {
    guard case .mapping(let pairs) = place.node.content else { return mismatch("a map of names", place) }
    var entries: [(name: String, setting: Setting)] = []
    entries.reserveCapacity(pairs.count)
    for pair in pairs {
      let path = "\(place.path).\(pair.key)"
      if let fault = names.fault(pair.key) {
        log.error("'\(pair.key)' cannot name a \(names.what)", at: pair.keyPosition, path: place.path, advice: fault)
      } else {
        entries.append((pair.key, checkOrMark(pair, kind, path: path)))
      }
    }
    return place.setting(.map(entries))
  }

  private func checkOrMark(_ pair: YAMLPair, _ kind: SchemaKind, path: String) -> Setting {
    check(pair.value, kind, key: pair.keyPosition, path: path)
      ?? Setting(value: .invalid, position: pair.value.position, keyPosition: pair.keyPosition, path: path)
  }

  private func list(_ kind: SchemaKind, _ minimum: Int, _ place: Place) -> Setting? {
    guard case .sequence(let nodes) = place.node.content else {
      return mismatch("a list", place, advice: listAdvice(place.node))
    }
    guard nodes.count >= minimum else {
      log.error(
        "the list is empty", at: place.node.position, path: place.path, advice: "name at least one, or remove the key")
      return nil
    }
    var items: [Setting] = []
    items.reserveCapacity(nodes.count)
    for (index, node) in nodes.enumerated() {
      if let item = check(node, kind, key: node.position, path: "\(place.path)[\(index)]") { items.append(item) }
    }
    return place.setting(.list(items))
  }

  private func listAdvice(_ node: YAMLNode) -> String? {
    guard case .scalar(let text, _) = node.content, text.count <= 60, !text.contains("\n") else { return nil }
    return "write [\(text)]"
  }

  func mismatch(_ expected: String, _ place: Place, advice: String? = nil) -> Setting? {
    log.error(
      "expected \(expected), found \(place.node.summary)", at: place.node.position, path: place.path, advice: advice)
    return nil
  }
}
