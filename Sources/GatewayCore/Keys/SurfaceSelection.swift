/// Surfaces as a key names them: a kind of them in all dialects, or a single one.
package struct SurfaceSelection: Hashable, Sendable, CustomStringConvertible {
  /// `chat`, `images`, or `Surface.rawValue`.
  package let name: String
  package let surfaces: Set<Surface>

  private static let kinds: [(name: String, surfaces: Set<Surface>)] = [
    (
      "chat",
      [
        .chatCompletions, .completions, .responses, .storedResponses, .messages, .countTokens, .generateContent,
        .countContentTokens, .converse, .cohereChat, .dashScopeGeneration,
      ]
    ),
    ("embeddings", [.embeddings, .embedContent, .batchEmbedContents, .cohereEmbed]),
    ("rerank", [.rerank, .cohereRerank]),
    ("images", [.imageGenerations, .imageEdits, .imageVariations]),
    ("audio", [.speech, .transcriptions, .translations]),
    ("videos", [.videos, .storedVideos]),
    ("responses", [.responses, .storedResponses]),
    ("files", [.files, .uploads]),
  ]

  /// Of kinds only.
  package static let kindNames: [String] = kinds.map(\.name)

  package static let names: [String] =
    kindNames
    + Surface.allCases.map(\.rawValue).filter { name in
      !kinds.contains { $0.name == name }
    }

  package init(_ name: String) throws(KeyRuleFault) {
    self.name = name
    if let kind = Self.kinds.first(where: { $0.name == name }) {
      surfaces = kind.surfaces
    } else if let surface = Surface(rawValue: name) {
      surfaces = [surface]
    } else {
      throw KeyRuleFault("unknown surface '\(name.shortened)': name some of \(Self.names.joined(separator: ", "))")
    }
  }

  package var description: String { name }
}
