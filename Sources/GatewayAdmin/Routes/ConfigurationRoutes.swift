import GatewayCore
import HTTPTypes
import Hummingbird

/// `/config`: the running configuration. `POST /config/reload`: reads the file again.
struct ConfigurationRoutes {
  let backend: any AdminBackend

  private struct Accepted: Encodable {
    let revision: Int
    let needsRestart: [String]
  }

  func add(to router: Router<AdminContext>) {
    router.get("/config") { [backend] _, context in
      try context.requireEverything(.read)
      return AdminJSON.response(.ok, bytes: backend.configurationJSON())
    }
    router.post("/config/reload") { [backend] _, context in
      try context.requireEverything(.write)
      switch await backend.reload() {
      case .accepted(let revision, let needsRestart):
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
