import GatewayCore

/// The shorthands that the table is written in.
extension ProviderCatalogue {
  typealias Models = [(name: String, type: ModelType)]

  static func chat(_ names: String...) -> Models { names.map { ($0, .chat) } }
  static func embedding(_ names: String...) -> Models { names.map { ($0, .embedding) } }
  static func other(_ type: ModelType, _ names: String...) -> Models { names.map { ($0, type) } }

  /// What has one format, OpenAI's, or is translated; named by the caller's surface of that format.
  static let notConversations: Set<Surface> = [
    .embeddings, .rerank, .moderations, .imageGenerations, .imageEdits, .imageVariations, .speech, .transcriptions,
    .translations,
  ]

  /// All that a provider can keep.
  static let allObjects = Set(Surface.allCases.filter(\.keepsObjects))

  static func entry(
    _ kind: String, _ displayName: String, _ url: String?, key: String...,
    configure: (inout ProviderPreset) -> Void = { _ in }
  ) -> ProviderPreset {
    var preset = ProviderPreset(kind, displayName)
    preset.defaultURL = url
    preset.environmentVariables = key
    configure(&preset)
    return preset
  }

  /// A server that people run themselves. It has the OpenAI paths below `/v1`, whatever proxy or prefix is in front of it.
  static func server(
    _ kind: String, _ displayName: String, port: Int?, configure: (inout ProviderPreset) -> Void
  ) -> ProviderPreset {
    entry(kind, displayName, port.map { "http://127.0.0.1:\($0)/v1" }) {
      $0.requiresKey = false
      $0.quirks.refused = ["cache_control"]
      $0.quirks.paths = Dictionary(
        uniqueKeysWithValues: Surface.allCases.filter { !$0.keepsObjects }.map { ($0, $0.path) })
      configure(&$0)
    }
  }
}
