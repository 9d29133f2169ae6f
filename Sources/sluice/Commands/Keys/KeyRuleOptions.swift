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

  @Option(help: "How much it may use: '20 requests per day', '5 concurrent'. Repeatable.")
  var limit: [String] = []

  @Option(help: "More tries of one target after the first, in place of the model's.")
  var retries: Int?

  @Option(help: "How long a call may take with all of its tries, in place of the model's: 30s")
  var timeout: String?

  @Option(help: "When it ends: 2027-01-01 (its first moment in UTC) or 2027-01-01T12:00:00Z.")
  var expires: String?

  @Option(help: "How long it is good, from now: 30d")
  var expiresIn: String?

  var isGiven: Bool {
    [note, models, surfaces, ips, timeout, expires, expiresIn].contains { $0 != nil } || !limit.isEmpty
      || retries != nil
  }

  func validate() throws {
    if expires != nil, expiresIn != nil { throw ValidationError("--expires and --expires-in say the same: keep one") }
  }

  /// - Throws: `KeyRuleFault` for what cannot be.
  func change(now: Date = Date()) throws -> KeyChange {
    var change = KeyChange()
    if let note {
      guard note.utf8.count <= 1000 else { throw KeyRuleFault("--note: \(note.utf8.count) bytes are more than 1000") }
      guard !note.unicodeScalars.contains(where: { $0.value < 0x20 || $0.value == 0x7F }) else {
        throw KeyRuleFault("--note: a note is one line without control characters")
      }
      change.note = note
    }
    change.models = try models.map { try Self.items($0, of: "--models") }
    change.surfaces = try surfaces.map { try Self.items($0, of: "--surfaces").map { try SurfaceSelection($0) } }
    change.addresses = try ips.map { try Self.items($0, of: "--ips").map { try NetworkRange($0) } }
    if !limit.isEmpty { change.limits = try limit.map { try KeyLimit($0) } }
    change.retries = retries
    change.timeout = try timeout.map { try Self.duration($0, of: "--timeout", longest: KeyRules.longestTimeout) }
    change.expiresAt = try expiry(now: now)
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
    do throws(LiteralFault) {
      let duration = try DurationLiteral.parse(text)
      guard duration <= longest else {
        throw LiteralFault("at most \(DurationLiteral.format(longest))")
      }
      return duration
    } catch {
      throw KeyRuleFault("\(option): \(error.message)\(error.advice.map { "; \($0)" } ?? "")")
    }
  }

  // A century: whoever means never leaves it out.
  private static let longest: Duration = .seconds(36_525 * 86_400)

  private func expiry(now: Date) throws -> WallTime? {
    let moment: Date
    if let expiresIn {
      let duration = try Self.duration(expiresIn, of: "--expires-in", longest: Self.longest)
      moment = now.addingTimeInterval(duration.inSeconds)
    } else if let expires {
      guard let date = Self.date(expires) else {
        throw KeyRuleFault("--expires '\(expires.shortened)' is no date: write 2027-01-01 or 2027-01-01T12:00:00Z")
      }
      moment = date
    } else {
      return nil
    }
    guard moment > now else { throw KeyRuleFault("the expiry lies in the past; to end a key at once, revoke it") }
    guard moment < now.addingTimeInterval(Self.longest.inSeconds + 1) else {
      throw KeyRuleFault("the expiry lies more than a century ahead; leave it out for a key that does not end")
    }
    return WallTime(milliseconds: Int64(moment.timeIntervalSince1970 * 1000))
  }

  private static func date(_ text: String) -> Date? {
    if text.utf8.count == 10 {
      let style = Date.ISO8601FormatStyle().year().month().day()
      // 30 February is no date.
      guard let date = try? style.parse(text), date.formatted(style) == text else { return nil }
      return date
    }
    return try? Date.ISO8601FormatStyle().parse(text)
  }
}

/// What is to be put in the place of what a key has; nil stays.
struct KeyChange: Sendable {
  /// What can be taken away.
  enum Part: String, CaseIterable, ExpressibleByArgument {
    case note, models, surfaces, ips, limits, retries, timeout, expires
  }

  var note: String?
  var models: [String]?
  var surfaces: [SurfaceSelection]?
  var addresses: [NetworkRange]?
  var limits: [KeyLimit]?
  var retries: Int?
  var timeout: Duration?
  var expiresAt: WallTime?
  private var cleared: Set<Part> = []

  mutating func clear(_ parts: [Part]) throws(KeyRuleFault) {
    let given: [(part: Part, isGiven: Bool)] = [
      (.note, note != nil), (.models, models != nil), (.surfaces, surfaces != nil), (.ips, addresses != nil),
      (.limits, limits != nil), (.retries, retries != nil), (.timeout, timeout != nil), (.expires, expiresAt != nil),
    ]
    for (part, isGiven) in given where isGiven && parts.contains(part) {
      throw KeyRuleFault("'\(part.rawValue)' is to be set and to be taken away: name one of both")
    }
    cleared = Set(parts)
  }

  func apply(to settings: inout KeySettings) {
    settings.note = cleared.contains(.note) ? nil : note ?? settings.note
    settings.expiresAt = cleared.contains(.expires) ? nil : expiresAt ?? settings.expiresAt
    settings.rules.models = cleared.contains(.models) ? [] : models ?? settings.rules.models
    settings.rules.surfaces = cleared.contains(.surfaces) ? [] : surfaces ?? settings.rules.surfaces
    settings.rules.addresses = cleared.contains(.ips) ? [] : addresses ?? settings.rules.addresses
    settings.rules.limits = cleared.contains(.limits) ? [] : limits ?? settings.rules.limits
    settings.rules.retries = cleared.contains(.retries) ? nil : retries ?? settings.rules.retries
    settings.rules.timeout = cleared.contains(.timeout) ? nil : timeout ?? settings.rules.timeout
  }
}
