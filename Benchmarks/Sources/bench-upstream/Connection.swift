/// One connection of the scripted upstream: what has arrived of a request and what is still to be sent of an answer.
final class Connection {
  enum State {
    /// Waits for a head; `unread` has its beginning.
    case head
    /// The head is here; so many bytes of the body are missing. `kept` has its start.
    case body(missing: Int)
    case stream(script: Script, nextFrame: Int, due: UInt64)
  }

  let descriptor: Int32
  var state = State.head
  /// Whether the request is one of the Messages API; else it is chat.
  var isMessages = false
  /// Bytes that arrived and are not used yet.
  var unread: [UInt8] = []
  /// The start of a body that came in several reads: enough to find `model` and `stream` in it.
  var kept: [UInt8] = []
  /// Bytes that the socket did not take.
  var unsent: [UInt8] = []
  static let keptLimit = 65_536

  init(descriptor: Int32) { self.descriptor = descriptor }
}
