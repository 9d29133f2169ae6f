/// Calls that are counted together in the recent past. Absent members are empty.
package struct TrafficGroup: Hashable, Sendable {
  package var team: String
  package var consumer: String
  /// The configured model or pattern.
  package var route: String

  package init(team: String, consumer: String, route: String) {
    self.team = team
    self.consumer = consumer
    self.route = route
  }
}
