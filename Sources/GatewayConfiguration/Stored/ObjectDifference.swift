/// What one setting was and is.
package struct SettingChange: Sendable, Hashable {
  /// `models.fast.targets`
  package let path: String
  /// What it is a part of: `models.fast`, or `limits`.
  package let object: String
  package let before: ConfigurationValue?
  package let after: ConfigurationValue?
}

extension StoredObjects {
  /// Every setting that differs, in the order of the paths: within objects each by itself, lists as a whole.
  package func changes(from old: StoredObjects) -> [SettingChange] {
    var changes: [SettingChange] = []
    Self.compare(old.value, value, path: "", object: "", depth: 0, &changes)
    return changes
  }

  private static func compare(
    _ before: ConfigurationValue?, _ after: ConfigurationValue?, path: String, object: String, depth: Int,
    _ changes: inout [SettingChange]
  ) {
    guard before != after else { return }
    // A section that is new or gone is told by its objects; an object that is new or gone as a whole.
    let isSection = depth < 2
    guard case .map(let old) = before ?? (isSection ? .map([]) : .null),
      case .map(let new) = after ?? (isSection ? .map([]) : .null)
    else {
      changes.append(SettingChange(path: path, object: object, before: before, after: after))
      return
    }
    var names = old.map(\.name)
    names += new.map(\.name).filter { !names.contains($0) }
    for name in names.sorted() {
      let path = path.isEmpty ? name : "\(path).\(name)"
      compare(
        old.first { $0.name == name }?.value, new.first { $0.name == name }?.value, path: path,
        object: isSection ? path : object, depth: depth + 1, &changes)
    }
  }
}
