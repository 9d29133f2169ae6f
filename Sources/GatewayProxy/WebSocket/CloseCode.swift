import NIOCore

/// Why a WebSocket connection ends (RFC 6455 §7.4). A code that no name stands for is carried as it is.
struct CloseCode: Hashable {
  let number: UInt16

  static let normal = CloseCode(number: 1000)
  static let goingAway = CloseCode(number: 1001)
  static let protocolError = CloseCode(number: 1002)
  static let unacceptableData = CloseCode(number: 1003)
  /// Never sent: the close frame had no code.
  static let none = CloseCode(number: 1005)
  /// Never sent: the connection ended without a close frame.
  static let abnormal = CloseCode(number: 1006)
  static let invalidText = CloseCode(number: 1007)
  static let policy = CloseCode(number: 1008)
  static let tooLarge = CloseCode(number: 1009)
  static let serverError = CloseCode(number: 1011)

  /// Whether a close frame may carry it (RFC 6455 §7.4, and the registry: 1012 to 1014).
  var isSendable: Bool {
    switch number {
    case 1000...1003, 1007...1014, 3000...4999: true
    default: false
    }
  }

  /// Whether a peer that closes with it has had what it came for.
  var isOrderly: Bool { self == .normal || self == .goingAway || self == .none }
}

/// What a close frame says.
struct CloseNotice {
  let code: CloseCode
  let reason: String

  /// The longest reason, in bytes: a control frame holds 125, the code takes two.
  private static let reasonLimit = 123

  /// A reason that is too long is cut between two characters.
  init(_ code: CloseCode, _ reason: String) {
    self.code = code
    var reason = reason
    while reason.utf8.count > Self.reasonLimit { reason.removeLast() }
    self.reason = reason
  }

  /// - Returns: `nil` when the payload is malformed (RFC 6455 §5.5.1).
  init?(payload: ByteBuffer) {
    var payload = payload
    if payload.readableBytes == 0 {
      self.init(.none, "")
      return
    }
    guard let number: UInt16 = payload.readInteger(), CloseCode(number: number).isSendable,
      let reason = String(validating: payload.readableBytesView, as: UTF8.self)
    else { return nil }
    self.init(CloseCode(number: number), reason)
  }

  /// The payload of the frame; empty for a code that is never sent.
  var payload: ByteBuffer {
    var payload = ByteBuffer()
    guard code.isSendable else { return payload }
    payload.writeInteger(code.number)
    payload.writeString(reason)
    return payload
  }
}
