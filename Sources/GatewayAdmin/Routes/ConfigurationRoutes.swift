import GatewayCore
import GatewayStorage
import HTTPTypes
import Hummingbird

/// `/config`: the running configuration. `POST /config/reload`: reads the file again.
struct ConfigurationRoutes {
  let backend: any AdminBackend
  /// nil: there is no audit trail.
  let access: AdminAccess?

  private struct Accepted: Codable {
    let revision: Int
    let needsRestart: [String]
  }

  func add(to group: inout AdminRouteList) {
    group.get(
      "config",
      AdminOperation(
        "getConfig", "The running configuration, secrets hidden.", .permittedForAll(.read),
        answers: [OperationAnswer(200, "As it runs.", content: [("application/json", { _ in .typed("object") })])],
        refusals: .envelope)
    ) { [backend] _, _ in
      return AdminJSON.response(.ok, bytes: backend.configurationJSON())
    }
    group.post(
      "config/reload",
      AdminOperation(
        "reloadConfig", "Reads the file again.", .permittedForAll(.write),
        answers: [.json(Accepted.self, "It has taken effect.")], refused: [422], refusals: .envelope)
    ) { [backend, access] _, context in
      switch await backend.reload() {
      case .accepted(let revision, let needsRestart):
        if let access {
          let entry = AuditEntry("configuration.reload", detail: "{\"runs\":\(revision)}")
          try await access.store.audit(entry, by: context.author, now: access.now)
        }
        return try AdminJSON.response(.ok, Accepted(revision: revision, needsRestart: needsRestart))
      case .refused(let problems):
        throw AdminRefusal(
          .unprocessableContent, code: "configuration_refused",
          "the configuration has \(problems.count == 1 ? "a problem" : "\(problems.count) problems"); "
            + "the running one stays",
          problems: problems)
      }
    }
  }
}
