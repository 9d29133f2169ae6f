import GatewayCore

extension ProviderCatalogue {
  /// What a kind is where its requests are signed with a key pair, if that is another API than the one with keys.
  package static func signed(_ preset: ProviderPreset) -> ProviderPreset {
    preset.kind == signedHunyuan.kind ? signedHunyuan : preset
  }

  private static let signedHunyuan = entry("hunyuan", "Tencent Hunyuan", "https://hunyuan.tencentcloudapi.com") {
    $0.credentialStyle = .signature
    $0.spoken = [.hunyuan]
    $0.embeddings = .hunyuan
    $0.quirks.missing = notConversations.subtracting([.embeddings])
    $0.modelList = .none
    $0.models =
      chat("hunyuan-2.0-instruct-20251111", "hunyuan-2.0-thinking-20251109", "hunyuan-turbos-latest", "hunyuan-lite")
      + embedding("hunyuan-embedding")
    $0.documentation = "https://cloud.tencent.com/document/api/1729/105701"
  }
}
