/// A wait of a test that did not come true in time, or a peer that did not behave as the test needs.
package struct ScenarioError: Error, CustomStringConvertible {
  package let description: String

  package init(_ description: String) { self.description = description }
}

/// How long a test waits for what must happen: long enough for a busy machine, since only failing tests wait so long.
package let patience: Duration = .seconds(15)

/// Waits until `condition` holds.
/// - Throws: `ScenarioError` naming `what` when it does not within `limit`.
package func eventually(
  _ what: @autoclosure () -> String, within limit: Duration = patience, _ condition: () async throws -> Bool
) async throws {
  let clock = ContinuousClock()
  let deadline = clock.now + limit
  while true {
    if try await condition() { return }
    guard clock.now < deadline else { throw ScenarioError("waited \(limit) in vain: \(what())") }
    try await Task.sleep(for: .milliseconds(3))
  }
}

/// Waits until `value` is no longer `nil`.
package func eventually<Value>(
  _ what: @autoclosure () -> String, within limit: Duration = patience, value: () async throws -> Value?
) async throws -> Value {
  var found: Value?
  try await eventually(what(), within: limit) {
    found = try await value()
    return found != nil
  }
  guard let found else { throw ScenarioError(what()) }
  return found
}

/// Waits until `value` has stayed the same for `pause`, and returns it.
package func settled<Value: Equatable>(
  _ what: @autoclosure () -> String, for pause: Duration = .milliseconds(400), within limit: Duration = patience,
  value: () async throws -> Value
) async throws -> Value {
  let clock = ContinuousClock()
  var last = try await value()
  var since = clock.now
  try await eventually("\(what()) settles", within: limit) {
    let current = try await value()
    if current != last {
      last = current
      since = clock.now
    }
    return clock.now - since >= pause
  }
  return last
}
