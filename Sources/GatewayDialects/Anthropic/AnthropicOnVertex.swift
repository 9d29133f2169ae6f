/// The Messages API as Vertex AI has it: the path names the model, and the body the version.
package enum AnthropicOnVertex {
  /// Instead of the header `anthropic-version`.
  package static let version = "vertex-2023-10-16"

  /// Turns the body of a Messages call into one for Vertex AI; all else is sent as the caller wrote it.
  ///
  /// - Parameter counted: the model whose tokens are counted: then the path does not name it, and the body does.
  /// - Returns: sorted, without overlaps.
  package static func edits(
    lens: RequestLens, body: UnsafeRawBufferPointer, counted: String? = nil
  ) -> [BodyEdit] {
    var member = Array("\"anthropic_version\":\"\(version)\"".utf8)
    if let counted {
      member.append(contentsOf: ",\"model\":".utf8)
      JSONText.quote(into: &member, counted)
    }
    let model = lens.members.firstIndex { $0.name.equals("model", in: body) }
    if let own = lens.member("anthropic_version", in: body) {
      let whole = own.name.quotedRange.lowerBound..<own.value.upperBound
      let edit = BodyEdit(range: whole, replacement: member)
      guard let model else { return [edit] }
      let removal = BodyEdit(range: range(of: model, in: lens.members), replacement: [])
      return [edit, removal].sorted { $0.range.lowerBound < $1.range.lowerBound }
    }
    guard let model else {
      let comma = lens.members.isEmpty ? [] : [UInt8(ascii: ",")]
      return [BodyEdit(range: lens.contentStart..<lens.contentStart, replacement: member + comma)]
    }
    let old = lens.members[model]
    return [BodyEdit(range: old.name.quotedRange.lowerBound..<old.value.upperBound, replacement: member)]
  }

  /// A member that is not the only one, with the comma that belongs to it.
  private static func range(of index: Int, in members: [RequestLens.Member]) -> Range<Int> {
    let member = members[index]
    if index > 0 { return members[index - 1].value.upperBound..<member.value.upperBound }
    guard members.count > 1 else { return member.name.quotedRange.lowerBound..<member.value.upperBound }
    return member.name.quotedRange.lowerBound..<members[index + 1].name.quotedRange.lowerBound
  }
}
