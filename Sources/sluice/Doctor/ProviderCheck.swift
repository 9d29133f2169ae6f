import Foundation
import GatewayAdmin
import GatewayConfiguration
import GatewayCore

/// Asks each provider, with each of its keys, for its models.
enum ProviderCheck {
  private static let area = "providers"
  // Signatures of requests and tokens stop to work after a few minutes.
  private static let skew = 60.0
  private static let atOnce = 8
  // Of one provider.
  private static let mostUnknown = 5

  private struct Look: Sendable {
    var findings: [DoctorFinding] = []
    /// Seconds by which this machine is ahead of the provider.
    var ahead: Double?
  }

  static func findings(of providers: [Provider], routes: [ModelRoute]) async -> [DoctorFinding] {
    let models = models(of: routes)
    let looks = await withTaskGroup(of: (Int, Look).self) { group in
      var looks: [Int: Look] = [:]
      for (place, provider) in providers.enumerated() {
        if place >= atOnce, let (done, look) = await group.next() { looks[done] = look }
        group.addTask { (place, await look(at: provider, models: models[provider.name] ?? [])) }
      }
      for await (place, look) in group { looks[place] = look }
      return looks.sorted { $0.key < $1.key }.map(\.value)
    }
    return looks.flatMap(\.findings) + clock(looks.compactMap(\.ahead))
  }

  /// What targets name, by provider.
  private static func models(of routes: [ModelRoute]) -> [String: Set<String>] {
    var models: [String: Set<String>] = [:]
    for route in routes {
      for case .target(let target) in route.arms.flatMap(\.steps) {
        if let model = target.upstreamModel { models[target.provider.name, default: []].insert(model) }
      }
    }
    return models
  }

  private static func look(at provider: Provider, models: Set<String>) async -> Look {
    guard provider.pathStyle != .builtInEcho else { return Look() }
    var look = Look()
    var listed: [String]?
    for credential in provider.credentials.isEmpty ? [nil] : provider.credentials.map(Optional.some) {
      let who = credential.map(\.label) ?? provider.name
      let clock = ContinuousClock()
      let began = clock.now
      let answer = await ModelDiscovery.listing(of: provider, as: credential)
      let milliseconds = Int((clock.now - began).inSeconds * 1000)
      switch answer {
      case .success(let listing):
        listed = listing.models
        look.ahead = listing.date.map { Date().timeIntervalSince($0) } ?? look.ahead
        look.findings.append(
          DoctorFinding(.ok, area, "\(who): answers after \(milliseconds) ms, \(listing.models.count) models"))
      case .failure(let fault) where fault.kind == .notAsked:
        look.findings.append(
          DoctorFinding(
            .note, area, "\(who): has no list of models, so address and key are not tried",
            advice: "call one of its models: `sluice explain` tells the way, the console's playground calls"))
        return look
      case .failure(let fault):
        look.findings.append(DoctorFinding(.error, area, "\(who): \(fault.sentence)", advice: fault.advice))
        // Other keys go the same way.
        if case .status = fault.kind { continue }
        return look
      }
    }
    if let listed { look.findings += unknown(models, at: provider, listed: listed) }
    return look
  }

  /// Some list not all that they have, so this is no error.
  private static func unknown(_ models: Set<String>, at provider: Provider, listed: [String]) -> [DoctorFinding] {
    guard !listed.isEmpty else { return [] }
    let known = Set(listed.flatMap { [$0, String($0.split(separator: "/").last ?? "")] })
    return models.subtracting(known).sorted().prefix(mostUnknown).map { model in
      DoctorFinding(
        .warning, area, "\(provider.name): does not list '\(model)', which a target names",
        advice: "if calls get 404, check the name; it lists \(listed.prefix(5).joined(separator: ", "))"
          + (listed.count > 5 ? " …" : ""))
    }
  }

  private static func clock(_ ahead: [Double]) -> [DoctorFinding] {
    // Providers' clocks are right; if one is not, the others show it.
    guard !ahead.isEmpty else { return [] }
    let middle = ahead.sorted()[ahead.count / 2]
    guard abs(middle) > skew else { return [DoctorFinding(.ok, "clock", "agrees with that of providers")] }
    return [
      DoctorFinding(
        .error, "clock",
        "this machine's clock is \(Int(abs(middle))) s \(middle > 0 ? "ahead of" : "behind") that of providers",
        advice: "signed requests, tokens and certificates fail: let it follow NTP (`timedatectl`, chrony)")
    ]
  }
}
