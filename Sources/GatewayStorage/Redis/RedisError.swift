/// Why a command has no answer.
package enum RedisError: Error, Hashable, CustomStringConvertible {
  /// There is no connection, or it broke before the answer. A command that had been written may have been carried out.
  case unreachable(reason: String)
  /// No answer in time. The connection was closed, since later answers could no longer be told apart; the command may
  /// have been carried out.
  case timedOut
  /// The server answered with an error.
  case refused(message: String)
  /// More commands are waiting than the settings allow; this one was not sent.
  case overloaded
  /// What came is not the protocol of Redis.
  case malformed(reason: String)
  /// The setting cannot be used.
  case invalidAddress(reason: String)
  /// The client has been closed.
  case closed

  /// The first word of the server's error, such as `NOSCRIPT`; empty for other cases.
  package var code: Substring { if case .refused(let message) = self { message.prefix { $0 != " " } } else { "" } }

  /// What is wrong with the settings, where that is the reason: waiting does not help.
  package var fault: String? {
    guard case .refused(let message) = self else { return nil }
    switch code {
    case "WRONGPASS": return "the user or the password in storage.shared is wrong"
    case "NOAUTH": return "it wants a password, and storage.shared has none"
    case "NOPERM":
      return "the user in storage.shared may not do what counting needs: EVALSHA, SCRIPT LOAD, SET and its keys"
    case "DENIED": return "it lets in its own machine only (protected mode)"
    case "ERR" where message.contains("invalid password"): return "the password in storage.shared is wrong"
    case "ERR" where message.contains("without any password"):
      return "storage.shared has a password, and this Redis wants none"
    case "ERR" where message.contains("DB index"): return "it has no database of the number in storage.shared"
    default: return nil
    }
  }

  package var description: String {
    switch self {
    case .unreachable(let reason): "Redis cannot be reached: \(reason)"
    case .timedOut: "Redis did not answer in time"
    case .refused(let message): "Redis refused: \(message)"
    case .overloaded: "too many commands are waiting for Redis"
    case .malformed(let reason): "the answer is not the protocol of Redis (\(reason)); check host, port and TLS"
    case .invalidAddress(let reason): "cannot use this address of Redis: \(reason)"
    case .closed: "the connection to Redis has been closed"
    }
  }
}
