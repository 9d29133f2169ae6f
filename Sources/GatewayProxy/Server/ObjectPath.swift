import GatewayCore
import GatewayDialects

/// A path about objects that a provider keeps: a collection, or something below it.
struct ObjectPath: Equatable {
  let surface: Surface
  /// Below the collection, percent-encoded as the caller wrote it: empty, or `/file-abc~openai/content`.
  let rest: String

  private static let surfaces = Surface.allCases.filter(\.keepsObjects)

  static func match(_ path: UnsafeRawBufferPointer) -> ObjectPath? {
    for surface in surfaces {
      let prefix = surface.path.utf8
      guard path.count >= prefix.count, path.prefix(prefix.count).elementsEqual(prefix) else { continue }
      let rest = UnsafeRawBufferPointer(rebasing: path[prefix.count...])
      guard rest.isEmpty || rest[0] == UInt8(ascii: "/") && rest.count > 1 else { continue }
      // Responses are listed nowhere.
      if surface == .storedResponses, rest.isEmpty { return nil }
      let text = String(decoding: rest, as: UTF8.self)
      // No step up to a path of the provider that is none of the callers' (RFC 3986 §5.2.4), nor an empty one: `/v1/files//`
      // may be `/v1/files` there.
      let segments = text.split(separator: "/", omittingEmptySubsequences: false).dropFirst()
      guard segments.allSatisfy({ !$0.isEmpty && !isStep($0) }) else { return nil }
      return ObjectPath(surface: surface, rest: text)
    }
    return nil
  }

  private static func isStep(_ segment: Substring) -> Bool {
    let dots = segment.lowercased().replacing("%2e", with: ".")
    return dots == "." || dots == ".." || segment.lowercased().contains("%2f")
  }

  /// Whether what it names is the content of a file, in which nothing is changed.
  var isContent: Bool { rest.hasSuffix("/content") }

  /// Whether it names a whole collection: a list, or the place where an object is made.
  var isCollection: Bool { rest.isEmpty }

  /// Parts of paths that are no ids.
  private static let words: Set<Substring> = [
    "cancel", "characters", "checkpoints", "compact", "complete", "content", "edits", "events", "extensions",
    "file_batches", "files", "input_items", "input_tokens", "parts", "pause", "remix", "resume", "search",
  ]

  /// The path as the provider knows it, the provider that its ids name, and whether all of them are the caller's.
  ///
  /// - Parameter makesSomething: whether a path without any id is fine: `/v1/videos/edits`.
  func read(_ mark: ObjectMark, makesSomething: Bool) -> (path: String, owner: String?, isProven: Bool) {
    var owner: String?
    var isProven = true
    let segments = rest.split(separator: "/", omittingEmptySubsequences: false).map { segment -> String in
      let plain = segment.replacing("%7E", with: "~").replacing("%7e", with: "~")
      guard let name = mark.read(plain) else {
        isProven = isProven && (!mark.isProofNeeded || segment.isEmpty || Self.words.contains(segment))
        return String(segment)
      }
      owner = owner ?? name.owner
      isProven = isProven && name.isProven
      return name.id
    }
    if mark.isProofNeeded, owner == nil, !isCollection, !makesSomething { isProven = false }
    return (surface.path.dropFirst("/v1".utf8.count) + segments.joined(separator: "/"), owner, isProven)
  }
}
