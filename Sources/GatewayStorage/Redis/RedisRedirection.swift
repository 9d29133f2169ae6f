/// A node of a cluster that sends a command elsewhere. It has not carried the command out.
struct RedisRedirection: Hashable {
  /// `true`: the slot is being moved, and only this command goes there, after `ASKING`.
  let isAsk: Bool
  let slot: Int
  let address: RedisAddress

  /// Reads `MOVED 3999 10.0.0.1:6381`. An empty host is that of the node that answered.
  init?(_ error: RedisError, from node: RedisAddress) {
    guard case .refused(let message) = error, message.hasPrefix("MOVED ") || message.hasPrefix("ASK ") else {
      return nil
    }
    let words = message.split(separator: " ")
    guard words.count == 3, let slot = Int(words[1]), (0..<RedisSlot.count).contains(slot) else { return nil }
    guard let colon = words[2].lastIndex(of: ":"), let port = UInt16(words[2][words[2].index(after: colon)...]) else {
      return nil
    }
    let host = words[2][..<colon]
    isAsk = words[0] == "ASK"
    self.slot = slot
    address = RedisAddress(host: host.isEmpty || host == "?" ? node.host : String(host), port: Int(port))
  }
}
