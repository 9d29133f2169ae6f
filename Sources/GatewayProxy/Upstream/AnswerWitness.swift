import GatewayCore
import GatewayDialects

/// Reads of an answer what its trace tells: which model made it, and why it ended. There is one only in sampled exchanges.
final class AnswerWitness {
  /// Choices of which the reason is kept.
  private static let limit = 128
  /// Bytes of a name that is kept.
  private static let longest = 256

  private(set) var answer = ExchangeTrace.Answer()
  /// Some choice of a whole answer has not said why it ended, or not in a way that is kept here.
  private(set) var isPartial = false

  /// Nothing has said yet which model it is.
  var isBlank: Bool { answer.model == nil }

  /// A whole answer or a chunk in a form of OpenAI's.
  func see(_ document: UnsafeRawBufferPointer, isWhole: Bool = false) {
    guard let root = try? JSONDocument(copying: document, loneSurrogates: .replaced).root else { return }
    note(model: root["model"]?.string)
    guard let choices = root["choices"] else { return }
    for choice in choices.elements {
      let reason = choice["finish_reason"]?.string
      if isWhole, reason == nil { isPartial = true }
      note(reason: reason)
    }
  }

  func see(_ response: CanonicalResponse) {
    note(model: response.model?.string)
    for choice in response.choices {
      if choice.finish == nil { isPartial = true }
      note(reason: choice.finish?.name)
    }
  }

  func see(_ delta: CanonicalDelta) {
    switch delta {
    case .started(let start): note(model: start.model?.string)
    case .finished(_, let reason, _): note(reason: reason.name)
    default: break
    }
  }

  private func note(model: String?) {
    guard isBlank, let model, 1...Self.longest ~= model.utf8.count else { return }
    answer.model = model
  }

  private func note(reason: String?) {
    guard let reason else { return }
    guard reason.utf8.count <= Self.longest, answer.finishReasons.count < Self.limit else {
      isPartial = true
      return
    }
    answer.finishReasons.append(reason)
  }
}

extension FinishReason {
  /// As OpenAI calls it, where it has a word.
  fileprivate var name: String {
    switch self {
    case .stop: "stop"
    case .length, .contextLength: "length"
    case .toolCalls: "tool_calls"
    case .contentFilter: "content_filter"
    case .refusal: "refusal"
    case .pause: "pause"
    case .other(let word): word.string
    }
  }
}
