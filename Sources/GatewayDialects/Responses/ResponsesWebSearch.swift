import GatewayCore

/// The web search of another dialect as a tool of the Responses API.
enum ResponsesWebSearch {
  static func write(
    _ options: RawJSON, of dialect: Dialect, into json: inout JSONWriter
  ) throws(DialectFault) {
    let node = options.node
    if let blocked = node?["blocked_domains"], !blocked.isEmpty {
      throw DialectFault(unsupported: .webSearch, "the Responses API blocks no domains", path: "tools")
    }
    json.object { json in
      json.member("type", "web_search")
      json.member("search_context_size", node?["search_context_size"]?.text)
      if let allowed = node?["allowed_domains"] { json.object("filters") { $0.member("allowed_domains", allowed.raw) } }
      guard let place = node?["user_location"] else { return }
      // Chat has the place one level further in.
      let inner = dialect == .openAIChat ? place["approximate"] ?? place : place
      json.object("user_location") { json in
        json.member("type", "approximate")
        json.member("city", inner["city"]?.text)
        json.member("region", inner["region"]?.text)
        json.member("country", inner["country"]?.text)
        json.member("timezone", inner["timezone"]?.text)
      }
    }
  }
}
