package import GatewayCore

/// The ids in requests and answers about objects that a provider keeps, see `ObjectMark`.
package enum ObjectIDs {
  /// Members that hold an id, or a list of ids, of an object of the same provider.
  private static let names: Set<String> = [
    "file_id", "input_file_id", "output_file_id", "error_file_id", "training_file", "validation_file", "batch_id",
    "response_id", "previous_response_id", "video_id", "upload_id", "vector_store_id", "job_id", "first_id", "last_id",
    "remixed_from_video_id", "file_ids", "part_ids", "result_files", "vector_store_ids",
  ]
  /// Those of them that calls of models know.
  private static let inputs: Set<String> = ["file_id", "file_ids", "previous_response_id", "vector_store_ids"]
  /// Members whose insides are the caller's own: in them nothing is an id of ours.
  private static let opaque: Set<String> = [
    "metadata", "attributes", "variables", "parameters", "input_schema", "inputSchema", "json_schema", "schema",
    "arguments", "args", "functionCall", "functionResponse", "toolUse", "json",
  ]

  /// Whether a field of a form holds an id: `input_file_id`, `file_ids[]`, `video[id]`.
  package static func isName(ofField name: String) -> Bool {
    let parts = name.split { $0 == "[" || $0 == "]" || $0 == "." }.map(String.init)
    guard let last = parts.last(where: { Int($0) == nil }) else { return false }
    return names.contains(last) || last == "id" && parts.first != "metadata"
  }

  /// What a request must become for the provider that keeps the objects it names.
  package struct Stripped: Sendable {
    /// Sorted, without overlaps.
    package var edits: [BodyEdit] = []
    package var owner: String?
    /// Where the first id is that names a provider and is not the caller's.
    package var foreign: String?
    /// Where the first id is that names no provider; looked for where proofs are needed only.
    package var unmarked: String?
  }

  /// - Parameter isModelCall: whether only what calls of models know is taken for an id that lacks its mark.
  /// - Throws: where objects of two providers are named.
  package static func strip(
    _ root: JSONNode, _ mark: ObjectMark, isModelCall: Bool = false
  ) throws(DialectFault) -> Stripped {
    var pass = Pass(mark: mark, needed: mark.isProofNeeded ? (isModelCall ? inputs : names) : [])
    try pass.read(root, name: nil)
    return pass.stripped
  }

  private struct Pass {
    let mark: ObjectMark
    /// Members whose ids must have a mark.
    let needed: Set<String>
    var stripped = Stripped()

    /// - Parameter name: of the member that holds it, or a list with it.
    mutating func read(_ node: JSONNode, name: String?) throws(DialectFault) {
      if node.isObject {
        let isToolUse = node["type"]?.text?.equals("tool_use") == true
        for (member, value) in node.members {
          let text = member.string
          if ObjectIDs.opaque.contains(text) || isToolUse && text == "input" { continue }
          // `"video": {"id": …}` of OpenAI's videos.
          try read(value, name: name == "video" && text == "id" ? "video_id" : text)
        }
      } else if node.isArray {
        for element in node.elements { try read(element, name: name) }
      } else if let name, names.contains(name), let text = node.text {
        try id(text.string, at: node, name)
      }
    }

    private mutating func id(_ text: String, at node: JSONNode, _ name: String) throws(DialectFault) {
      guard let read = mark.read(text) else {
        if !text.isEmpty, needed.contains(name), stripped.unmarked == nil { stripped.unmarked = node.path }
        return
      }
      if let other = stripped.owner, other != read.owner {
        throw DialectFault(
          "'\(node.path)' is kept by provider '\(read.owner)', another object of this request by '\(other)'.", at: node)
      }
      if !read.isProven, stripped.foreign == nil { stripped.foreign = node.path }
      stripped.owner = read.owner
      var replacement: [UInt8] = []
      JSONText.quote(into: &replacement, read.id)
      stripped.edits.append(BodyEdit(range: node.raw.range, replacement: replacement))
    }
  }

  /// What must change in an answer so that its ids carry their provider. Sorted, without overlaps.
  package static func mark(_ root: JSONNode, of surface: Surface, owner: String, _ mark: ObjectMark) -> [BodyEdit] {
    var edits: [BodyEdit] = []
    func append(_ node: JSONNode) {
      guard let text = node.text, !text.isEmpty else { return }
      let end = node.raw.range.upperBound - 1
      edits.append(BodyEdit(range: end..<end, replacement: Array(mark.suffix(of: text.string, owner: owner).utf8)))
    }
    func read(_ node: JSONNode, isNamed: Bool) {
      if node.isObject {
        for (name, value) in node.members where !opaque.contains(name.string) {
          read(value, isNamed: name.equals("id") || names.contains(name.string))
        }
      } else if node.isArray {
        for element in node.elements { read(element, isNamed: isNamed && element.isString) }
      } else if isNamed {
        append(node)
      }
    }
    switch surface {
    // The items of a response have ids that are of use within its conversation only.
    case .responses, .storedResponses:
      for (name, value) in root.members {
        switch name.string {
        case "id": if root["object"]?.text?.equals("list") != true { append(value) }
        case "previous_response_id": append(value)
        case "response":
          for (name, value) in value.members where name.equals("id") || name.equals("previous_response_id") {
            append(value)
          }
        default: break
        }
      }
    default: read(root, isNamed: false)
    }
    return edits
  }

  /// An object as a provider's answer tells of it.
  package struct Kept: Hashable, Sendable {
    /// The list that shows it.
    package let kind: Surface
    package let id: String
    /// Of a file, in its answer.
    package let purpose: String?
    /// Of a file, or the size that an upload was said to have; 0 and less are not believed.
    package let bytes: Int64?
    /// Seconds since 1970.
    package let expiresAt: Int64?

    package init(kind: Surface, id: String, purpose: String? = nil, bytes: Int64? = nil, expiresAt: Int64? = nil) {
      self.kind = kind
      self.id = id
      self.purpose = purpose
      self.bytes = bytes
      self.expiresAt = expiresAt
    }

    fileprivate init(kind: Surface, id: String, of node: JSONNode) {
      let bytes = node["bytes"]?.int.map { Int64($0) }
      let expiresAt = node["expires_at"]?.int.map { Int64($0) }
      self.init(
        kind: kind, id: id, purpose: node["purpose"]?.string,
        bytes: bytes.flatMap { $0 > 0 ? min($0, ByteCount.most) : nil },
        expiresAt: expiresAt.flatMap { (1..<1_000_000_000_000).contains($0) ? $0 : nil })
    }
  }

  /// The objects that an answer shows and lists have.
  package static func kept(_ root: JSONNode) -> [Kept] {
    var kept: [Kept] = []
    if let kind = root["object"]?.string.flatMap({ kinds[$0] }), let id = root["id"]?.string {
      kept.append(Kept(kind: kind, id: id, of: root))
    }
    if root["object"]?.string == "upload", root["status"]?.string == "pending", let id = root["id"]?.string {
      kept.append(Kept(kind: .uploads, id: id, of: root))
    }
    if let file = root["file"], let id = file["id"]?.string { kept.append(Kept(kind: .files, id: id, of: file)) }
    for id in [root["output_file_id"], root["error_file_id"]].compactMap({ $0?.string }) {
      kept.append(Kept(kind: .files, id: id, purpose: "batch_output"))
    }
    if let results = root["result_files"] {
      for id in results.elements.compactMap(\.string) {
        kept.append(Kept(kind: .files, id: id, purpose: "fine-tune-results"))
      }
    }
    return kept
  }

  /// The upload that is over: what its parts were is gone, or is a file.
  package static func endedUpload(_ root: JSONNode) -> String? {
    guard root["object"]?.string == "upload", let status = root["status"]?.string, status != "pending" else {
      return nil
    }
    return root["id"]?.string
  }

  /// By the type that an object says it has.
  private static let kinds: [String: Surface] = [
    "file": .files, "batch": .batches, "fine_tuning.job": .fineTuning, "video": .storedVideos,
    "vector_store": .vectorStores,
  ]
}
