import GatewayConfiguration

/// An object as the admin API shows it: OBJECT of docs/admin-api.md.
struct ShownObject: Sendable {
  enum Source: String, CaseIterable { case file, database, environment }

  let collection: StoredObjects.Collection
  let name: String
  let source: Source
  let value: ConfigurationValue

  var json: JSONValue {
    .object([
      ("name", .string(name)), ("collection", .string(collection.rawValue)), ("source", .string(source.rawValue)),
      ("etag", .string(value.entityTag)), ("value", value.json),
    ])
  }

  /// Whether a team administrator sees it: the team, its consumers, and which models there are.
  func isSeen(by team: String) -> Bool {
    switch collection {
    case .models: true
    case .teams: name == team
    case .consumers: value["team"] == .text(team)
    case .providers, .organisations, .roles, .prices: false
    }
  }
}

extension ConfigurationView {
  /// Ordered by name.
  func objects(of collection: StoredObjects.Collection) -> [ShownObject] {
    let sources: [(ShownObject.Source, StoredObjects)] = [(.environment, found), (.file, ofFile), (.database, stored)]
    var shown: [String: ShownObject] = [:]
    for (source, objects) in sources {
      for (name, value) in objects[collection] {
        shown[name] = ShownObject(collection: collection, name: name, source: source, value: value)
      }
    }
    return shown.values.sorted { $0.name < $1.name }
  }

  func object(_ collection: StoredObjects.Collection, _ name: String) -> ShownObject? {
    let sources: [(ShownObject.Source, StoredObjects)] = [(.database, stored), (.file, ofFile), (.environment, found)]
    for (source, objects) in sources {
      if let value = objects[collection, name] {
        return ShownObject(collection: collection, name: name, source: source, value: value)
      }
    }
    return nil
  }
}
