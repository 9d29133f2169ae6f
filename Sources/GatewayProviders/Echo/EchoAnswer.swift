package import GatewayCore
import GatewayDialects

/// What the built-in model answers: the last text of the request, word by word, in the OpenAI dialect and with usage.
package struct EchoAnswer {
  /// What is echoed of a long text.
  private static let textLimit = 16 << 10
  /// Numbers of an embedding vector.
  private static let dimensions = 64

  private let surface: Surface
  private let model: String
  private let text: String
  private let inputTokens: Int
  private let created: Int

  /// - Parameters:
  ///   - request: a body that `RequestLens` has accepted.
  ///   - inputTokens: the estimate of its length.
  ///   - created: now, in seconds since 1970.
  package init(surface: Surface, model: String, request: UnsafeRawBufferPointer, inputTokens: Int, created: Int) {
    self.surface = surface
    self.model = model
    self.inputTokens = inputTokens
    self.created = created
    text = Self.lastText(of: request)
  }

  /// The whole answer.
  package var body: [UInt8] {
    switch surface {
    case .embeddings: embedding
    case .completions:
      json(object: "text_completion", choice: "\"text\":\(quoted(text)),\"logprobs\":null", finish: true)
    default:
      json(
        object: "chat.completion",
        choice: "\"message\":{\"role\":\"assistant\",\"content\":\(quoted(text)),\"refusal\":null},\"logprobs\":null",
        finish: true)
    }
  }

  /// The streamed answer: one event an element, usage and `[DONE]` at the end.
  package var frames: [[UInt8]] {
    let isChat = surface != .completions
    let object = isChat ? "chat.completion.chunk" : "text_completion"
    var frames: [[UInt8]] = []
    if isChat { frames.append(event(chunk(object, "\"delta\":{\"role\":\"assistant\",\"content\":\"\"}", nil))) }
    for word in words {
      let choice = isChat ? "\"delta\":{\"content\":\(quoted(word))}" : "\"text\":\(quoted(word))"
      frames.append(event(chunk(object, choice, nil)))
    }
    frames.append(event(chunk(object, isChat ? "\"delta\":{}" : "\"text\":\"\"", "stop")))
    frames.append(
      event(
        "{\"id\":\"\(id)\",\"object\":\"\(object)\",\"created\":\(created),\"model\":\(quoted(model)),\"choices\":[],\(usage)}"
      ))
    frames.append(Array("data: [DONE]\n\n".utf8))
    return frames
  }

  private var id: String { surface != .completions ? "chatcmpl-echo" : "cmpl-echo" }

  private var words: [String] {
    var words: [String] = []
    var word = ""
    for character in text {
      word.append(character)
      if character.isWhitespace {
        words.append(word)
        word = ""
      }
    }
    if !word.isEmpty { words.append(word) }
    return words
  }

  private var outputTokens: Int {
    let ascii = text.utf8.reduce(0) { $0 + ($1 < 0x80 ? 1 : 0) }
    return TokenEstimator.tokens(TextCount(ascii: ascii, other: text.utf8.count - ascii))
  }

  private var usage: String {
    let output = surface == .embeddings ? 0 : outputTokens
    return
      "\"usage\":{\"prompt_tokens\":\(inputTokens),\"completion_tokens\":\(output),\"total_tokens\":\(inputTokens + output)}"
  }

  private func json(object: String, choice: String, finish: Bool) -> [UInt8] {
    Array(
      ("{\"id\":\"\(id)\",\"object\":\"\(object)\",\"created\":\(created),\"model\":\(quoted(model)),"
        + "\"choices\":[{\"index\":0,\(choice),\"finish_reason\":\"stop\"}],\(usage)}").utf8)
  }

  private func chunk(_ object: String, _ choice: String, _ finish: String?) -> String {
    "{\"id\":\"\(id)\",\"object\":\"\(object)\",\"created\":\(created),\"model\":\(quoted(model)),"
      + "\"choices\":[{\"index\":0,\(choice),\"finish_reason\":\(finish.map { "\"\($0)\"" } ?? "null")}]}"
  }

  private func event(_ json: String) -> [UInt8] { Array("data: \(json)\n\n".utf8) }

  /// A unit vector that only the text decides.
  private var embedding: [UInt8] {
    var random = RandomSequence(seed: text.utf8.reduce(0xCBF2_9CE4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 })
    let numbers = (0..<Self.dimensions).map { _ in Double.random(in: -1...1, using: &random) }
    let length = numbers.reduce(0) { $0 + $1 * $1 }.squareRoot()
    let vector = numbers.map { "\($0 / length)" }.joined(separator: ",")
    return Array(
      ("{\"object\":\"list\",\"model\":\(quoted(model)),\"data\":[{\"object\":\"embedding\",\"index\":0,"
        + "\"embedding\":[\(vector)]}],\(usage)}").utf8)
  }

  private func quoted(_ text: String) -> String {
    var bytes: [UInt8] = []
    JSONText.escape(into: &bytes, text)
    return "\"\(String(decoding: bytes, as: UTF8.self))\""
  }

  /// The last string called `content`, `text`, `prompt` or `input` of the request, or within them.
  private static func lastText(of request: UnsafeRawBufferPointer) -> String {
    var cursor = JSONCursor(request)
    var last: JSONString?
    do throws(JSONFault) {
      try visit(&cursor, isText: false, &last)
    } catch {
      return ""
    }
    guard let last else { return "" }
    return String(last.value(in: request).prefix(textLimit))
  }

  private static func visit(_ cursor: inout JSONCursor, isText: Bool, _ last: inout JSONString?) throws(JSONFault) {
    switch cursor.byte {
    case UInt8(ascii: "{"):
      var more = try cursor.enterObject()
      while more {
        let name = try cursor.readName()
        let names: [String] = ["content", "text", "prompt", "input", "messages"]
        let isText = names.contains { name.equals($0, in: cursor.bytes) }
        if isText { try visit(&cursor, isText: true, &last) } else { try cursor.skipValue() }
        more = try cursor.nextMember()
      }
    case UInt8(ascii: "["):
      var more = try cursor.enterArray()
      while more {
        try visit(&cursor, isText: isText, &last)
        more = try cursor.nextElement()
      }
    case UInt8(ascii: "\""):
      let string = try cursor.readString()
      if isText { last = string }
    default: try cursor.skipValue()
    }
  }
}
