import GatewayCore

/// Reads the body of `POST /api/v1/services/aigc/…/generation`.
///
/// Whether the answer is streamed stands in a header (`X-DashScope-SSE`), so that it is not read here.
package enum DashScopeRequestReader {
  package static func read(_ body: JSONNode) throws(DialectFault) -> CanonicalRequest {
    let members = try CheckedMembers(body, "the request")
    guard let node = body["input"] else { throw members.missing("input") }
    let input = try CheckedMembers(node, "an object with 'messages'")
    var request = CanonicalRequest()
    if let messages = node["messages"] {
      request.messages = try DashScopeMessageReader.read(messages)
    } else if let prompt = try input.text("prompt") {
      request.messages = [CanonicalMessage(.user, parts: [.text(prompt)])]
    } else {
      throw input.missing("messages")
    }
    for (name, value) in body.members where !value.isNull {
      switch name.string {
      case "model", "input", "parameters": break
      default: request.unknown.append((name, value.raw))
      }
    }
    guard let parameters = try members.object("parameters") else { return request }
    for (name, value) in parameters.members where !value.isNull {
      if try !read(name.string, value, parameters, into: &request) { request.unknown.append((name, value.raw)) }
    }
    if let choice = parameters["tool_choice"] { try request.toolChoice?.check(request.tools, at: choice) }
    return request
  }

  /// Whether each event of the caller's stream is to hold all that came before it, too: what the API does unless told otherwise.
  package static func isCumulative(_ body: JSONNode) -> Bool {
    body["parameters"]?["incremental_output"]?.bool != true
  }

  /// - Returns: false when the member is not known.
  private static func read(
    _ name: String, _ value: JSONNode, _ parameters: JSONNode, into request: inout CanonicalRequest
  ) throws(DialectFault) -> Bool {
    switch name {
    case "incremental_output": _ = try CheckedMembers.bool(value)
    case "result_format":
      guard let format = value.text, format.equals("message") || format.equals("text") else {
        throw CheckedMembers.wrong(value, "\"message\" or \"text\"")
      }
    case "tools": request.tools += try OpenAIChatToolReader.tools(value)
    case "tool_choice": request.toolChoice = try OpenAIChatToolReader.choice(value)
    case "parallel_tool_calls": request.parallelToolCalls = try CheckedMembers.bool(value)
    case "enable_search":
      guard try CheckedMembers.bool(value) else { break }
      let options = try parameters["search_options"].map { node throws(DialectFault) in try CheckedMembers.object(node)
      }
      request.tools.append(
        CanonicalTool(name: "web_search", kind: .webSearch(.dashscope, options: options?.raw ?? .emptyObject)))
    case "search_options": _ = try CheckedMembers.object(value)
    case "response_format": request.output = try OpenAIChatRequestReader.output(value)
    case "max_tokens": request.maxOutputTokens = try CheckedMembers.countDigits(value)
    case "stop": request.stop = try OpenAIChatRequestReader.stop(value)
    case "n": request.choices = try CheckedMembers.count(value, from: 1)
    case "logprobs": request.logprobs = try CheckedMembers.bool(value)
    case "top_logprobs": request.topLogprobs = try CheckedMembers.count(value)
    case "enable_thinking", "thinking_budget":
      return try OpenAIChatReasoning.read(name, value, into: &request.reasoning)
    default: return try request.sampling.read(name, value)
    }
    return true
  }
}
