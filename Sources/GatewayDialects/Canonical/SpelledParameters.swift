import GatewayCore

/// A model's `parameters:` in the words of one dialect, for one body.
struct SpelledParameters {
  /// Where the dialect keeps them.
  enum Home {
    case top
    /// An object that the body has: its bytes, and what is in it.
    case object(Range<Int>, RequestLens, words: [String])
    /// An object that the body has not, or has as null.
    case missing(name: String, null: Range<Int>?)

    /// Of objects by the names that a body may use, the dialect's own first.
    private static let objects: [Dialect: [String]] = [
      .gemini: ["generationConfig", "generation_config"], .bedrockConverse: ["inferenceConfig"],
      .dashscope: ["parameters"],
    ]

    /// - Returns: nil for a body that has the object twice, or as something else, or with faults in it.
    init?(_ dialect: Dialect, lens: RequestLens, body: UnsafeRawBufferPointer) {
      guard let names = Self.objects[dialect] else {
        self = .top
        return
      }
      let found = names.compactMap { lens.member($0, in: body) }
      guard let member = found.first else {
        self = .missing(name: names[0], null: nil)
        return
      }
      guard found.count == 1 else { return nil }
      if member.kind == .null {
        self = .missing(name: names[0], null: member.value)
        return
      }
      let bytes = UnsafeRawBufferPointer(rebasing: body[member.value])
      guard member.kind == .object, let inner = try? RequestLens.scan(bytes, requiresModel: false) else { return nil }
      self = .object(member.value, inner, words: inner.members.map { $0.name.value(in: bytes) })
    }

    /// The word as the body spells it: protobuf takes `snake_case` for `camelCase`.
    ///
    /// - Returns: nil for a body that spells it both ways.
    func spelling(_ word: String) -> String? {
      guard case .object(_, _, let words) = self else { return word }
      let other = word.reduce(into: "") { $0 += $1.isUppercase ? "_" + $1.lowercased() : String($1) }
      guard other != word, words.contains(other) else { return word }
      return words.contains(word) ? nil : other
    }
  }

  let policy: ParameterPolicy
  let home: Home

  /// What the policy changes in the body.
  ///
  /// - Parameter inserted: what belongs at the beginning of the body, each member with a comma after it.
  func edits(lens: RequestLens, body: UnsafeRawBufferPointer, inserted: inout [UInt8]) -> [BodyEdit] {
    switch home {
    case .top:
      var edits = ParameterEdits(lens: lens, body: body, policy: policy)
      edits.run()
      inserted += edits.inserted
      return edits.edits
    case .object(let range, let lens, _):
      var inner = ParameterEdits(
        lens: lens, body: UnsafeRawBufferPointer(rebasing: body[range]), policy: policy)
      inner.run()
      var edits = inner.edits
      if !inner.inserted.isEmpty {
        let members = lens.members.isEmpty ? inner.inserted.dropLast() : inner.inserted[...]
        edits.append(BodyEdit(range: lens.contentStart..<lens.contentStart, replacement: Array(members)))
      }
      return edits.map { edit in
        let start = range.lowerBound + edit.range.lowerBound
        return BodyEdit(range: start..<start + edit.range.count, replacement: edit.replacement)
      }
    case .missing(let name, let null):
      var edits = ParameterEdits(lens: .empty, body: UnsafeRawBufferPointer(start: nil, count: 0), policy: policy)
      edits.run()
      if edits.inserted.isEmpty { return [] }
      let object = [UInt8(ascii: "{")] + edits.inserted.dropLast() + [UInt8(ascii: "}")]
      if let null { return [BodyEdit(range: null, replacement: object)] }
      JSONText.quote(into: &inserted, name)
      inserted.append(UInt8(ascii: ":"))
      inserted += object
      inserted.append(UInt8(ascii: ","))
      return []
    }
  }
}
