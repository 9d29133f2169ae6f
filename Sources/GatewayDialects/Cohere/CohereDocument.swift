/// Documents that an answer is grounded in: `{"id":…,"data":{…}}`, or a string.
enum CohereDocument {
  /// A document as text: its `text` or `snippet` when there is nothing else but a title and an address, otherwise all of its
  /// data as JSON, because Cohere shows the model every field of it.
  static func read(_ node: JSONNode) throws(DialectFault) -> MediaPart {
    if let text = node.text { return MediaPart(.text(text), mediaType: "text/plain") }
    let document = try CheckedMembers(node, "a string or a document")
    guard let data = node["data"] else { throw document.missing("data") }
    return try read(data: data)
  }

  /// The same of a result of a tool, which has no media type.
  static func resultText(_ node: JSONNode) throws(DialectFault) -> RawText {
    let document = try CheckedMembers(node, "a document")
    guard let data = node["data"] else { throw document.missing("data") }
    return data.text ?? RawText(escaping: data.raw.bytes)
  }

  private static func read(data: JSONNode) throws(DialectFault) -> MediaPart {
    if let text = data.text { return MediaPart(.text(text), mediaType: "text/plain") }
    guard data.isObject else { throw CheckedMembers.wrong(data, "an object or a string") }
    var title: RawText?
    var text: RawText?
    var hasMore = false
    for (name, value) in data.members where !value.isNull {
      switch (name.string, value.text) {
      case ("title", .some(let string)): title = string
      case ("text", .some(let string)) where text == nil, ("snippet", .some(let string)) where text == nil:
        text = string
      default: hasMore = true
      }
    }
    let content = hasMore ? nil : text
    return MediaPart(.text(content ?? RawText(escaping: data.raw.bytes)), mediaType: "text/plain", name: title)
  }

  /// A text document of a message, for the top level of the request.
  static func write(_ part: MediaPart, into json: inout JSONWriter) {
    guard case .text(let text) = part.source else { return }
    json.object { json in
      json.object("data") { json in
        json.member("title", part.name)
        json.member("context", part.context)
        json.member("text", text)
      }
    }
  }
}
