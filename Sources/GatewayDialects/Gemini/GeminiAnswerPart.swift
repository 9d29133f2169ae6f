import GatewayCore

/// One part of an answer.
enum GeminiAnswerPart {
  case text(RawText, signature: RawText?)
  case thought(RawText, signature: RawText?)
  case call(name: RawText, args: RawJSON, id: RawText?, signature: RawText?)
  case whole(CanonicalPart, signature: RawText?)

  init(_ node: JSONNode) throws(AnswerFault) {
    guard node.isObject else { throw AnswerFault("a part that is no object") }
    let signature = node.either("thoughtSignature", "thought_signature")?.text.flatMap { $0.isEmpty ? nil : $0 }
    if let call = node.either("functionCall", "function_call") {
      guard let name = call["name"]?.text else { throw AnswerFault("a call without a name") }
      let args = call["args"]
      guard args?.isObject != false else { throw AnswerFault("a call whose arguments are no object") }
      let id = call["id"]?.text.flatMap { $0.isEmpty ? nil : $0 }
      self = .call(name: name, args: args?.raw ?? .emptyObject, id: id, signature: signature)
    } else if let text = node["text"]?.text {
      self = node["thought"]?.bool == true ? .thought(text, signature: signature) : .text(text, signature: signature)
    } else if let media = Self.media(node) {
      self = .whole(media, signature: signature)
    } else if let member = node.members.first(where: { !$0.name.equals("thoughtSignature") && !$0.value.isNull }) {
      self = .whole(CanonicalPart(.opaque(.gemini, kind: member.name, node.raw)), signature: nil)
    } else {
      self = .text(.empty, signature: signature)
    }
  }

  private static func media(_ node: JSONNode) -> CanonicalPart? {
    do throws(DialectFault) {
      return try GeminiMedia.read(node)
    } catch {
      return nil
    }
  }

  /// Most of Gemini's calls have none. One of a turn must differ from those of other turns, so the answer's own id is in it.
  static func callID(_ number: Int, of choice: Int, answer: RawText?) -> RawText {
    let letters = (answer?.decoded ?? []).filter { byte in
      switch byte {
      case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, UInt8(ascii: "_"), UInt8(ascii: "-"): true
      default: false
      }
    }
    // OpenAI's ids have 40 characters at most.
    let own = letters.isEmpty ? "" : String(decoding: letters.suffix(24), as: UTF8.self) + "_"
    return RawText("call_\(own)\(choice)_\(number)")
  }
}
