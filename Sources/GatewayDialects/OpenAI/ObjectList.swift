package import GatewayCore

/// One list of the objects that several providers keep: the providers in their order, each in its own.
package enum ObjectList {
  /// - Parameters:
  ///   - answers: of the providers; nil for one that has no such list.
  ///   - limit: of the elements; nil: all that came.
  package static func merge(
    _ answers: [(owner: String, list: JSONNode?)], of surface: Surface, limit: Int?
  ) throws(AnswerFault) -> [UInt8] {
    var elements: [[UInt8]] = []
    var ids: [String] = []
    var hasMore = false
    for (owner, list) in answers {
      guard let list else { continue }
      guard let data = list["data"], data.isArray else {
        throw AnswerFault("malformed answer: the list of provider '\(owner)' has no data")
      }
      hasMore = hasMore || list["has_more"]?.bool == true
      for element in data.elements {
        if let limit, elements.count >= limit {
          hasMore = true
          break
        }
        elements.append(marked(element, surface, owner))
        ids.append((element["id"]?.string).map { "\($0)\(ObjectIDs.separator)\(owner)" } ?? "")
      }
    }
    var json = JSONWriter(capacity: 256)
    json.object { json in
      json.member("object", "list" as RawText)
      json.array("data") { json in for element in elements { json.value(RawJSON(written: element)) } }
      if let first = ids.first, let last = ids.last {
        json.member("first_id", first)
        json.member("last_id", last)
      } else {
        json.null("first_id")
        json.null("last_id")
      }
      json.member("has_more", hasMore)
    }
    return json.bytes
  }

  private static func marked(_ element: JSONNode, _ surface: Surface, _ owner: String) -> [UInt8] {
    let range = element.raw.range
    let edits = ObjectIDs.mark(element, of: surface, owner: owner).map {
      BodyEdit(
        range: ($0.range.lowerBound - range.lowerBound)..<($0.range.upperBound - range.lowerBound),
        replacement: $0.replacement)
    }
    return Array(element.raw.bytes).withUnsafeBytes { BodyEdit.apply(edits, to: $0) }
  }
}
