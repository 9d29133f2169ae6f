package import GatewayCore

/// One list of the objects that several providers keep: the providers in their order, each in its own.
package enum ObjectList {
  /// - Parameters:
  ///   - answers: of the providers; nil for one that has no such list.
  ///   - limit: of the elements; nil: all that came.
  package static func merge(
    _ answers: [(owner: String, list: JSONNode?)], of surface: Surface, limit: Int?, _ mark: ObjectMark
  ) throws(AnswerFault) -> [UInt8] {
    var elements: [(owner: String, node: JSONNode)] = []
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
        elements.append((owner, element))
      }
    }
    return write(elements, of: surface, hasMore: hasMore, mark)
  }

  /// - Parameter elements: as their providers have answered.
  package static func write(
    _ elements: [(owner: String, node: JSONNode)], of surface: Surface, hasMore: Bool, _ mark: ObjectMark
  ) -> [UInt8] {
    let ids = [elements.first, elements.last].compactMap { element in
      element.map { element in
        element.node["id"]?.string.map { $0 + mark.suffix(of: $0, owner: element.owner) } ?? ""
      }
    }
    var json = JSONWriter(capacity: 256)
    json.object { json in
      json.member("object", "list" as RawText)
      json.array("data") { json in
        for (owner, node) in elements { json.value(RawJSON(written: marked(node, surface, owner, mark))) }
      }
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

  private static func marked(_ element: JSONNode, _ surface: Surface, _ owner: String, _ mark: ObjectMark) -> [UInt8] {
    let range = element.raw.range
    let edits = ObjectIDs.mark(element, of: surface, owner: owner, mark).map {
      BodyEdit(
        range: ($0.range.lowerBound - range.lowerBound)..<($0.range.upperBound - range.lowerBound),
        replacement: $0.replacement)
    }
    return Array(element.raw.bytes).withUnsafeBytes { BodyEdit.apply(edits, to: $0) }
  }
}
