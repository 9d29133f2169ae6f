import GatewayCore
import GatewayDialects
import GatewayPolicies
import NIOCore

/// Phases 2 and 5 for one call of a model: the request is read, admitted, and its targets are put in order.
final class ModelCall {
  let surface: Surface
  let lens: RequestLens
  let targets: [PlannedTarget]
  let deadline: Instant?
  let modelName: String

  init(exchange: Exchange, surface: Surface) throws(GatewayError) {
    self.surface = surface
    let scanned: Result<RequestLens, RequestFault> = exchange.body.withUnsafeReadableBytes { bytes in
      do throws(RequestFault) {
        let lens = try RequestLens.scan(bytes)
        try lens.check(for: surface)
        return .success(lens)
      } catch {
        return .failure(error)
      }
    }
    switch scanned {
    case .failure(let fault): throw fault.gatewayError
    case .success(let lens): self.lens = lens
    }
    modelName = lens.model
    exchange.record.model = lens.model
    exchange.record.isStream = lens.stream
    let route = try Admit.route(
      for: lens.model, surface: surface, consumer: exchange.consumer ?? Identify.anonymous, in: exchange.snapshot)
    exchange.record.route = route.name
    targets = try RouteTargets.plan(route, surface: surface, random: exchange.loop.random.next()) { key in
      switch key {
      case .header(let name): exchange.fieldValue(named: name).map { String(buffer: $0) }
      case .consumer: exchange.consumer?.name
      }
    }
    let limit = targets.compactMap(\.timeouts.deadline).min()
    deadline = limit.map { exchange.record.startedAt + $0 }
  }

  /// - Parameter seed: random; decides the first key and the jitter of waits.
  func plan(seed: UInt64) -> AttemptPlan {
    AttemptPlan(model: modelName, targets: targets, deadline: deadline, seed: seed)
  }

  /// Streams ask for usage, which the client sees only if it asked too.
  var clientWantsUsage: Bool { lens.includeUsage ?? false }
}
