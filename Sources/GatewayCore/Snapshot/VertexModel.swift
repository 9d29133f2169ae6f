/// A model of Vertex AI as a target names it: `gemini-2.5-pro`, `claude-sonnet-4-5@20250929`, `meta/llama-4-scout-17b-16e-instruct-maas`.
package struct VertexModel: Hashable, Sendable {
  /// `google`, `anthropic`, `meta` …
  package let publisher: String
  /// Without the publisher.
  package let name: String

  /// - Parameter text: `publisher/model`, or a name whose family is known.
  package init(_ text: String) {
    let path = text.split(separator: "/", omittingEmptySubsequences: false)
    // `publishers/google/models/gemini-2.5-pro`, as Google's own SDKs have it too.
    if path.count == 4, path[0] == "publishers", path[2] == "models" {
      publisher = String(path[1])
      name = String(path[3])
    } else if path.count > 1 {
      publisher = String(path[0])
      name = path.dropFirst().joined(separator: "/")
    } else {
      publisher = text.hasPrefix("claude-") ? "anthropic" : "google"
      name = text
    }
  }

  /// What the publisher's models speak there.
  package var dialect: Dialect {
    switch publisher {
    case "google": .gemini
    case "anthropic": .anthropic
    default: .openAIChat
    }
  }
}
