/// The command line of `bench-load`.
struct Options {
  var port: UInt16 = 0
  var path = "/v1/chat/completions"
  var connections = 64
  /// The load ends when so many requests are answered, or …
  var requests = Int.max
  /// … when so many seconds have passed.
  var seconds = Double.infinity
  /// Written as it is, or with a number of `modelDigits` digits below `modelCount` behind it.
  var model = "plain"
  var modelCount = 0
  var key = "sk-bench"
  var keyCount = 0
  /// Content frames that each stream must bring; 0 asks for plain answers.
  var frames = 0
  /// Streams start evenly over this time, so that their frames do not come in bursts.
  var rampSeconds = 0.0
  /// Size of the base64 image in the request; 0 sends text only.
  var imageBytes = 0
  /// The least size of a request's body; its text is made as long as that needs.
  var bodyBytes = 0
  static let digits = 6

  struct Mistake: Error, CustomStringConvertible { let description: String }

  static let usage = """
    usage: bench-load --port N [--connections 64] [--requests N] [--seconds S] [--path /v1/chat/completions]
                      [--model plain] [--model-count N] [--key sk-bench] [--key-count N]
                      [--frames N] [--ramp S] [--image-bytes N] [--body-bytes N]
    A path that ends in /messages gets Anthropic's form of the request.
    """

  init(_ arguments: [String]) throws(Mistake) {
    var rest = arguments[...]
    while let name = rest.popFirst() {
      guard let value = rest.popFirst() else { throw Mistake(description: "\(name) needs a value\n\(Self.usage)") }
      switch name {
      case "--path": path = value
      case "--model": model = value
      case "--key": key = value
      case "--port": port = try Self.parse(value, of: name)
      case "--connections": connections = try Self.parse(value, of: name)
      case "--requests": requests = try Self.parse(value, of: name)
      case "--seconds": seconds = try Self.parse(value, of: name)
      case "--model-count": modelCount = try Self.parse(value, of: name)
      case "--key-count": keyCount = try Self.parse(value, of: name)
      case "--frames": frames = try Self.parse(value, of: name)
      case "--ramp": rampSeconds = try Self.parse(value, of: name)
      case "--image-bytes": imageBytes = try Self.parse(value, of: name)
      case "--body-bytes": bodyBytes = try Self.parse(value, of: name)
      default: throw Mistake(description: "unknown option \(name)\n\(Self.usage)")
      }
    }
    guard port != 0, requests != .max || seconds.isFinite else {
      throw Mistake(description: "--port and one of --requests and --seconds are needed\n\(Self.usage)")
    }
  }

  /// Whether requests and answers are those of Anthropic's Messages.
  var isMessages: Bool { path.hasSuffix("/messages") }

  private static func parse<Value: LosslessStringConvertible>(
    _ text: String, of name: String
  ) throws(Mistake) -> Value {
    guard let value = Value(text) else { throw Mistake(description: "\(name): '\(text)' is not a number") }
    return value
  }
}
