package import Hummingbird

/// Some of the routes below `/api/v1`. Each of them asks `context.require(…)` first: nothing else keeps strangers away.
package protocol AdminRoutes: Sendable {
  /// - Parameter group: `/api/v1`.
  func add(to group: RouterGroup<AdminContext>)
}
