/// The objects of the database as a load takes them.
package enum StoredText: Sendable {
  /// Problems of them have JSON pointers.
  case objects(StoredObjects)
  /// YAML that somebody writes: problems of it have lines and columns. `StoredObjects.read` has read it without an error.
  case yaml(String)
}

/// Puts the objects of the database beside those of the file.
struct StoredMerge {
  let log: ProblemLog

  static func names(_ section: String, in root: YAMLNode) -> Bool {
    guard case .mapping(let pairs) = root.content else { return false }
    return pairs.contains { $0.key == section }
  }

  func merge(_ file: YAMLNode, _ stored: StoredText?) -> YAMLNode? {
    guard let stored else { return file }
    guard let objects = node(stored), case .mapping(var sections) = file.content,
      case .mapping(let added) = objects.content
    else { return file }
    for section in added {
      guard let index = sections.firstIndex(where: { $0.key == section.key }) else {
        sections.append(section)
        continue
      }
      let present = sections[index]
      guard let value = join(present, section) else { continue }
      sections[index] = YAMLPair(key: present.key, keyPosition: present.keyPosition, value: value)
    }
    return YAMLNode(.mapping(sections), at: file.position)
  }

  /// Nothing for a section of the file that is neither a list nor a map: its own check says so.
  private func join(_ file: YAMLPair, _ stored: YAMLPair) -> YAMLNode? {
    switch (file.value.content, stored.value.content) {
    case (.sequence(let items), .sequence(let more)): return YAMLNode(.sequence(items + more), at: file.value.position)
    case (.mapping(let members), .mapping(let more)):
      for pair in more {
        guard let first = members.first(where: { $0.key == pair.key }) else { continue }
        log.error(
          "'\(pair.key)' stands in the file, too, at \(first.keyPosition)", at: pair.keyPosition,
          path: "\(stored.key).\(pair.key)", advice: "remove one of the two, or give one another name")
      }
      let own = more.filter { pair in !members.contains { $0.key == pair.key } }
      return YAMLNode(.mapping(members + own), at: file.value.position)
    case (.scalar, _) where file.value.isNull: return stored.value
    default: return nil
    }
  }

  private func node(_ stored: StoredText) -> YAMLNode? {
    switch stored {
    case .objects(let objects):
      var pointers: [String] = []
      let node = objects.value.node("") { pointer in
        pointers.append(pointer)
        var position = SourcePosition(line: pointers.count - 1, column: 1)
        position.origin = .database
        return position
      }
      log.pointers = pointers
      return node
    case .yaml(let text): return YAMLReader.read(Array(text.utf8), log: ProblemLog(file: ProblemLog.database))?.stored
    }
  }
}

extension StoredObjects {
  /// Reads what somebody has written: sections of the file that the database may keep.
  /// - Returns: nil where `problems` holds an error.
  package static func read(yaml text: String, problems: inout [Problem]) -> StoredObjects? {
    let log = ProblemLog(file: ProblemLog.database)
    defer { problems = log.problems }
    guard text.utf8.contains(where: { ![0x20, 0x09, 0x0A, 0x0D].contains($0) }) else { return StoredObjects() }
    guard let root = YAMLReader.read(Array(text.utf8), log: log), !log.hasErrors else { return nil }
    guard case .mapping(let pairs) = root.content else {
      if root.isNull { return StoredObjects() }
      log.error("expected a map of \(sections), found \(root.summary)", at: root.position)
      return nil
    }
    for pair in pairs where !pair.value.isNull {
      let isList = pair.key == limitsName
      guard isList || Collection(rawValue: pair.key) != nil else {
        log.error(
          "'\(pair.key)' does not stand in the database", at: pair.keyPosition, path: pair.key,
          advice: ConfigurationSchema.root.field(pair.key) == nil
            ? NameSuggestion.advice(
              for: pair.key, among: Collection.allCases.map(\.rawValue) + [limitsName], what: "write")
            : "it belongs to the file")
        continue
      }
      switch pair.value.content {
      case .sequence where isList, .mapping where !isList: break
      default:
        log.error(
          "expected \(isList ? "a list" : "a map of names"), found \(pair.value.summary)", at: pair.value.position,
          path: pair.key)
      }
    }
    guard !log.hasErrors else { return nil }
    return StoredObjects(file: root)
  }

  private static var sections: String {
    (Collection.allCases.map(\.rawValue) + [limitsName]).joined(separator: ", ")
  }

  /// Without plain secrets.
  var masked: StoredObjects {
    var masked = self
    for collection in Collection.allCases {
      for (name, value) in self[collection] { masked[collection, name] = SecretMask.hidden(value, in: collection) }
    }
    return masked
  }
}
