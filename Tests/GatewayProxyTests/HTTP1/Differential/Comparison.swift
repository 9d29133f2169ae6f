import GatewayProxy

/// Compares what the gateway and NIOHTTP1 understand of the same bytes.
enum Comparison {
  /// Says where the two differ in a way that is not written down; nil if they agree.
  ///
  /// What the gateway accepts, NIOHTTP1 must accept with the same meaning, or a rule of `WiderThanNIO` says why not. What
  /// the gateway refuses, NIOHTTP1 must refuse too, or the fault is one of `StricterThanNIO`.
  static func disagreement(_ bytes: [UInt8], _ direction: Direction) -> String? {
    let ours = GatewayReader.read(bytes, direction)
    guard ours.messages.count < NIOReader.maximumResponses else { return nil }
    if ours.informational.contains(where: WiderThanNIO.endsComparison(afterInformational:)) { return nil }
    let theirs = NIOReader.read(bytes, direction)
    for (index, message) in ours.messages.enumerated() {
      guard index < theirs.messages.count else {
        return self.explainRefusal(of: message, by: theirs, isComplete: true)
      }
      if let difference = self.difference(message, theirs.messages[index]) { return difference }
      if WiderThanNIO.endsComparison(after: message.head, theirs.messages[index].head) { return nil }
    }
    if let unfinished = ours.unfinished {
      guard theirs.messages.count == ours.messages.count, let other = theirs.unfinished else {
        if theirs.messages.count == ours.messages.count || ours.fault == nil {
          return self.explainRefusal(of: unfinished, by: theirs, isComplete: false)
        }
        return self.explainFault(ours, theirs)
      }
      if let difference = self.difference(Message(head: unfinished.head), Message(head: other.head)) {
        return difference
      }
    } else if ours.ending == .wantsMore, theirs.headCount > ours.headCount {
      return "the gateway waits for the rest of a head that NIOHTTP1 has accepted"
    }
    return self.explainFault(ours, theirs)
  }

  private static func difference(_ ours: Message, _ theirs: Message) -> String? {
    if ours == theirs { return nil }
    if ours.body == theirs.body, WiderThanNIO.understandsDifferently(ours.head, theirs.head) { return nil }
    return "understood differently:\n  gateway:  \(ours)\n  NIOHTTP1: \(theirs)"
  }

  private static func explainRefusal(of message: Message, by theirs: Reading, isComplete: Bool) -> String? {
    if WiderThanNIO.refuses(message.head) { return nil }
    let kind = isComplete ? "message" : "head"
    return "the gateway accepts a \(kind) that NIOHTTP1 does not: \(message)\n  NIOHTTP1: \(theirs)"
  }

  private static func explainFault(_ ours: Reading, _ theirs: Reading) -> String? {
    guard let fault = ours.fault, !StricterThanNIO.faults.contains(fault) else { return nil }
    // That NIOHTTP1 still waits for the end of a head is no acceptance.
    let isUndecided = theirs.ending == .wantsMore && ours.unfinished != nil
    if !isUndecided, theirs.headCount <= ours.headCount, theirs.messages.count <= ours.messages.count { return nil }
    return "the gateway refuses with \(fault), NIOHTTP1 understood \(theirs)"
  }
}
