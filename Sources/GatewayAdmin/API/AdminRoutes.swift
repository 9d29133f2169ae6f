package import Hummingbird

/// Some of the routes below `/api/v1`. Each of them asks `context.require(…)` first: nothing else keeps strangers away.
package protocol AdminRoutes: Sendable {
  /// - Parameter group: `/api/v1`.
  func add(to group: RouterGroup<AdminContext>)
  /// Works ahead, so that answers come at once; runs until it is cancelled, or has nothing to do.
  func keepReady() async
}

extension AdminRoutes {
  package func keepReady() async {}
}
