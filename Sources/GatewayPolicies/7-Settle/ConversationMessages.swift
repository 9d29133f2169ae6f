import GatewayCore
package import GatewayDialects

/// The messages of a kept conversation as OpenAI's chat has them, whatever the caller spoke.
package struct ConversationMessages: Sendable {
  /// A JSON array; the last message is the answer, where there was one.
  package let messages: RawJSON
  /// What the model could call; nil: nothing.
  package let tools: RawJSON?

  /// What of a conversation cannot be read: a sentence.
  package struct Unreadable: Error, CustomStringConvertible {
    package let description: String
  }

  /// - Parameter document: what `ConversationDocument` has written.
  package init(_ document: JSONNode) throws(Unreadable) {
    guard let dialect = document["dialect"]?.string.flatMap({ Dialect(rawValue: $0) }) else {
      throw Unreadable(description: "it is of a newer version")
    }
    guard let request = document["request"] else {
      throw Unreadable(description: "its request was too long to be kept")
    }
    let asked: (messages: [RawJSON], tools: RawJSON?)
    do throws(DialectFault) {
      asked = try Self.asked(request, dialect)
    } catch {
      throw Unreadable(description: "its request is no longer what the dialect allows: \(error.message)")
    }
    var messages = asked.messages
    if let answer = document["answer"] {
      do throws(AnswerFault) {
        if let message = try Self.said(answer, dialect) { messages.append(message) }
      } catch {
        throw Unreadable(description: "its answer is no longer what the dialect allows: \(error.message)")
      }
    }
    var json = JSONWriter()
    json.array { json in for message in messages { json.value(message) } }
    self.messages = RawJSON(written: json.bytes)
    tools = asked.tools
  }

  private static func asked(
    _ request: JSONNode, _ dialect: Dialect
  ) throws(DialectFault) -> (messages: [RawJSON], tools: RawJSON?) {
    switch dialect {
    case .openAIChat: return parts(request)
    case .openAICompletions:
      let prompts = request["prompt"].map { $0.isArray ? $0.elements.map { $0 } : [$0] } ?? []
      return (prompts.map { message("user", $0.raw) }, nil)
    default:
      let read = try dialect.readRequest(request)
      let written = try Dialect.openAIChat.writeRequest(read, traits: TargetTraits(model: ""))
      guard let root = try? JSONDocument(written.body, loneSurrogates: .replaced).root else { return ([], nil) }
      return parts(root)
    }
  }

  private static func parts(_ request: JSONNode) -> (messages: [RawJSON], tools: RawJSON?) {
    (request["messages"]?.elements.map(\.raw) ?? [], request["tools"]?.raw)
  }

  /// The first choice.
  private static func said(_ answer: JSONNode, _ dialect: Dialect) throws(AnswerFault) -> RawJSON? {
    switch dialect {
    case .openAIChat: return first(answer)?["message"]?.raw
    case .openAICompletions: return first(answer)?["text"].map { message("assistant", $0.raw) }
    default:
      let read = try dialect.readAnswer(answer)
      let context = AnswerContext(exchangeID: "", created: 0, model: "", includesUsage: false)
      let written = Dialect.openAIChat.writeAnswer(read, context: context)
      guard let root = try? JSONDocument(written, loneSurrogates: .replaced).root else { return nil }
      return first(root)?["message"]?.raw
    }
  }

  private static func first(_ answer: JSONNode) -> JSONNode? { answer["choices"]?.elements.first { _ in true } }

  private static func message(_ role: String, _ content: RawJSON) -> RawJSON {
    var json = JSONWriter()
    json.object { json in
      json.member("role", role)
      json.member("content", content)
    }
    return RawJSON(written: json.bytes)
  }
}
