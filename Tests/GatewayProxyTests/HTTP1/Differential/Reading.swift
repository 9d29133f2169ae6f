import GatewayProxy

/// One side of a connection: requests, or the responses to requests of one kind.
enum Direction: Equatable, CaseIterable, Sendable {
  case requests
  case responses
  /// Responses to HEAD requests.
  case responsesToHEAD
}

/// What a parser understood of a head. Values are without the whitespace around them.
struct Head: Equatable {
  /// `METHOD TARGET`, or the status code.
  var start = ""
  var isHTTP11 = true
  var keepsAlive = true
  var names: [String] = []
  var values: [String] = []

  /// The value of the first field with this name in lower case.
  func value(of name: String) -> String? {
    zip(self.names, self.values).first { $0.0.lowercased() == name }?.1
  }
}

/// A head and the body that followed it.
struct Message: Equatable {
  var head: Head
  var body: [UInt8] = []
}

/// All that a parser understood of the bytes of a connection.
struct Reading: Equatable {
  enum Ending: Equatable {
    /// All bytes were understood as far as they go.
    case wantsMore
    /// The connection carries no message after the last one.
    case closed
    /// The rest was refused.
    case refused(String)
  }

  /// The messages that are complete, without informational responses.
  var messages: [Message] = []
  /// The informational responses, if the reading is the gateway's.
  var informational: [Head] = []
  /// The message whose head is complete and whose body is not.
  var unfinished: Message?
  var ending = Ending.wantsMore
  /// The fault, if the reading is the gateway's and was refused.
  var fault: HTTPFault?

  /// How many heads were accepted.
  var headCount: Int { self.messages.count + (self.unfinished == nil ? 0 : 1) }
}
