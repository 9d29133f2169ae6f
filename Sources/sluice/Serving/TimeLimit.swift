/// Waits for `work` no longer than `limit`, then cancels it. An HTTP client's own deadline ends where the body of the answer begins.
///
/// - Returns: nil: it took longer.
func within<Answer: Sendable>(
  _ limit: Duration, _ work: @escaping @Sendable () async -> Answer
) async -> Answer? {
  await withTaskGroup(of: Answer?.self) { group in
    group.addTask { await work() }
    group.addTask {
      try? await Task.sleep(for: limit)
      return nil
    }
    defer { group.cancelAll() }
    return await group.next() ?? nil
  }
}
