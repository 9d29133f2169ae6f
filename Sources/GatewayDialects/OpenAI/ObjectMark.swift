/// How ids of objects that a provider keeps are written for one caller, and read from it: `file-abc~provider`, and
/// `file-abc~TAG~provider` where callers have to prove that an object is theirs.
package struct ObjectMark: Sendable {
  package static let separator: Character = "~"
  /// Characters of a tag: 80 bits in base32, in lower case.
  package static let tagLength = 16

  /// The proof that an object belongs to the caller.
  ///
  /// - Parameters:
  ///   - id: as the provider knows it.
  ///   - owner: the provider's name.
  package typealias Tag = @Sendable (_ id: String, _ owner: String) -> String

  /// An id of a caller's.
  package struct Name: Hashable, Sendable {
    /// As the provider knows it.
    package let id: String
    /// The provider.
    package let owner: String
    /// Whether the caller has shown that the object is its own.
    package let isProven: Bool

    package init(id: String, owner: String, isProven: Bool) {
      self.id = id
      self.owner = owner
      self.isProven = isProven
    }
  }

  private let isOwner: @Sendable (String) -> Bool
  private let tag: Tag?

  /// - Parameters:
  ///   - isOwner: whether a provider has that name; an id may hold a `~` of its own.
  ///   - tag: `nil`: every caller reaches every object.
  package init(isOwner: @escaping @Sendable (String) -> Bool, tag: Tag? = nil) {
    self.isOwner = isOwner
    self.tag = tag
  }

  /// Whether an id without a tag is nobody's.
  package var isProofNeeded: Bool { tag != nil }

  /// What follows the id of the provider's.
  package func suffix(of id: String, owner: String) -> String {
    guard let tag else { return "\(Self.separator)\(owner)" }
    return "\(Self.separator)\(tag(id, owner))\(Self.separator)\(owner)"
  }

  /// - Returns: `nil` where the id names no provider.
  package func read(_ text: some StringProtocol) -> Name? {
    guard let mark = text.lastIndex(of: Self.separator), mark > text.startIndex else { return nil }
    let owner = String(text[text.index(after: mark)...])
    guard isOwner(owner) else { return nil }
    let rest = text[..<mark]
    // A tag means nothing where none is needed, but is understood: callers may have kept it from other days.
    guard let inner = rest.lastIndex(of: Self.separator), inner > rest.startIndex,
      Self.isTag(rest[rest.index(after: inner)...])
    else { return Name(id: String(rest), owner: owner, isProven: tag == nil) }
    let id = String(rest[..<inner])
    let given = rest[rest.index(after: inner)...]
    return Name(id: id, owner: owner, isProven: tag.map { Self.equal($0(id, owner), given) } ?? true)
  }

  private static func isTag(_ text: some StringProtocol) -> Bool {
    text.utf8.count == tagLength && text.utf8.allSatisfy { 0x61...0x7A ~= $0 || 0x32...0x37 ~= $0 }
  }

  /// Takes the same time wherever they differ.
  private static func equal(_ a: String, _ b: some StringProtocol) -> Bool {
    a.utf8.count == b.utf8.count && zip(a.utf8, b.utf8).reduce(0) { $0 | ($1.0 ^ $1.1) } == 0
  }
}
