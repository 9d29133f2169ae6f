package import GatewayCore

/// Phase 2: may they, now? So far: which models a consumer may name. Every refusal says what would be allowed.
package enum Admit {
  /// The route of the model that a request names.
  package static func route(
    for model: String, surface: Surface, consumer: Consumer, in snapshot: GatewaySnapshot
  ) throws(GatewayError) -> ModelRoute {
    let route = snapshot.models.route(for: model)
    guard let route else { throw unknown(model, consumer: consumer, in: snapshot) }
    guard consumer.mayUse(model) else { throw forbidden(model, consumer: consumer) }
    guard route.type == surface.modelType else {
      throw GatewayError(
        .modelTypeMismatch,
        "'\(model)' is a model of type \(route.type.rawValue); \(surface.path) needs one of type \(surface.modelType.rawValue)",
        parameter: "model")
    }
    return route
  }

  /// The models that `GET /v1/models` lists for a consumer: exact names that it may use.
  package static func visibleModels(for consumer: Consumer, in snapshot: GatewaySnapshot) -> [String] {
    snapshot.models.names.filter { consumer.mayUse($0) }
  }

  /// `owned_by`: the provider of the first target.
  package static func owner(of model: String, in snapshot: GatewaySnapshot) -> String {
    func first(_ route: ModelRoute) -> String? {
      switch route.arms.first?.steps.first {
      case .target(let target): target.provider.name
      case .model(let inner): first(inner)
      case nil: nil
      }
    }
    return snapshot.models.route(for: model).flatMap(first) ?? "sluice"
  }

  /// Whether `GET /v1/models/{id}` shows a model.
  package static func describe(
    _ model: String, consumer: Consumer, in snapshot: GatewaySnapshot
  ) throws(GatewayError) {
    guard snapshot.models.route(for: model) != nil else { throw unknown(model, consumer: consumer, in: snapshot) }
    guard consumer.mayUse(model) else { throw forbidden(model, consumer: consumer) }
  }

  private static func forbidden(_ model: String, consumer: Consumer) -> GatewayError {
    GatewayError(.modelNotAllowed, "consumer '\(consumer.name)' may not use the model '\(model)'", parameter: "model")
  }

  private static func unknown(
    _ model: String, consumer: Consumer, in snapshot: GatewaySnapshot
  ) -> GatewayError {
    let near = snapshot.models.nearest(to: model, among: consumer.mayUse)
    let advice =
      near.isEmpty
      ? "GET /v1/models lists the models of this key"
      : "did you mean \(near.map { "'\($0)'" }.joined(separator: ", "))?"
    return GatewayError(.modelNotFound, "the model '\(model)' does not exist; \(advice)", parameter: "model")
  }
}
