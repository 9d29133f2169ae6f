import GatewayCore
import Hummingbird

/// `/health` below `/api/v1`: which targets and provider keys are set aside.
package struct HealthStateRoutes: AdminRoutes {
  private let gateway: any RunningGateway

  package init(gateway: any RunningGateway) { self.gateway = gateway }

  package func add(to group: inout AdminRouteList) {
    group.get(
      "health",
      AdminOperation(
        "listHealth", "Targets and provider keys: whether they rest after failures.", .permittedForAll(.read),
        answers: [.json(Page<HealthState>.self, "All that rest, and of the others a bounded number.")])
    ) { [gateway] _, _ in
      try AdminJSON.response(.ok, Page(gateway.health))
    }
  }
}
