/// `cache-control` of a request (RFC 9111 §5.2.1), as far as it says something to this cache.
package struct CacheDirectives: Hashable, Sendable {
  /// Neither looked up nor kept.
  package private(set) var isNoStore = false
  /// Not looked up, and kept anew.
  package private(set) var isNoCache = false
  /// The oldest answer that the caller takes, in seconds.
  package private(set) var maximumAge: Int64?

  package init() {}

  /// Reads one field; of several, all count. What is not known or malformed says nothing.
  package mutating func read(_ field: String) {
    for directive in field.split(separator: ",") {
      let parts = directive.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      let value = parts.count > 1 ? Self.trimmed(parts[1]).filter { $0 != "\"" } : ""
      switch Self.trimmed(parts[0]).lowercased() {
      case "no-store": isNoStore = true
      case "no-cache": isNoCache = true
      case "max-age":
        guard !value.isEmpty, value.allSatisfy({ $0.isASCII && $0.isWholeNumber }) else { continue }
        // RFC 9111 §1.2.2: what is too large stands for as long as can be.
        let age = Int64(value) ?? .max
        maximumAge = min(maximumAge ?? .max, age)
      default: continue
      }
    }
  }

  private static func trimmed(_ text: Substring) -> Substring {
    var text = text.drop { $0 == " " || $0 == "\t" }
    while let last = text.last, last == " " || last == "\t" { text = text.dropLast() }
    return text
  }

  /// The oldest answer that may be given, where one may be as old as `ttl`.
  package func longest(within ttl: Duration) -> Duration {
    guard let maximumAge else { return ttl }
    return maximumAge < ttl.components.seconds ? .seconds(maximumAge) : ttl
  }
}
