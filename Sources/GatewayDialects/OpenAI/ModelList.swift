package import GatewayCore

/// The bodies of `/v1/models` and `/v1/models/{id}`.
package enum ModelList {
  package struct Entry: Hashable, Sendable {
    package var id: String
    /// Seconds since 1970.
    package var created: Int
    package var ownedBy: String
    package var type: ModelType

    package init(id: String, created: Int, ownedBy: String, type: ModelType = .chat) {
      self.type = type
      self.id = id
      self.created = created
      self.ownedBy = ownedBy
    }
  }

  /// `{"object":"list","data":[…]}`
  package static func list(_ entries: [Entry]) -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(32 + entries.count * 96)
    JSONText.append("{\"object\":\"list\",\"data\":[", to: &bytes)
    for (index, entry) in entries.enumerated() {
      if index > 0 { bytes.append(UInt8(ascii: ",")) }
      append(entry, to: &bytes)
    }
    JSONText.append("]}", to: &bytes)
    return bytes
  }

  /// `{"id":…,"object":"model","created":…,"owned_by":…}`
  package static func single(_ entry: Entry) -> [UInt8] {
    var bytes: [UInt8] = []
    append(entry, to: &bytes)
    return bytes
  }

  private static func append(_ entry: Entry, to bytes: inout [UInt8]) {
    JSONText.append("{\"id\":", to: &bytes)
    JSONText.quote(into: &bytes, entry.id)
    JSONText.append(",\"object\":\"model\",\"created\":", to: &bytes)
    bytes.append(contentsOf: String(entry.created).utf8)
    JSONText.append(",\"owned_by\":", to: &bytes)
    JSONText.quote(into: &bytes, entry.ownedBy)
    bytes.append(UInt8(ascii: "}"))
  }
}
