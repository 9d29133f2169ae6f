import GatewayCore
import GatewayStorage
import HTTPTypes
import Hummingbird

/// `/config`: the running configuration. `POST /config/reload`: reads the file again.
struct ConfigurationRoutes {
  let backend: any AdminBackend
  /// nil: there is no audit trail.
  let access: AdminAccess?

  private struct Accepted: Encodable {
    let revision: Int
    let needsRestart: [String]
  }

  func add(to router: Router<AdminContext>) {
    router.get("/config") { [backend] _, context in
      try context.requireEverything(.read)
      return AdminJSON.response(.ok, bytes: backend.configurationJSON())
    }
    router.post("/config/reload") { [backend, access] _, context in
      try context.requireEverything(.write)
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
