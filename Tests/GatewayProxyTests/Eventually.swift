/// What a test has waited for in vain.
struct WaitedInVain: Error, CustomStringConvertible {
  let description: String
}

/// Waits until `condition` holds; throws when it does not within 10 s.
func eventually(_ what: String, _ condition: () throws -> Bool) async throws {
  let clock = ContinuousClock()
  let deadline = clock.now + .seconds(10)
  while try !condition() {
    guard clock.now < deadline else { throw WaitedInVain(description: what) }
    try await Task.sleep(for: .milliseconds(2))
  }
}
