/// Where a local Ollama is, by the rules of its own `OLLAMA_HOST`.
package enum OllamaAddress {
  /// The base URL of its OpenAI-compatible API.
  ///
  /// - Parameter host: the value of `OLLAMA_HOST`: `host`, `host:port`, `:port` or a URL; `nil` or blank for the default.
  package static func baseURL(host: String?) -> String {
    var rest = Substring(host ?? "")
    while let first = rest.first, first.isWhitespace || first == "\"" || first == "'" { rest.removeFirst() }
    while let last = rest.last, last.isWhitespace || last == "\"" || last == "'" || last == "/" { rest.removeLast() }
    var scheme = "http"
    var port = 11434
    if let range = rest.firstRange(of: "://") {
      scheme = rest[..<range.lowerBound].lowercased()
      rest = rest[range.upperBound...]
      port = scheme == "https" ? 443 : 80
    }
    let path = rest.firstIndex(of: "/").map { String(rest[$0...]) } ?? ""
    var authority = String(rest.prefix { $0 != "/" })
    if authority == "::" || authority == "::1" {
      authority = "[::1]"
    } else if authority.isEmpty || authority.hasPrefix(":") {
      authority = "127.0.0.1" + authority
    }
    // The server's wildcard addresses are no destination.
    for wildcard in ["0.0.0.0", "[::]"] where authority == wildcard || authority.hasPrefix(wildcard + ":") {
      authority = (wildcard == "[::]" ? "[::1]" : "127.0.0.1") + authority.dropFirst(wildcard.count)
    }
    let hasPort = authority.split(separator: "]", omittingEmptySubsequences: false).last?.contains(":") ?? false
    return "\(scheme)://\(authority)\(hasPort ? "" : ":\(port)")\(path.hasSuffix("/v1") ? path : path + "/v1")"
  }
}
