import GatewayCore
import GatewayProviders

/// Vertex AI: a project, a location, and a service account or an express key.
extension ProviderCompiler {
  /// `nil`: it is another kind, or the location is wrong, which has been noted.
  ///
  /// - Parameter project: of the service account.
  func vertexPathStyle(_ preset: ProviderPreset, _ setting: Setting, project: String?) -> Provider.PathStyle? {
    guard preset.kind == "vertex", let location = location(setting) else { return nil }
    if let field = setting["project"] {
      guard let text = field.text else { return nil }
      if text.isEmpty {
        compilation.log.error("the project is empty", at: field, advice: "write its id, e.g. project: acme-models")
      }
      return .vertex(project: text, location: location)
    }
    if let project { return .vertex(project: project, location: location) }
    if setting["serviceAccount"] != nil {
      // A wrong file has been noted already.
      if !compilation.log.hasErrors {
        compilation.log.error(
          "'project' is missing: the service account's file names none", atKeyOf: setting,
          advice: "write its id, e.g. project: acme-models")
      }
    } else if setting["keys"] == nil {
      compilation.log.error(
        "'project' is missing", atKeyOf: setting,
        advice: "write project: ID and serviceAccount: file:PATH, or the keys of an express project")
    } else if let field = setting["location"], location != "global" {
      compilation.log.error(
        "'location' needs 'project'", atKeyOf: field, advice: "name the project, or remove it: express keys are global")
    }
    return .vertexExpress
  }

  /// `global` unless set; `nil` for one that is none, which has been noted.
  func location(_ setting: Setting) -> String? {
    guard let field = setting["location"] else { return "global" }
    guard let text = field.text else { return nil }
    let isLocation =
      (1...32).contains(text.utf8.count)
      && text.utf8.allSatisfy { 0x61...0x7A ~= $0 || 0x30...0x39 ~= $0 || $0 == UInt8(ascii: "-") }
    if !isLocation {
      compilation.log.error("'\(text)' is not a location", at: field, advice: "write it like europe-west4 or global")
    }
    return isLocation ? text : nil
  }
}
