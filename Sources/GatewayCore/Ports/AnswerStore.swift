/// Where answers are kept: the memory of this node, or a server that several nodes share. One belongs to an event loop and is called
/// on it only; one that is safe everywhere may belong to all.
package protocol AnswerStore: AnyObject {
  /// Looks an answer up, if that can be said at once; nil: `find` has to be asked, which waits.
  func findNow(_ key: AnswerKey, now: WallTime) -> Recollection?

  /// Looks an answer up. A store that cannot be asked has none.
  ///
  /// - Parameter then: called once, on the event loop, within the time-out of the store.
  func find(_ key: AnswerKey, now: WallTime, then: @escaping (Recollection) -> Void)

  /// Keeps an answer behind the call that it was made for. Returns at once; nobody learns of a failure but by metrics.
  ///
  /// - Parameter seen: what the look-up before the call has said.
  func keep(_ answer: KeptAnswer, under key: AnswerKey, since seen: AnswerMark, now: WallTime)

  /// The configuration bounds it otherwise.
  func adopt(_ settings: CacheSettings)
}

/// What a store said of a key.
package struct Recollection: Sendable {
  /// nil: there is none.
  package var answer: KeptAnswer?
  package var mark: AnswerMark

  package init(answer: KeptAnswer?, mark: AnswerMark) {
    self.answer = answer
    self.mark = mark
  }
}

/// How often answers had been forgotten when a call began: what is kept with an older mark is not found any more.
package enum AnswerMark: Hashable, Sendable {
  case number(UInt64)
  case text([UInt8])
  /// The store did not answer: nothing is to be kept.
  case unknown
}
