/// The model in the body of a call whose path names it. Gemini wants it there, too, for vectors and for the counting of a
/// whole request, in the form `models/NAME`, and refuses another one than that of the path.
///
/// Sources: https://ai.google.dev/api/embeddings, https://ai.google.dev/api/tokens
enum GeminiModelEdits {
  private static let list = "requests"
  private static let objects = ["generateContentRequest", "generate_content_request"]

  /// - Parameter model: the name at the provider, with or without `models/`.
  /// - Returns: sorted, without overlaps.
  static func edits(lens: RequestLens, body: UnsafeRawBufferPointer, model: String) -> [BodyEdit] {
    let isNested = ([list] + objects).contains { lens.member($0, in: body) != nil }
    guard isNested || !lens.modelRange.isEmpty, let document = try? JSONDocument(copying: body) else { return [] }
    var edits: [BodyEdit] = []
    for (name, value) in document.root.members {
      if name.equals("model") {
        append(value, model, &edits)
      } else if name.string == list, value.isArray {
        for element in value.elements where element.isObject {
          if let inner = element["model"] { append(inner, model, &edits) }
        }
      } else if objects.contains(name.string), let inner = value.isObject ? value["model"] : nil {
        append(inner, model, &edits)
      }
    }
    return edits
  }

  private static func append(_ node: JSONNode, _ model: String, _ edits: inout [BodyEdit]) {
    guard let text = node.string else { return }
    // A name with a prefix of its own, such as `tunedModels/`, has its form already.
    let isResource = text.contains("/") && !model.contains("/")
    let name = isResource ? "models/" + model : model
    guard name != text else { return }
    var replacement: [UInt8] = []
    JSONText.quote(into: &replacement, name)
    edits.append(BodyEdit(range: node.raw.range, replacement: replacement))
  }
}
