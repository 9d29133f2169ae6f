import Foundation
import GatewayCore
import GatewayDialects
import GatewayPolicies
import GatewayProviders
import NIOCore

/// How a request goes to each of its targets, and which of them can take it.
extension ModelCall {
  func passage(to planned: PlannedTarget) throws(DialectFault) -> Passage {
    if let object { return .object(object) }
    if surface.countsTokens { return .spliced }
    guard let client = surface.dialect else { return try conversion(to: planned).map(Passage.converted) ?? .spliced }
    if planned.target.capabilities != nil, let part = lacking(try canonicalRequest(client), planned) {
      throw DialectFault(unsupported: part, "its 'capabilities' leave it out")
    }
    let model = planned.target.upstreamModel(for: modelName)
    let dialect = planned.target.provider.dialect(for: client, model: model)
    let asBytes = media == nil ? [] : kindsAsBytes(planned, client)
    if dialect == client {
      if client == .openAIChat || client == .openAICompletions { return .spliced }
      let isSpliced =
        client == .anthropic && planned.target.provider.pathStyle.isVertex
        ? planned.policy.parameters.isEmpty
        : exchange.body.withUnsafeReadableBytes {
          planned.policy.parameters.canBeSpliced(in: client, lens: lens, body: $0)
        }
      let isAsItCame = isSpliced && !holdsForeignSignatures && !repeatsItself
      // Where the body is not edited, it is written anew.
      let replaced = client.editsMedia || asBytes.isEmpty ? [] : try mediaURLs(for: planned)
      if isAsItCame && replaced.isEmpty { return .observed(client) }
    }
    var request = try canonicalRequest(client)
    request.keepSignatures(from: client, to: dialect)
    if let media { request.replaceMediaURLs { asBytes.contains($0.kind) ? media[$0] : nil } }
    if !planned.policy.parameters.isEmpty { request.apply(planned.policy.parameters) }
    let written = try dialect.writeRequest(request, traits: traits(planned))
    var context = answerContext
    context.emulated = written.emulated
    context.isCumulative = repeatsItself
    return .translated(
      Passage.Translation(client: client, provider: dialect, request: written, context: context))
  }

  /// What is done for a target that has another format of vectors or ranks than the caller.
  private func conversion(to planned: PlannedTarget) throws(DialectFault) -> Conversion? {
    let provider = planned.target.provider
    let model = planned.target.upstreamModel(for: modelName)
    if let client = surface.embeddings {
      let dialect = provider.embeddings(model: model)
      if dialect == client { return nil }
      let request = try read { root throws(DialectFault) in try EmbeddingsRequestReader.read(root, as: client) }
      return try Conversion(
        request, from: client, to: dialect, traits: traits(planned), context: answerContext)
    }
    guard surface == .rerank || surface == .cohereRerank else { return nil }
    let dialect = provider.rerank
    let (client, request) = try read { root throws(DialectFault) in
      let client: RerankDialect = surface == .cohereRerank ? .cohere : .ofSharedPath(root)
      return (client, client == dialect ? nil : try RerankRequestReader.read(root, as: client))
    }
    guard let request else { return nil }
    return try Conversion(request, from: client, to: dialect, traits: traits(planned), context: answerContext)
  }

  func traits(_ planned: PlannedTarget) -> TargetTraits {
    var traits = TargetTraits(model: planned.target.upstreamModel(for: modelName))
    traits.maximumOutput = ModelLimits.maximumOutput(of: traits.model)
    traits.budgets = planned.policy.effortBudgets
    traits.isVertex = planned.target.provider.pathStyle.isVertex
    if case .dify(let app) = planned.target.provider.pathStyle { traits.app = app }
    let quirks = planned.target.provider.quirks
    traits.refused = quirks.refused
    if !quirks.acceptsStreamOptions { traits.refused.insert("stream_options") }
    return traits
  }

  private var answerContext: AnswerContext {
    AnswerContext(
      exchangeID: exchange.record.id.description, created: Int(time(nil)), model: modelName,
      includesUsage: clientWantsUsage)
  }

  /// Whether each event of the caller's stream is to hold what came before it: read in pieces, and written so.
  private var repeatsItself: Bool {
    guard isStream, surface == .dashScopeGeneration else { return false }
    return (try? read { root throws(DialectFault) in DashScopeRequestReader.isCumulative(root) }) ?? false
  }

  private func read<Value>(_ value: (JSONNode) throws(DialectFault) -> Value) throws(DialectFault) -> Value {
    let read: Result<Value, DialectFault> = exchange.body.withUnsafeReadableBytes { bytes in
      do throws(DialectFault) {
        let document: JSONDocument
        do throws(JSONFault) {
          document = try JSONDocument(copying: bytes, refusesDuplicates: true)
        } catch {
          throw DialectFault("the body is not valid JSON: \(error)")
        }
        return .success(try value(document.root))
      } catch {
        return .failure(error)
      }
    }
    return try read.get()
  }

  /// Whether an earlier turn was answered by a provider of another dialect.
  private var holdsForeignSignatures: Bool {
    exchange.body.withUnsafeReadableBytes { SignatureMark.isIn($0) }
  }

  func canonicalRequest(_ dialect: Dialect) throws(DialectFault) -> CanonicalRequest {
    if let canonical { return canonical.request }
    var request = try read { root throws(DialectFault) in try dialect.readRequest(root) }
    request.isStream = isStream
    canonical = Canonical(request)
    return request
  }

  /// Another model that the caller may use and that can be sent this request.
  func capableModel() -> String? {
    guard let request = canonical?.request else { return nil }
    let caller = exchange.caller
    let names = Admit.visibleModels(for: caller, on: surface, in: exchange.snapshot)
    // Writing a request costs some 20 µs.
    return names.filter { $0 != modelName }.prefix(50).first { name in
      guard let route = exchange.snapshot.models.route(for: name), route.type == .chat else { return false }
      return RoutePlanner.plan(for: route, random: 0, stickyValue: { _ in nil }).contains { canTake(request, $0) }
    }
  }

  private func canTake(_ request: CanonicalRequest, _ planned: PlannedTarget) -> Bool {
    let provider = planned.target.provider
    guard provider.pathStyle != .builtInEcho, let client = surface.dialect, lacking(request, planned) == nil
    else { return false }
    let asBytes = kindsAsBytes(planned, client)
    if !exchange.snapshot.media.fetches, !request.mediaURLs(asBytes).isEmpty { return false }
    return (try? probe(request, planned, client)) != nil
  }

  /// What the target says of itself that it cannot do.
  func lacking(_ request: CanonicalRequest, _ planned: PlannedTarget) -> RequestPart? {
    guard let capabilities = planned.target.capabilities else { return nil }
    let missing = request.parts.filter { part in part.capability.map { !capabilities.contains($0) } ?? false }
    return missing.min { $0.rawValue < $1.rawValue }
  }
}
