import Foundation
import GatewayCore

/// `conversations:`, and where it is switched on.
struct ConversationCompiler {
  // Longer than any expression that a person has written by hand.
  private static let longestPattern = 1000

  let compilation: Compilation
  let root: Setting
  private var log: ProblemLog { compilation.log }

  init(_ compilation: Compilation, root: Setting) {
    self.compilation = compilation
    self.root = root
  }

  func settings() -> ConversationSettings {
    var settings = ConversationSettings()
    let switches = ["consumers", "teams", "organisations"].flatMap { root[$0]?.entries ?? [] }
      .compactMap { $0.setting["conversations"] }
    let on = switches.filter { $0.flag == true }
    settings.isOn = !on.isEmpty
    for setting in on { guard checkKey(setting) else { break } }
    guard let setting = root["conversations"], !setting.isInvalid else { return settings }
    setting.set("retention", &settings.retention)
    settings.maximum = setting["maximum"]?.integer ?? settings.maximum
    if let mask = setting["mask"] { settings.mask = mask.items.compactMap(rule) }
    if switches.isEmpty, !log.hasErrors {
      log.warning(
        "no conversation is kept: nobody has it switched on", atKeyOf: setting,
        advice: "write conversations: true at a consumer, a team or an organisation")
    }
    return settings
  }

  private func rule(_ setting: Setting) -> MaskRule? {
    if let name = setting.text {
      if let rule = MaskRule.named.first(where: { $0.name == name })?.rule { return rule }
      log.error(
        "'\(name.shortened)' is no rule for masks", at: setting,
        advice: NameSuggestion.advice(for: name, among: MaskRule.named.map(\.name), what: "rules are"))
      return nil
    }
    guard let pattern = setting["pattern"], let text = pattern.text else { return nil }
    guard let fault = Self.fault(text) else {
      return .pattern(text, replacement: setting["replace"]?.text ?? MaskRule.replacement)
    }
    log.error(fault.message, at: pattern, advice: fault.advice)
    return nil
  }

  private static func fault(_ pattern: String) -> (message: String, advice: String)? {
    guard pattern.utf8.count <= longestPattern else {
      return ("the expression has more than \(longestPattern) bytes", "write several shorter ones")
    }
    guard let expression = try? NSRegularExpression(pattern: pattern) else {
      return ("'\(pattern.shortened)' is no regular expression", "write one of ICU's, such as ORD-[0-9]{8}")
    }
    if expression.firstMatch(in: "", range: NSRange(location: 0, length: 0)) != nil {
      return ("'\(pattern.shortened)' matches nothing at all, and so everywhere", "write what must at least be there")
    }
    return nil
  }

  /// - Parameter setting: one that is switched on.
  /// - Returns: whether there is a key for it; else that is noted.
  private func checkKey(_ setting: Setting) -> Bool {
    // As for secrets: what the file switches on needs a key that the file names.
    let own = setting.position.origin == .database ? compilation.context.ownMasterKey : nil
    guard let masterKey = compilation.masterKey ?? own else {
      if !compilation.isMasterKeyWrong {
        log.error(
          "conversations are kept sealed, and no key is there to seal them with", at: setting,
          advice: "name one in storage.masterKey; make one with `sluice secrets generate-key`")
      }
      return false
    }
    // Nothing is said of it before the database is open.
    guard let open = compilation.context.openSecret else { return true }
    guard case .unreadable(let reason) = open(ConversationSettings.keyName, masterKey) else { return true }
    log.error("the key that conversations are sealed with cannot be opened: \(reason)", at: setting)
    return false
  }
}
