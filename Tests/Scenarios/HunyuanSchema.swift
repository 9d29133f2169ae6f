import GatewayTesting

/// What the action `ChatCompletions` takes, as its document has it: other members and other types are refused by the API.
enum HunyuanSchema {
  indirect enum Kind: Sendable {
    case text, number, switched
    case list(Kind)
    case object([String: Kind])

    func fault(in value: JSONValue, at path: String) -> String? {
      switch (self, value) {
      case (.text, .string), (.number, .number), (.switched, .bool): return nil
      case (.list(let kind), .array(let elements)):
        return elements.enumerated().lazy.compactMap { kind.fault(in: $1, at: "\(path)[\($0)]") }.first
      case (.object(let members), .object(let found)):
        return found.sorted { $0.key < $1.key }.lazy.compactMap { name, value in
          guard let kind = members[name] else { return "\(path).\(name) is not known" }
          return kind.fault(in: value, at: "\(path).\(name)")
        }.first
      default: return "\(path) is of another type"
      }
    }
  }

  private static let tool = Kind.object([
    "Type": .text, "Function": .object(["Name": .text, "Description": .text, "Parameters": .text]),
  ])
  private static let call = Kind.object([
    "Id": .text, "Type": .text, "Index": .number, "Function": .object(["Name": .text, "Arguments": .text]),
  ])
  private static let content = Kind.object([
    "Type": .text, "Text": .text, "ImageUrl": .object(["Url": .text]), "VideoUrl": .object(["Url": .text]),
  ])
  private static let request = Kind.object([
    "Model": .text,
    "Messages": .list(
      .object([
        "Role": .text, "Content": .text, "Contents": .list(content), "ToolCallId": .text, "ToolCalls": .list(call),
      ])),
    "Stream": .switched, "TopP": .number, "Temperature": .number, "EnableEnhancement": .switched,
    "SearchInfo": .switched, "Tools": .list(tool), "ToolChoice": .text, "CustomTool": tool, "Stop": .list(.text),
    "Seed": .number, "EnableThinking": .switched,
  ])

  /// What is wrong with a body; `nil`: nothing.
  static func fault(in body: JSONValue) -> String? {
    if let fault = request.fault(in: body, at: "body") { return fault }
    // By turns: an instruction perhaps, then the user or tools, and the assistant, who is never last.
    var isUsers = true
    for (index, message) in (body["Messages"]?.elements ?? []).enumerated() {
      switch message["Role"]?.string {
      case "system": if index > 0 { return "an instruction that is not the first message" }
      case "user", "tool":
        if !isUsers, message["Role"]?.string == "user" { return "two turns of the user's" }
        isUsers = false
      case "assistant":
        if isUsers { return "two turns of the assistant's" }
        isUsers = true
      default: return "a role that is not known"
      }
    }
    return isUsers ? "the assistant's turn is the last one" : nil
  }
}
