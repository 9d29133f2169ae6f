/// Undoes `Emulation.responseFormat`: the forced tool call becomes the text that the caller asked for.
package struct EmulatedOutput: Sendable {
  /// The part of each choice that is such a call.
  private var parts: [Int: Int] = [:]

  package init() {}

  package mutating func restore(_ delta: CanonicalDelta) -> CanonicalDelta {
    switch delta {
    case .partStarted(let choice, let part, .toolCall(_, let name, _, _)) where name == Emulation.toolName:
      parts[choice] = part
      return .partStarted(choice: choice, part: part, .text)
    case .arguments(let choice, let part, let text) where parts[choice] == part:
      return .text(choice: choice, part: part, text)
    case .finished(let choice, .toolCalls, let sequence) where parts[choice] != nil:
      return .finished(choice: choice, .stop, stopSequence: sequence)
    default: return delta
    }
  }

  package static func restore(_ answer: CanonicalResponse) -> CanonicalResponse {
    var answer = answer
    for index in answer.choices.indices {
      var isRestored = false
      for part in answer.choices[index].parts.indices {
        guard case .toolCall(let call) = answer.choices[index].parts[part].content, call.name == Emulation.toolName
        else { continue }
        answer.choices[index].parts[part] = .text(call.arguments.text)
        isRestored = true
      }
      if isRestored, answer.choices[index].finish == .toolCalls { answer.choices[index].finish = .stop }
    }
    return answer
  }
}
