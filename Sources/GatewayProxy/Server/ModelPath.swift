import GatewayCore

/// A path that calls a model, and what it says of the call.
struct ModelPath: Equatable {
  let surface: Surface
  /// The model's name, percent-decoded, where the path has it.
  var model: String?
  /// Whether the answer is to be streamed, where the path says so.
  var isStream: Bool?

  init(_ surface: Surface) { self.surface = surface }

  private static let surfaces = Surface.allCases.filter { !$0.namesModelInPath && !$0.keepsObjects && $0 != .realtime }

  static func match(_ path: UnsafeRawBufferPointer) -> ModelPath? {
    for surface in surfaces where Endpoint.equals(path, surface.path) {
      return ModelPath(surface)
    }
    // Both have one format; the model decides which path is taken at the provider.
    if Endpoint.equals(path, "/api/v1/services/aigc/multimodal-generation/generation") {
      return ModelPath(.dashScopeGeneration)
    }
    return gemini(path) ?? bedrock(path)
  }

  private static let withoutStream: [(name: String, surface: Surface)] = [
    ("countTokens", .countContentTokens), ("embedContent", .embedContent),
    ("batchEmbedContents", .batchEmbedContents),
  ]

  /// `/v1beta/models/{model}:generateContent`
  private static func gemini(_ path: UnsafeRawBufferPointer) -> ModelPath? {
    guard let rest = without("/v1beta/models/", path) ?? without("/v1/models/", path),
      let colon = rest.lastIndex(of: UInt8(ascii: ":"))
    else { return nil }
    let method = UnsafeRawBufferPointer(rebasing: rest[(colon + 1)...])
    var call = ModelPath(.generateContent)
    if Endpoint.equals(method, "generateContent") {
      call.isStream = false
    } else if Endpoint.equals(method, "streamGenerateContent") {
      call.isStream = true
    } else if let surface = Self.withoutStream.first(where: { Endpoint.equals(method, $0.name) })?.surface {
      call = ModelPath(surface)
      call.isStream = false
    } else {
      return nil
    }
    return call.named(UnsafeRawBufferPointer(rebasing: rest[..<colon]))
  }

  /// `/model/{model}/converse`
  private static func bedrock(_ path: UnsafeRawBufferPointer) -> ModelPath? {
    guard let rest = without("/model/", path), let slash = rest.lastIndex(of: UInt8(ascii: "/")) else { return nil }
    let method = UnsafeRawBufferPointer(rebasing: rest[slash...])
    var call = ModelPath(.converse)
    if Endpoint.equals(method, "/converse") {
      call.isStream = false
    } else if Endpoint.equals(method, "/converse-stream") {
      call.isStream = true
    } else {
      return nil
    }
    return call.named(UnsafeRawBufferPointer(rebasing: rest[..<slash]))
  }

  private func named(_ name: UnsafeRawBufferPointer) -> ModelPath? {
    guard !name.isEmpty, let model = Endpoint.percentDecoded(name) else { return nil }
    var call = self
    call.model = model
    return call
  }

  private static func without(_ prefix: StaticString, _ path: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer? {
    let count = prefix.utf8CodeUnitCount
    guard path.count > count,
      path.prefix(count).elementsEqual(UnsafeBufferPointer(start: prefix.utf8Start, count: count))
    else { return nil }
    return UnsafeRawBufferPointer(rebasing: path[count...])
  }
}
