import GatewayCore
import NIOCore

/// What is seen of a conversation that is to be kept: the request as it came, and the answer as it leaves for the client. It belongs to
/// one exchange, and is touched on its loop only.
final class ConversationCapture {
  let settings: ConversationSettings
  private let request: ByteBuffer
  private var answer = ByteBuffer()
  /// The answer is a stream of the caller's dialect.
  var isStream = false
  /// The answer has more than is looked at.
  private var isCut = false

  init(_ request: ByteBuffer, _ settings: ConversationSettings) {
    self.settings = settings
    self.request = request.readableBytes <= settings.longestSource ? request : ByteBuffer()
  }

  /// - Parameter bytes: of a whole answer, or whole events.
  func append(_ bytes: ByteBuffer) {
    guard !isCut, answer.readableBytes + bytes.readableBytes <= settings.longestSource else {
      isCut = true
      return
    }
    answer.append(bytes)
  }

  func conversation(_ record: ExchangeRecord) -> CapturedConversation {
    CapturedConversation(
      record: record, settings: settings, request: request, answer: answer, isStream: isStream,
      isCut: isCut || request.readableBytes == 0)
  }
}

extension Exchange {
  /// Begins to keep what is said, where the caller has it switched on.
  func keepConversation(_ surface: Surface) {
    guard surface.isConversation, caller.keepsConversations else { return }
    conversation = ConversationCapture(body, snapshot.conversations)
  }

  /// Hands over what was said. A call that was refused before any target was asked is no conversation.
  func handOverConversation() {
    guard let capture = conversation else { return }
    conversation = nil
    guard record.outcome != .rejected else { return }
    loop.shared.conversations?.take(capture.conversation(record))
  }
}
