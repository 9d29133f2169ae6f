package import GatewayCore

/// Ids of objects that a provider keeps: callers see `file-abc~provider`, so that the next call finds it.
package enum ObjectIDs {
  package static let separator: Character = "~"

  /// Members that hold an id, or a list of ids, of an object of the same provider.
  private static let names: Set<String> = [
    "file_id", "input_file_id", "output_file_id", "error_file_id", "training_file", "validation_file", "batch_id",
    "response_id", "previous_response_id", "video_id", "upload_id", "vector_store_id", "job_id", "first_id", "last_id",
    "remixed_from_video_id", "file_ids", "part_ids", "result_files", "vector_store_ids",
  ]

  /// An id of the gateway's as the provider knows it, and the provider's name.
  ///
  /// - Parameter isOwner: whether a provider has that name; an id may hold a `~` of its own.
  package static func split(_ id: some StringProtocol, isOwner: (String) -> Bool) -> (id: String, owner: String)? {
    guard let mark = id.lastIndex(of: separator), mark > id.startIndex else { return nil }
    let owner = String(id[id.index(after: mark)...])
    return isOwner(owner) ? (String(id[..<mark]), owner) : nil
  }

  /// What a request must become for the provider that keeps the objects it names.
  package struct Stripped: Sendable {
    /// Sorted, without overlaps.
    package var edits: [BodyEdit] = []
    package var owner: String?
  }

  /// - Throws: where objects of two providers are named.
  package static func strip(_ root: JSONNode, isOwner: (String) -> Bool) throws(DialectFault) -> Stripped {
    var stripped = Stripped()
    try strip(root, isNamed: false, isOwner, &stripped)
    return stripped
  }

  private static func strip(
    _ node: JSONNode, isNamed: Bool, _ isOwner: (String) -> Bool, _ stripped: inout Stripped
  ) throws(DialectFault) {
    if node.isObject {
      for (name, value) in node.members {
        try strip(value, isNamed: names.contains(name.string), isOwner, &stripped)
      }
    } else if node.isArray {
      for element in node.elements { try strip(element, isNamed: isNamed && element.isString, isOwner, &stripped) }
    } else if isNamed, let text = node.text, let (id, owner) = split(text.string, isOwner: isOwner) {
      if let other = stripped.owner, other != owner {
        throw DialectFault(
          "'\(node.path)' is kept by provider '\(owner)', another object of this request by '\(other)'.", at: node)
      }
      stripped.owner = owner
      var replacement: [UInt8] = []
      JSONText.quote(into: &replacement, id)
      stripped.edits.append(BodyEdit(range: node.raw.range, replacement: replacement))
    }
  }

  /// What must change in an answer so that its ids carry their provider. Sorted, without overlaps.
  package static func mark(_ root: JSONNode, of surface: Surface, owner: String) -> [BodyEdit] {
    var edits: [BodyEdit] = []
    switch surface {
    // The items of a response have ids that are of use within its conversation only.
    case .responses, .storedResponses:
      for (name, value) in root.members {
        switch name.string {
        case "id": if root["object"]?.text?.equals("list") != true { append(value, owner, &edits) }
        case "previous_response_id": append(value, owner, &edits)
        case "response":
          for (name, value) in value.members where name.equals("id") || name.equals("previous_response_id") {
            append(value, owner, &edits)
          }
        default: break
        }
      }
    default: mark(root, isNamed: false, owner, &edits)
    }
    return edits
  }

  private static func mark(_ node: JSONNode, isNamed: Bool, _ owner: String, _ edits: inout [BodyEdit]) {
    if node.isObject {
      for (name, value) in node.members {
        mark(value, isNamed: name.equals("id") || names.contains(name.string), owner, &edits)
      }
    } else if node.isArray {
      for element in node.elements { mark(element, isNamed: isNamed && element.isString, owner, &edits) }
    } else if isNamed {
      append(node, owner, &edits)
    }
  }

  private static func append(_ node: JSONNode, _ owner: String, _ edits: inout [BodyEdit]) {
    guard let text = node.text, !text.isEmpty else { return }
    let end = node.raw.range.upperBound - 1
    edits.append(BodyEdit(range: end..<end, replacement: Array("\(separator)\(owner)".utf8)))
  }
}
