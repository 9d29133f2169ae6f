import GatewayCore

/// The edits that a model's `parameters:` ask for: defaults, then clamps, then renames.
struct ParameterEdits {
  let lens: RequestLens
  let body: UnsafeRawBufferPointer
  let policy: ParameterPolicy
  private(set) var edits: [BodyEdit] = []
  /// `"name":value,` of each default that applies.
  private(set) var inserted: [UInt8] = []
  /// Names that the target will see of the parameters that were renamed or inserted.
  private var finalNames: [String] = []

  init(lens: RequestLens, body: UnsafeRawBufferPointer, policy: ParameterPolicy) {
    self.lens = lens
    self.body = body
    self.policy = policy
  }

  mutating func run() {
    clampMembers()
    renameMembers()
    insertDefaults()
  }

  private mutating func clampMembers() {
    for clamp in policy.clamps where !Self.isReserved(clamp.name) {
      guard let member = lens.member(clamp.name, in: body), member.kind == .number, !isDropped(member) else { continue }
      let number = JSONCursor.number(body, member.value)
      if clamp.range.contains(number) { continue }
      let bound = number < clamp.range.lowerBound ? clamp.range.lowerBound : clamp.range.upperBound
      edits.append(BodyEdit(range: member.value, replacement: Array(Self.text(of: bound).utf8)))
    }
  }

  private mutating func renameMembers() {
    if policy.renames.isEmpty { return }
    var dropped: [Int] = []
    for (index, member) in lens.members.enumerated() {
      guard let to = newName(of: member) else { continue }
      if isDropped(member) || finalNames.contains(to) {
        dropped.append(index)
        edits.removeAll { $0.range == member.value }
      } else {
        finalNames.append(to)
        var name: [UInt8] = []
        JSONText.quote(into: &name, to)
        edits.append(BodyEdit(range: member.name.quotedRange, replacement: name))
      }
    }
    drop(dropped)
  }

  private mutating func insertDefaults() {
    for item in policy.defaults where !Self.isReserved(item.name) {
      if lens.member(item.name, in: body) != nil { continue }
      let name = policy.renames.first { $0.from == item.name && !Self.isReserved($0.to) }?.to ?? item.name
      // The caller's own value wins, under whichever name it came.
      if name != item.name, lens.member(name, in: body) != nil { continue }
      if finalNames.contains(name) { continue }
      finalNames.append(name)
      JSONText.quote(into: &inserted, name)
      inserted.append(UInt8(ascii: ":"))
      inserted += item.value.bytes
      inserted.append(UInt8(ascii: ","))
    }
  }

  /// Members that the gateway itself acts on.
  private static func isReserved(_ name: String) -> Bool {
    name == "model" || name == "stream" || name == "stream_options"
  }

  /// The name that `renames` gives a member; nil when it keeps its own.
  private func newName(of member: RequestLens.Member) -> String? {
    policy.renames.first {
      $0.from != $0.to && !Self.isReserved($0.from) && !Self.isReserved($0.to)
        && member.name.equals($0.from, in: body)
    }?.to
  }

  /// Whether the body has a member already that goes by the new name of this one, and is not renamed itself.
  private func isDropped(_ member: RequestLens.Member) -> Bool {
    guard let to = newName(of: member), let other = lens.member(to, in: body) else { return false }
    return newName(of: other) == nil
  }

  /// Removes members with the comma on one side of each.
  private mutating func drop(_ indices: [Int]) {
    var kept = lens.members.count
    // Those at the very end take the comma before them, all others the one behind.
    while let last = indices.last(where: { $0 == kept - 1 }) { kept = last }
    if kept < lens.members.count, let end = lens.members.last?.value.upperBound, kept > 0 {
      edits.append(BodyEdit(range: lens.members[kept - 1].value.upperBound..<end, replacement: []))
    }
    for index in indices where index < kept {
      let start = lens.members[index].name.quotedRange.lowerBound
      edits.append(BodyEdit(range: start..<lens.members[index + 1].name.quotedRange.lowerBound, replacement: []))
    }
  }

  /// A bound as JSON: whole numbers without a point.
  static func text(of bound: Double) -> String {
    Int64(exactly: bound).map { String($0) } ?? bound.description
  }
}
