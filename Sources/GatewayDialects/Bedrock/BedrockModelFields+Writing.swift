extension BedrockModelFields {
  static func write(_ request: CanonicalRequest, _ plan: inout BedrockPlan, to json: inout JSONWriter) {
    var written: [StaticString] = []
    var fields = JSONWriter(capacity: 128)
    fields.object { fields in
      writeThinking(plan, request, &written, to: &fields)
      writeTopK(&plan, &written, to: &fields)
      if plan.hasOwnToolChoice {
        written.append("tool_choice")
        writeToolChoice(request, to: &fields)
      }
      writeRest(request, &plan, &written, to: &fields)
    }
    if !written.isEmpty { json.member(name, RawJSON(written: fields.bytes)) }
  }

  private static func writeThinking(
    _ plan: BedrockPlan, _ request: CanonicalRequest, _ written: inout [StaticString], to fields: inout JSONWriter
  ) {
    switch plan.thinking {
    case .none: break
    case .budget(let budget):
      written.append("thinking")
      fields.object("thinking") { fields in
        fields.member("type", "enabled" as RawText)
        fields.member("budget_tokens", budget)
      }
    case .adaptive:
      written.append("thinking")
      fields.object("thinking") { fields in
        fields.member("type", "adaptive" as RawText)
        if let shows = request.reasoning.includesThoughts {
          fields.member("display", (shows ? "summarized" : "omitted") as RawText)
        }
      }
    case .nova(let effort):
      written.append("reasoningConfig")
      fields.object("reasoningConfig") { fields in
        fields.member("type", "enabled" as RawText)
        fields.member("maxReasoningEffort", RawText("\(effort)"))
      }
    case .effort(let effort):
      written.append("reasoning_effort")
      fields.member("reasoning_effort", RawText("\(effort)"))
    }
  }

  private static func writeTopK(
    _ plan: inout BedrockPlan, _ written: inout [StaticString], to fields: inout JSONWriter
  ) {
    guard let topK = plan.sampling.topK else { return }
    switch plan.model.family {
    case .claude, .mistral:
      written.append("top_k")
      fields.member("top_k", topK)
    case .nova:
      written.append("inferenceConfig")
      fields.object("inferenceConfig") { $0.member("topK", topK) }
    case .gptOSS, .plain, .other: return
    }
    plan.dropped.remove(.topK)
  }

  /// In Anthropic's words.
  private static func writeToolChoice(_ request: CanonicalRequest, to fields: inout JSONWriter) {
    fields.object("tool_choice") { fields in
      switch request.toolChoice {
      case .forbidden:
        fields.member("type", "none" as RawText)
        return
      case .required, .allowed(_, isRequired: true): fields.member("type", "any" as RawText)
      case .named(let name):
        fields.member("type", "tool" as RawText)
        fields.member("name", name)
      case nil, .auto, .allowed: fields.member("type", "auto" as RawText)
      }
      if request.parallelToolCalls == false { fields.member("disable_parallel_tool_use", true) }
    }
  }

  /// What a client of Bedrock sent besides; what the gateway wrote itself comes first.
  private static func writeRest(
    _ request: CanonicalRequest, _ plan: inout BedrockPlan, _ written: inout [StaticString],
    to fields: inout JSONWriter
  ) {
    guard let rest = request.unknown.first(where: { $0.name.equals(name) }), let node = rest.value.node else { return }
    for (name, value) in node.members where !written.contains(where: { name.equals($0) }) {
      fields.name(name)
      fields.value(value.raw)
    }
    if !node.isEmpty { written.append(name) }
    plan.dropped.remove(.unknown("\(name)"))
  }
}
