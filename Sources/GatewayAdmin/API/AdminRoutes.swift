/// Some of the routes below `/api/v1`. Each carries its description, which says who may: nothing else keeps strangers away.
package protocol AdminRoutes: Sendable {
  /// - Parameter group: `/api/v1`.
  func add(to group: inout AdminRouteList)
  /// Works ahead, so that answers come at once; runs until it is cancelled, or has nothing to do.
  func keepReady() async
}

extension AdminRoutes {
  package func keepReady() async {}
}
