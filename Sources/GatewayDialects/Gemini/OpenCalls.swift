/// Calls that wait for their result, found by their id, or by their name in the order in which they were made.
struct OpenCalls {
  struct Call {
    let id: RawText
    let name: RawText
    /// The caller gave none.
    let hasMadeID: Bool
  }

  /// nil: it has its result.
  private var calls: [Call?] = []
  private var byID: [RawText: ArraySlice<Int>] = [:]
  private var byName: [RawText: ArraySlice<Int>] = [:]
  /// Those whose id was made here.
  private var unnamed: [RawText: ArraySlice<Int>] = [:]

  mutating func append(_ call: Call) {
    byID[call.id, default: []].append(calls.count)
    byName[call.name, default: []].append(calls.count)
    if call.hasMadeID { unnamed[call.name, default: []].append(calls.count) }
    calls.append(call)
  }

  /// The call that a result is of.
  ///
  /// - Parameter id: as the result gives it; nil: it gives none.
  mutating func take(id: RawText?, name: RawText) -> Call? {
    if let id {
      if let call = take(from: \.byID, id) { return call }
      return take(from: \.unnamed, name)
    }
    return take(from: \.byName, name)
  }

  /// The oldest of a list that still waits.
  private mutating func take(
    from list: WritableKeyPath<Self, [RawText: ArraySlice<Int>]>, _ key: RawText
  ) -> Call? {
    while let index = self[keyPath: list][key]?.popFirst() {
      guard let call = calls[index] else { continue }
      calls[index] = nil
      return call
    }
    return nil
  }
}
