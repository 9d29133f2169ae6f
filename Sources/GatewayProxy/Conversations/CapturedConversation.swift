package import GatewayCore
import GatewayDialects
package import GatewayPolicies
import NIOCore

/// Takes conversations that are to be kept. Called on event loops, so it never waits: what it cannot take is lost.
package protocol ConversationSink: Sendable {
  func take(_ conversation: CapturedConversation)
}

/// A conversation as it was said: a copy of the bytes that came and went.
package struct CapturedConversation: Sendable {
  package let record: ExchangeRecord
  package let settings: ConversationSettings
  let request: ByteBuffer
  /// In the dialect of the caller: a JSON document, or the events of a stream.
  let answer: ByteBuffer
  let isStream: Bool
  /// Bytes are missing, because they were too many.
  let isCut: Bool

  /// What it takes in memory.
  package var bytes: Int { request.readableBytes + answer.readableBytes }

  /// A JSON document with the request and the whole answer, masked.
  /// - Parameter mask: of one text.
  package func document<Fault: Error>(
    masking mask: (String) throws(Fault) -> String
  ) throws(Fault) -> ConversationDocument {
    let request = Self.json(self.request)?.root
    var document = ConversationDocument(dialect: record.surface?.dialect ?? .openAIChat, isCut: isCut)
    document.request = try request.map { node throws(Fault) in try ConversationTree(node, masking: mask) }
    let answer = isStream ? assembled(request) : Self.json(self.answer)
    document.answer = try answer.map { answer throws(Fault) in try ConversationTree(answer.root, masking: mask) }
    document.outcome = record.outcome.rawValue
    if let code = record.errorCode {
      document.error = (code, try mask(record.errorMessage ?? ""))
    }
    return document
  }

  private static func json(_ bytes: ByteBuffer) -> JSONDocument? {
    bytes.withUnsafeReadableBytes { try? JSONDocument(copying: $0, loneSurrogates: .replaced) }
  }

  private func assembled(_ request: JSONNode?) -> JSONDocument? {
    guard let dialect = record.surface?.dialect, answer.readableBytes > 0 else { return nil }
    var context = AnswerContext(
      exchangeID: record.id.description, created: Int(record.id.second), model: record.model ?? "", includesUsage: true)
    context.isCumulative = dialect == .dashscope && request?["parameters"]?["incremental_output"]?.bool != true
    let written = answer.withUnsafeReadableBytes {
      AnswerAssembly.whole($0, as: dialect, context: context, limit: settings.longestSource)
    }
    return written.flatMap { try? JSONDocument($0, loneSurrogates: .replaced) }
  }
}
