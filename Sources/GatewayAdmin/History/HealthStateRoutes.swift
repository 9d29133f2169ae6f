import GatewayCore
package import Hummingbird

/// `/health` below `/api/v1`: which targets and provider keys are set aside.
package struct HealthStateRoutes: AdminRoutes {
  private let gateway: any RunningGateway

  package init(gateway: any RunningGateway) { self.gateway = gateway }

  package func add(to group: RouterGroup<AdminContext>) {
    group.get("health") { [gateway] request, context in
      try context.requireEverything(.read)
      _ = try AdminQuery(request)
      return try AdminJSON.response(.ok, Page(gateway.health))
    }
  }
}
