import Crypto
package import GatewayCore
import GatewayDialects

/// Phase 4: has this been answered already?
package enum Recall {
  /// For how long answers to a caller of a model are kept; nil: the cache is off.
  package static func ttl(for caller: Caller, of route: ModelRoute, _ settings: CacheSettings) -> Duration? {
    CacheRule.ttl(
      of: [
        caller.key?.policy?.cache, caller.consumer.cache, caller.team?.cache, caller.organisation?.cache, route.cache,
      ], default: settings.ttl)
  }

  /// What of a call decides its answer, beside the body.
  package struct Call {
    package var caller: Caller
    package var route: ModelRoute
    /// `RouteDefinition.text`
    package var definition: String
    /// As the caller wrote it.
    package var model: String
    package var surface: Surface
    package var isStream: Bool
    /// The target that is tried first: versions of a split have answers of their own.
    package var target: String
    /// Fields of the head that go to providers and may change their answers.
    package var fields: [String]

    package init(
      caller: Caller, route: ModelRoute, definition: String, model: String, surface: Surface, isStream: Bool,
      target: String = "", fields: [String] = []
    ) {
      self.caller = caller
      self.route = route
      self.definition = definition
      self.model = model
      self.surface = surface
      self.isStream = isStream
      self.target = target
      self.fields = fields
    }
  }

  // Changes with the meaning of keys.
  private static let version = "1"

  /// Bytes of the largest request that is looked up: the loop is held up while one is brought into its form.
  package static let largestRequest = 1 << 20

  /// - Returns: nil for a request whose answer depends on more than the request.
  package static func key(for call: Call, body: UnsafeRawBufferPointer, scope: CacheSettings.Scope) -> AnswerKey? {
    guard PureCall.has(call.surface), body.count <= largestRequest,
      let document = try? JSONDocument(copying: body, refusesDuplicates: true),
      PureCall.isOne(document.root, on: call.surface)
    else { return nil }
    var bytes: [UInt8] = []
    bytes.reserveCapacity(body.count + call.definition.utf8.count + 256)
    append(version, to: &bytes)
    append(group(of: call.caller, scope), to: &bytes)
    append(call.surface.rawValue, to: &bytes)
    append(call.isStream ? "stream" : "plain", to: &bytes)
    append(call.model, to: &bytes)
    append(call.definition, to: &bytes)
    append(call.target, to: &bytes)
    for field in call.fields { append(field, to: &bytes) }
    append("", to: &bytes)
    // Another model may answer for this key, which others may not use.
    for name in successors(of: call) { append(name, to: &bytes) }
    append("", to: &bytes)
    CanonicalJSON.write(document.root, into: &bytes)
    let digest = SHA256.hash(data: bytes).withUnsafeBytes { KeyDigest(sha256: $0) }
    return AnswerKey(
      digest: digest, route: call.route.name, consumer: call.caller.consumer.name, isShared: scope != .consumer)
  }

  /// The further models of the caller's key that may answer the call.
  package static func successors(of call: Call) -> [String] {
    (call.caller.key?.policy?.successors(of: call.model) ?? []).filter { call.caller.mayUse($0, on: call.surface) }
  }

  /// Who shares answers with the caller. A team that only a token names sets its consumer's callers apart, too.
  static func group(of caller: Caller, _ scope: CacheSettings.Scope) -> String {
    let consumer = "consumer \(caller.consumer.name.utf8.count):\(caller.consumer.name) \(caller.team?.name ?? "")"
    switch scope {
    case .everyone: return "everyone"
    case .organisation:
      if let organisation = caller.organisation { return "organisation \(organisation.name)" }
      fallthrough
    case .team: return caller.team.map { "team \($0.name)" } ?? consumer
    case .consumer: return consumer
    }
  }

  private static func append(_ text: String, to bytes: inout [UInt8]) {
    bytes.append(contentsOf: "\(text.utf8.count):".utf8)
    bytes.append(contentsOf: text.utf8)
  }
}
