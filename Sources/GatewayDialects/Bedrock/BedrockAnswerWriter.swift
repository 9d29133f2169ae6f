import GatewayCore

/// Writes the answer of Converse.
package enum BedrockAnswerWriter {
  package static func write(_ answer: CanonicalResponse, context: AnswerContext) -> [UInt8] {
    let choice = answer.choices.first
    let isEmulated = context.emulated.contains(.responseFormat)
    var calls = 0
    var json = JSONWriter(capacity: 1024)
    json.object { json in
      json.object("output") { json in
        json.object("message") { json in
          json.member("role", "assistant" as RawText)
          json.array("content") { json in
            for part in choice?.parts ?? [] { write(part, context, &calls, to: &json) }
          }
        }
      }
      let finish = isEmulated && choice?.finish == .toolCalls && calls == 0 ? .stop : choice?.finish
      let reason = BedrockStopReason.write(finish, stopSequence: choice?.stopSequence, hasToolCalls: calls > 0)
      json.member("stopReason", RawText("\(reason)"))
      json.name("usage" as StaticString)
      BedrockUsage.write(answer.usage, to: &json)
      json.object("metrics") { $0.member("latencyMs", 0) }
      if let sequence = choice?.stopSequence {
        json.object("additionalModelResponseFields") { $0.member("stop_sequence", sequence) }
      }
      if let tier = serviceTier(answer.serviceTier) { json.object("serviceTier") { $0.member("type", tier) } }
    }
    return json.bytes
  }

  /// Other providers have tiers of other names.
  static func serviceTier(_ tier: RawText?) -> RawText? {
    guard let tier, tier.equals("priority") || tier.equals("default") || tier.equals("flex") || tier.equals("reserved")
    else { return nil }
    return tier
  }

  private static func write(
    _ part: CanonicalPart, _ context: AnswerContext, _ calls: inout Int, to json: inout JSONWriter
  ) {
    switch part.content {
    case .text(let text):
      if text.citations.isEmpty {
        json.object { $0.member("text", text.text) }
      } else {
        BedrockCitations.write(text, to: &json)
      }
    case .refusal(let text): json.object { $0.member("text", text) }
    case .reasoning(let thought): BedrockBlockWriter.write(thought, to: &json)
    case .toolCall(let call):
      if context.emulated.contains(.responseFormat), call.name == Emulation.toolName {
        json.object { $0.member("text", call.arguments.text) }
      } else {
        calls += 1
        write(call, id: call.id.isEmpty ? callID(calls, context) : call.id, to: &json)
      }
    case .image(let media):
      guard case .base64(let data) = media.source, let format = BedrockMedia.format(of: media, .image) else { return }
      json.object { json in
        json.object("image") { json in
          json.member("format", RawText("\(format)"))
          json.object("source") { $0.member("bytes", data) }
        }
      }
    case .opaque(.bedrockConverse, let kind, let value):
      json.object { json in
        json.name(kind)
        json.value(value)
      }
    case .audio, .video, .file, .toolResult, .opaque: return
    }
  }

  /// For a call that came without an id.
  static func callID(_ number: Int, _ context: AnswerContext) -> RawText {
    RawText("tooluse_\(context.exchangeID.prefix(40))_\(number)")
  }

  private static func write(_ call: ToolCall, id: RawText, to json: inout JSONWriter) {
    if let signature = call.signature {
      let mark = ReasoningPart(redacted: BedrockBlob.wrapped(signature, .callSignature))
      BedrockBlockWriter.write(mark, to: &json)
    }
    json.object { json in
      json.object("toolUse") { json in
        json.member("toolUseId", id)
        json.member("name", call.name)
        json.name("input" as StaticString)
        if call.kind == .function, let input = call.arguments.json {
          json.value(input)
        } else {
          // Free text, or arguments that the model broke: an object cannot hold them as they are.
          json.object { $0.member("input", call.arguments.text) }
        }
      }
    }
  }
}
