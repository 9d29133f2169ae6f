package import GatewayConfiguration

extension ChangeRequest {
  /// The objects as they would be.
  /// - Parameter older: the objects of a revision.
  package func objects(
    after view: ConfigurationView, older: (Int64) async throws(ChangeRefusal) -> StoredObjects
  ) async throws(ChangeRefusal) -> StoredObjects {
    var objects = view.stored
    switch edit {
    case .objects(let edits, let limits):
      for edit in edits { try edit.apply(to: &objects, view) }
      if let limits {
        try limits.precondition.check(.list(objects.limits), "the limits for everyone", exists: true)
        objects.limits = limits.limits
      }
    case .document(let text, let precondition):
      try precondition.check(objects.value, "the configuration", exists: true)
      var problems: [Problem] = []
      guard let read = StoredObjects.read(yaml: text, problems: &problems) else { throw .refused(problems) }
      objects = read
    case .restore(let number): objects = try await older(number)
    }
    return objects
  }

  /// How a load reads them: what is written as YAML has lines of its own.
  package func text(of objects: StoredObjects) -> StoredText {
    if case .document(let text, _) = edit, !objects.isEmpty { return .yaml(text) }
    return .objects(objects)
  }
}

extension ObjectEdit {
  private var words: String { "\(collection.rawValue).\(name)" }

  fileprivate func apply(to objects: inout StoredObjects, _ view: ConfigurationView) throws(ChangeRefusal) {
    let present = objects[collection, name]
    if present == nil {
      if view.ofFile[collection, name] != nil {
        throw .readOnly(words, owner: view.file.map { "the file \($0)" } ?? "the file")
      }
      if view.found[collection, name] != nil { throw .readOnly(words, owner: "the environment of the process") }
      guard value != nil else { throw .notFound(words) }
    }
    try precondition.check(present ?? .null, words, exists: present != nil)
    objects[collection, name] = value
  }
}

extension Precondition {
  fileprivate func check(_ present: ConfigurationValue, _ words: String, exists: Bool) throws(ChangeRefusal) {
    switch self {
    case .tag(let tag): if !exists || present.entityTag != tag { throw .changed(words) }
    case .absent: if exists { throw .exists(words) }
    case .none: if exists { throw .unconditional(words) }
    }
  }
}
