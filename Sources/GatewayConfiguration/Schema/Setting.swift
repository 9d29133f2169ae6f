/// A value of the file whose form has been checked, with its place.
struct Setting: Sendable {
  enum Value: Sendable {
    case duration(Duration)
    /// Sizes in bytes, whole numbers, status codes.
    case integer(Int)
    case number(Double)
    case flag(Bool)
    case text(String)
    case bounds(ClosedRange<Double>)
    /// A JSON document.
    case json(String)
    case list([Setting])
    /// In the order of the file.
    case map([(name: String, setting: Setting)])
    case object([String: Setting])
    /// It is there, but it is wrong, and that has been noted.
    case invalid
  }

  let value: Value
  let position: SourcePosition
  /// Of the key that it belongs to; in a list its own.
  let keyPosition: SourcePosition
  let path: String

  /// A setting of an object.
  subscript(name: String) -> Setting? {
    guard case .object(let fields) = value else { return nil }
    return fields[name]
  }

  var isInvalid: Bool {
    guard case .invalid = value else { return false }
    return true
  }

  var duration: Duration? {
    guard case .duration(let duration) = value else { return nil }
    return duration
  }

  var integer: Int? {
    guard case .integer(let integer) = value else { return nil }
    return integer
  }

  var number: Double? {
    guard case .number(let number) = value else { return nil }
    return number
  }

  var flag: Bool? {
    guard case .flag(let flag) = value else { return nil }
    return flag
  }

  var text: String? {
    guard case .text(let text) = value else { return nil }
    return text
  }

  var json: String? {
    guard case .json(let text) = value else { return nil }
    return text
  }

  var bounds: ClosedRange<Double>? {
    guard case .bounds(let bounds) = value else { return nil }
    return bounds
  }

  /// Empty for anything else than a list.
  var items: [Setting] {
    guard case .list(let items) = value else { return [] }
    return items
  }

  /// Empty for anything else than a map.
  var entries: [(name: String, setting: Setting)] {
    guard case .map(let entries) = value else { return [] }
    return entries
  }

  /// In the order of the file.
  func forEachText(_ body: (Setting, String) -> Void) {
    switch value {
    case .text(let text): body(self, text)
    case .list(let items): for item in items { item.forEachText(body) }
    case .map(let entries): for entry in entries { entry.setting.forEachText(body) }
    case .object(let fields):
      for field in fields.values.sorted(by: { $0.position < $1.position }) { field.forEachText(body) }
    case .duration, .integer, .number, .flag, .bounds, .json, .invalid: break
    }
  }
}
