import BenchSupport

/// The bytes of every request; only the numbers behind key and model name change.
struct RequestTemplate {
  private var bytes: [UInt8]
  private let keyOffset: Int?
  private let modelOffset: Int?
  private let keyCount: UInt64
  private let modelCount: UInt64
  /// A linear congruential sequence: the same requests in every run.
  private var seed: UInt64 = 0x2545_F491_4F6C_DD1D

  init(_ options: Options) {
    let number = String(repeating: "#", count: Options.digits)
    let model = options.model + (options.modelCount > 0 ? number : "")
    let key = options.key + (options.keyCount > 0 ? number : "")
    let sentence = "Which three things should a gateway before model providers never do, and why? Answer in short. "
    let question = String(repeating: sentence, count: max(1, options.bodyBytes / sentence.utf8.count - 2))
    let image = options.imageBytes > 0 ? String(repeating: "iVBORw0KGgo", count: options.imageBytes / 11 + 1) : ""
    let content =
      image.isEmpty
      ? "\"\(question)\""
      : #"[{"type":"text","text":"\#(question)"},{"type":"image_url","image_url":{"url":"data:image/png;base64,\#(image)"}}]"#
    let system = #""You are a careful assistant of a company. Answer in the language of the question.""#
    let user = #"{"role":"user","content":\#(content)}"#
    let body: String
    if options.isMessages {
      let stream = options.frames > 0 ? #","stream":true"# : ""
      body = """
        {"model":"\(model)"\(stream),"system":\(system),"messages":[\(user)],"temperature":0.7,"top_p":0.95,\
        "max_tokens":256,"metadata":{"user_id":"user-000001"}}
        """
    } else {
      let stream = options.frames > 0 ? #","stream":true,"stream_options":{"include_usage":true}"# : ""
      body = """
        {"model":"\(model)"\(stream),"messages":[{"role":"system","content":\(system)},\(user)],"temperature":0.7,\
        "top_p":0.95,"max_tokens":256,"user":"user-000001"}
        """
    }
    let head = """
      POST \(options.path) HTTP/1.1\r\nHost: 127.0.0.1:\(options.port)\r\nAuthorization: Bearer \(key)\r\n\
      Content-Type: application/json\r\nAccept: application/json\r\nUser-Agent: bench-load\r\n\
      Content-Length: \(body.utf8.count)\r\n\r\n
      """
    bytes = Array((head + body).utf8)
    keyCount = UInt64(options.keyCount)
    modelCount = UInt64(options.modelCount)
    let places = bytes.withUnsafeBufferPointer { all in
      let length = all.count
      let headLength = head.utf8.count
      let inBody = UnsafeBufferPointer(rebasing: all[headLength..<min(length, headLength + 256)])
      return (
        MessageHead.find("######", in: UnsafeBufferPointer(rebasing: all[..<headLength])),
        MessageHead.find("######", in: inBody).map { $0 + headLength }
      )
    }
    (keyOffset, modelOffset) = places
  }

  /// The bytes of the next request.
  mutating func next<Result>(_ body: (UnsafeBufferPointer<UInt8>) -> Result) -> Result {
    if let keyOffset { write(random(keyCount), at: keyOffset) }
    if let modelOffset { write(random(modelCount), at: modelOffset) }
    return bytes.withUnsafeBufferPointer(body)
  }

  private mutating func write(_ number: UInt64, at offset: Int) {
    bytes.withUnsafeMutableBufferPointer { buffer in
      guard let base = buffer.baseAddress else { return }
      FrameStamp.write(number, digits: Options.digits, to: base + offset)
    }
  }

  private mutating func random(_ limit: UInt64) -> UInt64 {
    seed = seed &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    return (seed >> 33) % limit
  }
}
