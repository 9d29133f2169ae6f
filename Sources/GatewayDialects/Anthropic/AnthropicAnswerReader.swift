import GatewayCore

/// Reads a whole message.
package enum AnthropicAnswerReader {
  package static func read(_ body: JSONNode) throws(AnswerFault) -> CanonicalResponse {
    guard let content = body["content"], content.isArray else { throw AnswerFault("an answer without content") }
    var answer = CanonicalResponse()
    answer.id = body["id"]?.text
    answer.model = body["model"]?.text
    var choice = CanonicalResponse.Choice(index: 0)
    for node in content.elements {
      do throws(DialectFault) {
        choice.parts.append(try AnthropicBlockReader.block(node, isAnswer: true))
      } catch {
        throw AnswerFault("a content block that is not understood: \(error.message)")
      }
    }
    choice.finish = body["stop_reason"]?.text.map(AnthropicStop.read)
    choice.stopSequence = body["stop_sequence"]?.text
    answer.choices = [choice]
    var usage = AnthropicUsage()
    usage.merge(body["usage"])
    answer.usage = usage.usage
    answer.serviceTier = body["usage"]?["service_tier"]?.text
    return answer
  }
}
