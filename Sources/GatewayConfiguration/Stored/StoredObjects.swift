import GatewayCore
package import GatewayDialects

/// The part of the configuration that the database keeps: objects by collection and name, and limits for everyone. They have the
/// shape of the file.
package struct StoredObjects: Sendable, Hashable {
  /// Sections of the file whose members are objects with names.
  package enum Collection: String, CaseIterable, Sendable {
    case providers, models, consumers, teams, organisations, roles, prices
  }

  package static let limitsName = "limits"
  /// Values of one document: many times a large installation.
  package static let maximumBytes = 16 << 20

  private var collections: [Collection: [String: ConfigurationValue]] = [:]
  package var limits: [ConfigurationValue] = []

  package init() {}

  package subscript(_ collection: Collection) -> [String: ConfigurationValue] { collections[collection] ?? [:] }

  package subscript(_ collection: Collection, _ name: String) -> ConfigurationValue? {
    get { collections[collection]?[name] }
    set {
      collections[collection, default: [:]][name] = newValue
      if collections[collection]?.isEmpty == true { collections[collection] = nil }
    }
  }

  package var isEmpty: Bool { collections.isEmpty && limits.isEmpty }

  /// The shape of the file, in the order of the names.
  package var value: ConfigurationValue {
    var members: [ConfigurationValue.Member] = []
    for collection in Collection.allCases {
      guard let objects = collections[collection], !objects.isEmpty else { continue }
      let sorted = objects.sorted { $0.key < $1.key }.map { ConfigurationValue.Member($0.key, $0.value) }
      members.append(.init(collection.rawValue, .map(sorted)))
    }
    if !limits.isEmpty { members.append(.init(Self.limitsName, .list(limits))) }
    return .map(members)
  }

  /// Takes the sections that the database may keep; the others are dropped, and named.
  init(_ value: ConfigurationValue, others: inout [String]) {
    guard case .map(let sections) = value else { return }
    for section in sections {
      if section.name == Self.limitsName, case .list(let items) = section.value {
        limits = items
      } else if let collection = Collection(rawValue: section.name), case .map(let objects) = section.value {
        for object in objects { self[collection, object.name] = object.value }
      } else {
        others.append(section.name)
      }
    }
  }

  /// What `document` has written.
  package init(document: String) throws(JSONFault) {
    let value = ConfigurationValue(try JSONDocument(Array(document.utf8)).root)
    var others: [String] = []
    self.init(value, others: &others)
  }

  /// For the database: JSON on one line.
  package var document: String { value.json.compactText }

  /// The sections that a file has.
  init(file root: YAMLNode) {
    var others: [String] = []
    self.init(ConfigurationValue(root), others: &others)
  }
}

extension ConfigurationValue {
  /// Tells one state of a value from another: `"5f2c…"`, with the quotes of an entity tag (RFC 9110 §8.8.3).
  package var entityTag: String { "\"\(KeyDigest.sha256(of: json.compactText).hexadecimal.prefix(24))\"" }
}
