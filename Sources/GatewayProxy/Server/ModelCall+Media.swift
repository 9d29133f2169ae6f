import Foundation
import GatewayCore
import GatewayDialects
import NIOCore

/// Media that the request names by URL and that a target takes as bytes only.
extension ModelCall {
  /// The URLs whose bytes that target needs, each once.
  func mediaURLs(for planned: PlannedTarget) throws(DialectFault) -> [MediaReference] {
    guard object == nil, !surface.countsTokens, let client = surface.dialect else { return [] }
    let kinds = kindsAsBytes(planned, client)
    // Most requests have no URL, and a request that is spliced need not be read.
    guard !kinds.isEmpty, namesURL else { return [] }
    if dialect(of: planned, client) == client {
      // What cannot be read goes on as it came.
      guard let request = try? canonicalRequest(client) else { return [] }
      return request.mediaURLs(kinds)
    }
    return try canonicalRequest(client).mediaURLs(kinds)
  }

  /// What the target takes as bytes only.
  func kindsAsBytes(_ planned: PlannedTarget, _ client: Dialect) -> Set<MediaKind> {
    Self.kindsAsBytes(planned.target.provider, dialect(of: planned, client), client)
  }

  private static func kindsAsBytes(_ provider: Provider, _ dialect: Dialect, _ client: Dialect) -> Set<MediaKind> {
    if provider.pathStyle == .builtInEcho { return [] }
    // Claude on Vertex AI: "URL sources are not supported".
    if provider.pathStyle.isVertex, dialect == .anthropic { return [.image, .file] }
    if provider.quirks.refusesMediaURLs { return dialect == client ? [.image, .video] : Set(MediaKind.allCases) }
    // A caller of the provider's own dialect knows what it takes.
    return dialect == client ? [] : dialect.mediaAsBytesOnly
  }

  func dialect(of planned: PlannedTarget, _ client: Dialect) -> Dialect {
    planned.target.provider.dialect(for: client, model: planned.target.upstreamModel(for: modelName))
  }

  private var namesURL: Bool {
    exchange.body.withUnsafeReadableBytes { bytes in
      var rest = bytes[...]
      // `://`, or `:\/\/` of writers that escape slashes. Base64 has no colon.
      while let start = UnsafeRawBufferPointer(rebasing: rest).baseAddress,
        let colon = memchr(start, Int32(UInt8(ascii: ":")), rest.count)
      {
        rest = rest.dropFirst(start.distance(to: colon) + 1)
        if let next = rest.first, next == UInt8(ascii: "/") || next == UInt8(ascii: "\\") { return true }
      }
      return false
    }
  }

  /// What has to be fetched before that target can be sent the request.
  ///
  /// - Throws: what keeps the target from it whatever the bytes are.
  func mediaToFetch(for planned: PlannedTarget) throws(DialectFault) -> [MediaReference] {
    let wanted = try mediaURLs(for: planned)
    guard let first = wanted.first, let client = surface.dialect else { return [] }
    // Told, with its reason, where the request is written.
    if let request = canonical?.request, lacking(request, planned) != nil { return [] }
    guard exchange.snapshot.media.fetches else {
      let path = path(of: first)
      throw DialectFault(
        unsupported: .mediaURLs,
        "it takes media as bytes only, and the gateway fetches none: media.fetch is false; send the \(first.kind.noun) "
          + "as base64\(Self.place(path))", path: path)
    }
    let missing = wanted.filter { media?[$0] == nil }
    if !missing.isEmpty, let request = canonical?.request { try probe(request, planned, client) }
    return missing
  }

  /// Nothing is fetched for a target that would refuse the request anyhow.
  func probe(_ request: CanonicalRequest, _ planned: PlannedTarget, _ client: Dialect) throws(DialectFault) {
    let dialect = dialect(of: planned, client)
    guard dialect != client else { return }
    let kinds = kindsAsBytes(planned, client)
    var request = request
    request.replaceMediaURLs { kinds.contains($0.kind) ? .placeholder(for: $0.kind) : nil }
    _ = try dialect.writeRequest(request, traits: traits(planned))
  }

  /// Fetches, then goes on with the target.
  func fetch(_ references: [MediaReference], for planned: PlannedTarget, credential: Int?) {
    let fetches = media ?? MediaFetches(exchange.snapshot.media, loop: exchange.loop)
    media = fetches
    isFetching = true
    fetches.fetch(references, deadline: deadline) { [self] fault in
      isFetching = false
      exchange.record.media = fetches.record
      if let fault { notFetched(fault) } else { send(to: planned, credential: credential) }
    }
  }

  /// Not the target's fault: one that takes URLs, or needs no media, may still answer.
  private func notFetched(_ fault: MediaFetches.Fault) {
    let host = fault.host.map { " at '\($0)'" } ?? ""
    let path = path(of: fault.reference)
    passOver(
      GatewayError(
        .mediaNotFetched,
        "the \(fault.reference.kind.noun)\(host) could not be fetched\(Self.place(path)): \(fault.failure.reason)",
        parameter: path))
  }

  /// For dialects whose errors have no member for it.
  private static func place(_ path: String?) -> String { path.map { " (\($0))" } ?? "" }

  /// Where the caller wrote it.
  private func path(of reference: MediaReference) -> String? {
    exchange.body.withUnsafeReadableBytes { bytes in
      (try? JSONDocument(copying: bytes))?.root.find(reference.url)?.path
    }
  }

  /// Where the caller wrote media that the target does not take.
  func mediaPath(_ part: RequestPart) -> String? {
    guard let request = canonical?.request else { return nil }
    return exchange.body.withUnsafeReadableBytes { bytes in
      (try? JSONDocument(copying: bytes)).flatMap { request.place(of: part, in: $0.root) }
    }
  }

  /// What changes in the body of a caller that speaks the provider's own dialect.
  func mediaEdits(for provider: Provider) -> [BodyEdit] {
    guard let media, let client = surface.dialect, !Self.kindsAsBytes(provider, client, client).isEmpty else {
      return []
    }
    return exchange.body.withUnsafeReadableBytes { bytes in
      guard let document = try? JSONDocument(copying: bytes) else { return [] }
      return client.mediaEdits(document.root) { media[$0] } ?? []
    }
  }
}

extension FetchedMedia {
  /// Of a type that providers take.
  fileprivate static func placeholder(for kind: MediaKind) -> FetchedMedia {
    switch kind {
    case .image: FetchedMedia(data: .empty, mediaType: "image/png")
    case .audio: FetchedMedia(data: .empty, mediaType: "audio/wav")
    case .video: FetchedMedia(data: .empty, mediaType: "video/mp4")
    case .file: FetchedMedia(data: .empty, mediaType: "application/pdf")
    }
  }
}
