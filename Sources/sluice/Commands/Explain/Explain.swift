import ArgumentParser
import Foundation
import GatewayAdmin
import GatewayConfiguration
import GatewayCore
import GatewayPolicies
import GatewayProviders
import GatewayStorage

/// `sluice explain`
struct Explain: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Say why a call would be let in or refused; exit 1 if it would be refused.",
    discussion: """
      Nothing is called and nothing is counted. Exit 2: it cannot be said, for the configuration has mistakes or names no such \
      consumer or key.
      """)

  @OptionGroup var location: ConfigurationLocation

  @Option(help: ArgumentHelp("The gateway key of the call; env:NAME and file:PATH keep it out of the shell's history."))
  var key: String?

  @Option(
    help: ArgumentHelp("Instead of --key: the id of an issued key, as `sluice keys list` shows it.", valueName: "ID"))
  var keyID: Int64?

  @Option(help: ArgumentHelp("Instead of --key: any caller of this consumer.", valueName: "NAME"))
  var consumer: String?

  @Option(
    help: ArgumentHelp(
      "Instead of --key: a file with a JSON Web Token; - reads it from standard input.", valueName: "FILE"))
  var token: String?

  @Option(
    help: ArgumentHelp(
      "A file with the public keys of the token's issuer (JWKS or PEM), where gateways fetch them from a URL: this command asks nobody.",
      valueName: "FILE"))
  var tokenKeys: String?

  @Option(help: ArgumentHelp("The model that the call names.", valueName: "NAME"))
  var model: String?

  @Option(
    help: ArgumentHelp(
      "What is called, by its path or its name in the access log; the usual one of the model's type.",
      valueName: "/v1/chat/completions"))
  var surface: String?

  @Option(help: ArgumentHelp("The address of the client.", valueName: "ADDRESS"))
  var from = "127.0.0.1"

  @Option(
    help: ArgumentHelp("A header of the call, for limits and splits; several are allowed.", valueName: "NAME:VALUE"))
  var header: [String] = []

  @Option(help: ArgumentHelp("The size of a file that the call stores.", valueName: "10MiB"))
  var bytes: String?

  @Flag(help: "As a JSON object.")
  var json = false

  func validate() throws {
    guard [key != nil, keyID != nil, consumer != nil, token != nil].count(where: { $0 }) <= 1 else {
      throw ValidationError("name one of --key, --key-id, --token and --consumer")
    }
    if tokenKeys != nil, token == nil { throw ValidationError("--token-keys are those of a --token") }
    let surface = try surface.map(Self.surface)
    guard model != nil || surface?.keepsObjects == true else { throw ValidationError("name the model with --model") }
    guard NetworkAddress(text: from[...]) != nil else { throw ValidationError("'\(from)' is no IP address") }
    _ = try headers()
    _ = try storedBytes()
  }

  func run() async throws {
    try await tellingFaults(exit: 2) {
      let explained = try await explanation()
      print(try explained.output.text(asJSON: json))
      if explained.isRefused { throw ExitCode(1) }
    }
  }

  private func explanation() async throws -> (output: ExplainAnswer, isRefused: Bool) {
    let source = ConfigurationSource(location, gateway: nil, admin: nil)
    let first = source.load(revision: 1, stored: .none)
    guard let start = first.start else { throw StartFailure(ConfigurationSource.summary(of: first)) }
    // What is not there is not made.
    let store = start.database.isThere ? try await source.openStore(at: start.database, serves: false) : nil
    let stored = try await storedKeys(store)
    let result = source.load(revision: 1, stored: stored)
    guard let snapshot = result.snapshot else { throw StartFailure(ConfigurationSource.summary(of: result)) }
    var question = Explanation.Question(
      credential: try credential(snapshot, stored), model: model, surface: try surface.map(Self.surface), address: from,
      headers: try headers())
    question.storedBytes = try storedBytes()
    let counts = try await ExplainCounts.read(start, store, for: question, in: snapshot)
    let explanation = Explanation(question, in: snapshot, counts: counts.counts, now: .now)
    let issued = try await issuedKey(store)
    try await store?.close()
    return (
      ExplainAnswer(explanation, key: issued, counted: counts.source, now: .now), explanation.refusal != nil
    )
  }

  /// Without the secrets of providers: nothing is called, so no master key is needed.
  private func storedKeys(_ store: DatabaseStore?) async throws -> StoredKeys {
    guard let store else { return .none }
    return try await StoredKeys(reading: store)
  }

  private func issuedKey(_ store: DatabaseStore?) async throws -> IssuedKey? {
    guard let store, let keyID else { return nil }
    return try await store.key(id: keyID)
  }

  private func credential(
    _ snapshot: GatewaySnapshot, _ stored: StoredKeys
  ) throws -> Explanation.Question.Credential {
    if let name = consumer {
      if let consumer = snapshot.consumers.first(where: { $0.name == name }) { return .consumer(consumer) }
      let near = nearestNames(to: name, among: snapshot.consumers.map(\.name), limit: 3)
      let advice = near.isEmpty ? "" : "; did you mean \(near.joined(separator: ", "))?"
      throw StartFailure("the configuration has no consumer '\(name)'\(advice)")
    }
    if let keyID {
      guard let hash = stored.keys.hash(ofKey: keyID) else {
        throw StartFailure("no key with id \(keyID) is in use; `sluice keys list` shows them, and which are revoked")
      }
      return .issued(hash)
    }
    if let token {
      return .token(try TokenFile.token(at: token), keys: try tokenKeys.map { try TokenFile.keys(at: $0) })
    }
    return .key(try key.map(Self.secret))
  }

  private static func secret(_ text: String) throws -> Secret {
    if text.hasPrefix("env:") {
      guard let value = ProcessInfo.processInfo.environment[String(text.dropFirst(4))] else {
        throw StartFailure("the environment variable '\(text.dropFirst(4))' of --key is not set")
      }
      return Secret(value)
    }
    guard text.hasPrefix("file:") else { return Secret(text) }
    guard let value = try? String(contentsOfFile: String(text.dropFirst(5)), encoding: .utf8) else {
      throw StartFailure("the file '\(text.dropFirst(5))' of --key cannot be read")
    }
    return Secret(value.trimmingCharacters(in: .whitespacesAndNewlines))
  }

  private static func surface(_ text: String) throws -> Surface {
    if let surface = Surface.allCases.first(where: { $0.path == text || $0.rawValue == text }) { return surface }
    let names = Surface.allCases.map(\.rawValue)
    let near = nearestNames(to: text, among: names + Surface.allCases.map(\.path), limit: 1).first
    throw ValidationError(
      near.map { "unknown surface '\(text)'; did you mean '\($0)'?" }
        ?? "unknown surface '\(text)'; name one of \(names.joined(separator: ", "))")
  }

  private func storedBytes() throws -> Int64 {
    guard let bytes else { return 0 }
    guard let size = ByteCount.parse(bytes), size <= ByteCount.most else {
      throw ValidationError("'\(bytes)' is no size: write a whole number with its unit, such as 10MiB")
    }
    return size
  }

  private func headers() throws -> [(name: String, value: String)] {
    try header.map { text in
      let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
      guard parts.count == 2, !parts[0].isEmpty else {
        throw ValidationError("'\(text)' is no header: write NAME:VALUE")
      }
      return (String(parts[0]), parts[1].trimmingCharacters(in: .whitespaces))
    }
  }
}
