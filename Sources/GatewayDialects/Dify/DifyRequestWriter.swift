import GatewayCore

/// Writes the body of `POST /chat-messages`, `/completion-messages` or `/workflows/run`.
///
/// Dify keeps conversations itself and takes one question: earlier turns and instructions become part of it, unless the caller
/// names the `conversation_id`. Its `inputs` go on as the caller wrote them. Apps that take no `query` get it as the input of
/// that name. Agents answer as a stream only.
package enum DifyRequestWriter {
  package static func write(
    _ request: CanonicalRequest, traits: TargetTraits
  ) throws(DialectFault) -> WrittenRequest {
    try request.refuseAllButMessages(for: "a Dify app")
    let app = traits.app
    let inputs = request.own("inputs")?.node
    let conversation = request.own("conversation_id")?.node?.text.flatMap { $0.isEmpty ? nil : $0 }
    let messages = conversation == nil ? request.messages : request.messages.suffix(1)
    let query = Transcript.text(of: messages)
    let isStream = request.isStream || app == .agent
    var json = JSONWriter(capacity: 1024)
    try json.object { json throws(DialectFault) in
      json.object("inputs") { json in
        var namesQuery = false
        for (name, value) in inputs?.members.map({ $0 }) ?? [] {
          namesQuery = namesQuery || name.equals("query")
          json.name(name)
          json.value(value.raw)
        }
        if app == .completion || app == .workflow, !namesQuery { json.member("query", query) }
      }
      if app == .chat || app == .agent {
        json.member("query", query)
        json.member("conversation_id", conversation ?? .empty)
      }
      json.member("response_mode", isStream ? "streaming" : "blocking" as RawText)
      // It is required; apps see it as one end user.
      json.member("user", request.user ?? "sluice")
      try writeFiles(of: Array(messages), into: &json)
    }
    var written = WrittenRequest(body: json.bytes)
    written.isStream = isStream
    written.dropped = request.dropped(
      but: [.user, .unknown("inputs"), .unknown("conversation_id")])
    return written
  }

  private static func writeFiles(of messages: [CanonicalMessage], into json: inout JSONWriter) throws(DialectFault) {
    var files: [(type: RawText, url: RawText)] = []
    for message in messages {
      for part in message.parts {
        switch part.content {
        case .image(let media): files.append(("image", try url(media, .images)))
        case .audio(let media): files.append(("audio", try url(media, .audio)))
        case .video(let media): files.append(("video", try url(media, .video)))
        case .file(let media): files.append(("document", try url(media, .files)))
        case .text, .toolCall, .toolResult, .reasoning, .refusal, .opaque: break
        }
      }
    }
    if files.isEmpty { return }
    json.array("files") { json in
      for file in files {
        json.object { json in
          json.member("type", file.type)
          json.member("transfer_method", "remote_url" as RawText)
          json.member("url", file.url)
        }
      }
    }
  }

  private static func url(_ media: MediaPart, _ part: RequestPart) throws(DialectFault) -> RawText {
    guard case .url(let url) = media.source else {
      throw DialectFault(unsupported: part, "a Dify app takes files by their URL only")
    }
    return url
  }
}
