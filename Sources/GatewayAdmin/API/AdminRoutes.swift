/// Some of the routes below `/api/v1`. Each carries its description, which says who may: nothing else keeps strangers away.
package protocol AdminRoutes: Sendable {
  /// - Parameter group: `/api/v1`.
  func add(to group: inout AdminRouteList)
}
