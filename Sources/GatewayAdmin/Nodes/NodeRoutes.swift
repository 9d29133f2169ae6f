package import GatewayConfiguration
package import GatewayCore
import Hummingbird

/// A gateway process: NODE of docs/admin-api.md.
package struct NodeState: Codable, Sendable {
  package struct Fault: Codable, Sendable {
    package var message: String
    package var path: String
  }

  /// Of the machine.
  package var host: String
  package var version: String
  /// RFC 3339.
  package var startedAt: String
  /// Of the objects of the database, that runs.
  package var revision: Int64
  /// Why it runs no later one.
  package var problems: [Fault]

  package init(host: String, version: String, startedAt: String, revision: Int64, problems: [Problem] = []) {
    self.host = host
    self.version = version
    self.startedAt = startedAt
    self.revision = revision
    self.problems = problems.prefix(20).map { Fault(message: $0.message, path: $0.path) }
  }
}

package struct ShownNode: Sendable, Encodable, SchemaDescribedAnswer {
  package var name: String
  /// Whether it is the one that answers.
  package var isSelf: Bool
  package var state: NodeState
  package var storedRevision: Int64
  package var seenAt: WallTime

  package init(name: String, isSelf: Bool, state: NodeState, storedRevision: Int64, seenAt: WallTime) {
    self.name = name
    self.isSelf = isSelf
    self.state = state
    self.storedRevision = storedRevision
    self.seenAt = seenAt
  }

  private enum CodingKeys: String, CodingKey {
    case name, isSelf = "self", host, revision, storedRevision, version, startedAt, seenAt, problems
  }

  package func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(name, forKey: .name)
    try container.encode(isSelf, forKey: .isSelf)
    try container.encode(state.host, forKey: .host)
    try container.encode(state.revision, forKey: .revision)
    try container.encode(storedRevision, forKey: .storedRevision)
    try container.encode(state.version, forKey: .version)
    try container.encode(state.startedAt, forKey: .startedAt)
    try container.encode(seenAt, forKey: .seenAt)
    try container.encode(state.problems.map { AdminFinding(.error, $0.message, path: $0.path) }, forKey: .problems)
  }

  package static func schema(in book: SchemaBook, _ direction: SchemaBook.Direction) throws -> JSONValue {
    book.add(
      .closedObject([
        ("name", .text), ("self", .flag), ("host", .text), ("revision", .whole), ("storedRevision", .whole),
        ("version", .text), ("startedAt", .moment), ("seenAt", .moment),
        ("problems", .list(try book.schema(of: AdminFinding.self, direction))),
      ]), as: "Node")
    return .reference("Node")
  }

  package static var sample: ShownNode {
    ShownNode(
      name: "", isSelf: true, state: NodeState(host: "", version: "", startedAt: "", revision: 0), storedRevision: 0,
      seenAt: .sample)
  }
}

package protocol NodeListing: Sendable {
  /// All gateways of the database, those that have been gone for a minute left out.
  func nodes() async throws -> [ShownNode]
}

/// `GET /api/v1/nodes`
package struct NodeRoutes: AdminRoutes {
  let listing: any NodeListing

  package init(_ listing: any NodeListing) { self.listing = listing }

  package func add(to group: inout AdminRouteList) {
    group.get(
      "nodes",
      AdminOperation(
        "listNodes", "The gateways of this database, and which revision each runs.", .permittedForAll(.read),
        answers: [.json(Page<ShownNode>.self, "All of them.")])
    ) { _, _ in
      try AdminJSON.response(.ok, Page(try await listing.nodes()))
    }
  }
}
