import ArgumentParser
import Foundation
import GatewayConfiguration
import GatewayCore

/// What a key may do, as it is written on the command line.
struct KeyRuleOptions: ParsableArguments {
  @Option(help: "What the key is for.")
  var note: String?

  @Option(help: "The models that it may use, each the fallback of those before it: a,b,gpt-*")
  var models: String?

  @Option(help: "What it may call: chat, embeddings, images, audio, files … or one surface by its name.")
  var surfaces: String?

  @Option(help: "From where it may be used: 10.0.0.0/8,2001:db8::/32")
  var ips: String?

  @Option(help: "How much it may use: '20 requests per day', '5 concurrent', '10GiB stored'. Repeatable.")
  var limit: [String] = []

  @Option(help: "More tries of one target after the first, in place of the model's.")
  var retries: Int?

  @Option(help: "How long a call may take with all of its tries, in place of the model's: 30s")
  var timeout: String?

  @Option(help: "Whether earlier answers may be given again: on or off.")
  var cache: CacheSwitch?

  @Option(help: "For how long its answers are kept, in place of the model's; switches the cache on: 1h")
  var cacheTTL: String?

  @Option(help: "When it ends: 2027-01-01 (its first moment in UTC) or 2027-01-01T12:00:00Z.")
  var expires: String?

  @Option(help: "How long it is good, from now: 30d")
  var expiresIn: String?

  var isGiven: Bool {
    [note, models, surfaces, ips, timeout, expires, expiresIn, cacheTTL].contains { $0 != nil } || !limit.isEmpty
      || retries != nil || cache != nil
  }

  func validate() throws {
    if expires != nil, expiresIn != nil { throw ValidationError("--expires and --expires-in say the same: keep one") }
  }

  /// - Throws: `KeyRuleFault` for what cannot be.
  func change(now: WallTime = .now) throws -> KeyChange {
    var change = KeyChange()
    change.note = try note.map { note in try Self.named("--note") { try KeyRuleTexts.note(note) } }
    change.models = try models.map { try Self.items($0, of: "--models") }
    change.surfaces = try surfaces.map { try Self.items($0, of: "--surfaces").map { try SurfaceSelection($0) } }
    change.addresses = try ips.map { try Self.items($0, of: "--ips").map { try NetworkRange($0) } }
    if !limit.isEmpty { change.limits = try limit.map { try KeyLimit($0) } }
    change.retries = retries
    change.timeout = try timeout.map { try Self.duration($0, of: "--timeout", longest: KeyRules.longestTimeout) }
    change.cache = cache.map { $0 == .on }
    change.cacheTTL = try cacheTTL.map { try Self.duration($0, of: "--cache-ttl", longest: CacheSettings.longest) }
    if let expiresIn {
      change.expiresAt = try Self.named("--expires-in") { try KeyRuleTexts.end(in: expiresIn, now: now) }
    } else if let expires {
      change.expiresAt = try Self.named("--expires") { try KeyRuleTexts.end(at: expires, now: now) }
    }
    var settings = KeySettings()
    change.apply(to: &settings)
    try settings.rules.check()
    return change
  }

  private static func items(_ text: String, of option: String) throws -> [String] {
    let items = text.split(separator: ",", omittingEmptySubsequences: false).map {
      $0.trimmingCharacters(in: .whitespaces)
    }
    guard items.allSatisfy({ !$0.isEmpty }) else {
      throw KeyRuleFault("\(option) '\(text.shortened)': one of the names is empty; --clear takes a rule away")
    }
    return items
  }

  static func duration(_ text: String, of option: String, longest: Duration) throws -> Duration {
    try named(option) { try KeyRuleTexts.duration(text, longest: longest) }
  }

  /// Says in which option the fault is.
  private static func named<Value>(_ option: String, _ read: () throws -> Value) throws -> Value {
    do { return try read() } catch let fault as KeyRuleFault {
      throw KeyRuleFault("\(option): \(fault.description)")
    }
  }
}

extension KeyChange.Part: ExpressibleByArgument {}

/// `--cache`
enum CacheSwitch: String, CaseIterable, ExpressibleByArgument { case on, off }
