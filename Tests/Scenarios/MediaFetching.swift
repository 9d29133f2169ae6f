import GatewayTesting
import Testing

/// Images that callers name by URL, in front of a provider that takes bytes only.
@Suite struct MediaFetching {
  private static let said = #"""
    {"output":{"message":{"role":"assistant","content":[{"text":"a cat"}]}},"stopReason":"end_turn",\#
    "usage":{"inputTokens":3,"outputTokens":2,"totalTokens":5}}
    """#
  private static let png: [UInt8] = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A, 1, 2, 3]
  private static let pngText = "iVBORw0KGgoBAgM="
  private static let key = ["UP_KEY": "sk-up"]

  private static func file(_ bytes: [UInt8] = png, type: String? = "image/png", status: Int = 200) -> Script {
    let type = type.map { "content-type: \($0)\r\n" } ?? ""
    let head = "HTTP/1.1 \(status) Status\r\n\(type)content-length: \(bytes.count)\r\n\r\n"
    return [.send(Array(head.utf8) + bytes)]
  }

  /// `m` goes to Bedrock; `plain` to a provider that fetches by itself.
  private static func configuration(_ amazon: ScriptedUpstream, media: String, plain: ScriptedUpstream? = nil) -> String
  {
    """
    media: { \(media) }
    providers:
      b: { kind: bedrock, url: "http://127.0.0.1:\(amazon.port)", keys: [env:UP_KEY] }
      p: { kind: openai-compatible, url: \((plain ?? amazon).url) }
    models:
      m: { targets: ["b/amazon.nova-pro-v1:0"], retry: { attempts: 0 } }
      both: { targets: ["b/amazon.nova-pro-v1:0", p/up], retry: { attempts: 0 } }
      \(plain == nil ? "" : "plain: { targets: [p/up], retry: { attempts: 0 } }")
    """
  }

  private static func hosts(_ upstreams: ScriptedUpstream...) -> String {
    "hosts: [\(upstreams.map { "\"127.0.0.1:\($0.port)\"" }.joined(separator: ", "))]"
  }

  private static func chat(_ urls: String..., model: String = "m") -> String {
    let images = urls.map { #"{"type":"image_url","image_url":{"url":"\#($0)"}}"# }
    let parts = ([#"{"type":"text","text":"What is it?"}"#] + images).joined(separator: ",")
    return #"{"model":"\#(model)","messages":[{"role":"user","content":[\#(parts)]}]}"#
  }

  private static func url(_ host: ScriptedUpstream, _ path: String = "/cat.png?signature=s3cret") -> String {
    "http://127.0.0.1:\(host.port)\(path)"
  }

  /// A gateway with a Bedrock that answers and an image host that does what `script` says.
  private static func withHost(
    _ script: Script, media: String = "",
    _ body: (GatewayProcess, _ amazon: ScriptedUpstream, _ host: ScriptedUpstream) async throws -> Void
  ) async throws {
    try await scenario { scenario in
      let amazon = try await scenario.upstream([.json(said)])
      let host = try await scenario.upstream(script)
      let settings = hosts(host) + (media.isEmpty ? "" : ", \(media)")
      try await body(
        try await scenario.gateway(configuration(amazon, media: settings), environment: key), amazon, host)
    }
  }

  /// The call is refused with the path of the part and the host, but nothing else of the URL.
  private static func expectRefusal(
    _ script: Script, media: String = "", saying words: String, failure: String
  ) async throws {
    try await withHost(script, media: media) { gateway, amazon, host in
      let answer = try await gateway.chat(chat(url(host)))
      #expect(answer.status == 400)
      let error = try answer.error()
      #expect(error["code"]?.string == "media_not_fetched")
      #expect(error["param"]?.string == "messages[0].content[1].image_url.url")
      let message = error["message"]?.string ?? ""
      #expect(
        message.hasPrefix(
          "the image at '127.0.0.1' could not be fetched (messages[0].content[1].image_url.url): "), "\(message)")
      #expect(message.contains(words), "\(message)")
      #expect(!answer.text.contains("s3cret"))
      #expect(amazon.requests.isEmpty)
      let logged = try await gateway.logged()
      #expect(logged["media"]?["failure"]?.string == failure)
      #expect(logged["attempts"]?[0] == nil)
      let metrics = try await gateway.metrics()
      #expect(metrics.value("sluice_media_fetches_total", ["outcome": failure]) == 1)
    }
  }

  // MARK: What is fetched

  @Test(arguments: [
    ("/v1/chat/completions", #"{"type":"image_url","image_url":{"url":"URL"}}"#),
    ("/v1/messages", #"{"type":"image","source":{"type":"url","url":"URL"}}"#),
    ("/v1/responses", #"{"type":"input_image","image_url":"URL"}"#),
    ("/v1beta/models/m:generateContent", #"{"fileData":{"fileUri":"URL","mimeType":"image/png"}}"#),
  ])
  func everyCallersImageReachesAProviderOfBytes(path: String, part: String) async throws {
    try await Self.withHost(Self.file()) { gateway, amazon, host in
      let content = "[\(part.replacing("URL", with: Self.url(host)))]"
      let body =
        switch path {
        case "/v1/responses": #"{"model":"m","input":[{"role":"user","content":\#(content)}]}"#
        case "/v1/messages": #"{"model":"m","max_tokens":9,"messages":[{"role":"user","content":\#(content)}]}"#
        case "/v1/chat/completions": #"{"model":"m","messages":[{"role":"user","content":\#(content)}]}"#
        default: #"{"contents":[{"role":"user","parts":\#(content)}]}"#
        }
      let answer = try await gateway.call(
        "POST", path, body, headers: ["cookie": "a=b", "x-trace": "t", "traceparent": "00-1-2-01"])
      #expect(answer.status == 200)
      #expect(answer.text.contains("a cat"))
      let image = try await amazon.request().json()["messages"]?[0]?["content"]?[0]?["image"]
      #expect(image?["format"]?.string == "png")
      #expect(image?["source"]?["bytes"]?.string == Self.pngText)
      let asked = try await host.request()
      #expect(asked.method == "GET")
      #expect(asked.target == "/cat.png?signature=s3cret")
      #expect(asked.headers["host"] == "127.0.0.1:\(host.port)")
      #expect(asked.headers["user-agent"]?.hasPrefix("sluice/") == true)
      for name in ["authorization", "cookie", "x-trace", "traceparent", "referer"] {
        #expect(asked.headers[name] == nil)
      }
      let media = try await gateway.logged()["media"]
      #expect(media?["fetched"]?.number == 1)
      #expect(media?["bytes"]?.number == Double(Self.png.count))
      let metrics = try await gateway.metrics()
      #expect(metrics.value("sluice_media_fetches_total", ["outcome": "success"]) == 1)
      #expect(metrics.value("sluice_media_fetched_bytes_total") == Double(Self.png.count))
    }
  }

  @Test func eachURLIsFetchedOnceAndPutWhereItStands() async throws {
    try await scenario { scenario in
      let amazon = try await scenario.upstream([.json(Self.said)])
      let host = try await scenario.upstream { request in
        request.target == "/a"
          ? Self.file(Self.png + [9], type: nil) : Self.file(Array("GIF89a".utf8), type: "image/gif")
      }
      let gateway = try await scenario.gateway(
        Self.configuration(amazon, media: Self.hosts(host)), environment: Self.key)
      let (a, b) = (Self.url(host, "/a"), Self.url(host, "/b"))
      #expect(try await gateway.chat(Self.chat(a, b, a)).status == 200)
      let content = try await amazon.request().json()["messages"]?[0]?["content"]
      #expect(content?[1]?["image"]?["format"]?.string == "png")
      #expect(content?[2]?["image"]?["format"]?.string == "gif")
      #expect(content?[1]?["image"]?["source"]?["bytes"]?.string == content?[3]?["image"]?["source"]?["bytes"]?.string)
      #expect(host.requests.map(\.target).sorted() == ["/a", "/b"])
    }
  }

  @Test func aSecondTargetUsesWhatTheFirstHadFetched() async throws {
    try await scenario { scenario in
      let amazon = try await scenario.upstream(inTurn: [.error(500)], [.json(Self.said)])
      let host = try await scenario.upstream(Self.file())
      let gateway = try await scenario.gateway(
        """
        media: { \(Self.hosts(host)) }
        providers:
          b: { kind: bedrock, url: "http://127.0.0.1:\(amazon.port)", keys: [env:UP_KEY] }
        models:
          m: { targets: ["b/amazon.nova-pro-v1:0", "b/amazon.nova-lite-v1:0"], retry: { attempts: 0 } }
        """, environment: Self.key)
      #expect(try await gateway.chat(Self.chat(Self.url(host))).content() == "a cat")
      #expect(amazon.requests.count == 2)
      #expect(host.requests.count == 1)
    }
  }

  @Test func aLargeImageArrivesWhole() async throws {
    let bytes = Self.png + (0..<3_000_001).map { UInt8(truncatingIfNeeded: $0 &* 31) }
    try await Self.withHost(Self.file(bytes)) { gateway, amazon, host in
      #expect(try await gateway.chat(Self.chat(Self.url(host))).status == 200)
      let text = try await amazon.request().json()["messages"]?[0]?["content"]?[1]?["image"]?["source"]?["bytes"]?
        .string
      #expect(text?.count == (bytes.count + 2) / 3 * 4)
    }
  }

  @Test func aProviderOfTheCallersDialectThatTakesNoURLsGetsDataURLs() async throws {
    try await scenario { scenario in
      let ollama = try await scenario.upstream([.chat("a cat")])
      let host = try await scenario.upstream(Self.file())
      let gateway = try await scenario.gateway(
        """
        media: { \(Self.hosts(host)) }
        providers: { o: { kind: ollama, url: "\(ollama.url)" } }
        models: { m: { targets: [o/llava], retry: { attempts: 0 } } }
        """)
      let url = Self.url(host).replacing("/", with: #"\/"#)
      let body = #"""
        {"zap": 1e-9, "messages":[{"role":"user","content":[{"type":"image_url","image_url":{"detail":"low", "url":"\#(url)"}}]}],\#
         "model":"m"}
        """#
      #expect(try await gateway.chat(body).content() == "a cat")
      #expect(
        try await ollama.request().text
          == body.replacing(url, with: "data:image/png;base64,\(Self.pngText)").replacing(#""m""#, with: #""llava""#))
    }
  }

  @Test(arguments: ["/v1/messages", "/v1/chat/completions"])
  func claudeOnVertexGetsBytes(path: String) async throws {
    try await scenario { scenario in
      let vertex = try await scenario.upstream([
        .json(
          #"""
          {"id":"msg_1","type":"message","role":"assistant","model":"c","content":[{"type":"text","text":"a cat"}],\#
          "stop_reason":"end_turn","stop_sequence":null,"usage":{"input_tokens":3,"output_tokens":2}}
          """#)
      ])
      let host = try await scenario.upstream(Self.file())
      let gateway = try await scenario.gateway(
        """
        media: { \(Self.hosts(host)) }
        providers: { v: { kind: vertex, url: "http://127.0.0.1:\(vertex.port)", keys: [env:UP_KEY] } }
        models: { m: { targets: [v/claude-sonnet-4-5], retry: { attempts: 0 } } }
        """, environment: Self.key)
      let part = #"{"type":"image","source":{"type":"url","url":"\#(Self.url(host))"}}"#
      let body =
        path == "/v1/messages"
        ? #"{"model":"m","max_tokens":9,"zap":1,"messages":[{"role":"user","content":[{"type":"text","text":"a"},\#(part)]}]}"#
        : Self.chat(Self.url(host))
      let answer = try await gateway.call("POST", path, body)
      #expect(answer.status == 200, "\(answer.text)")
      let sent = try await vertex.request().json()
      let source = sent["messages"]?[0]?["content"]?[1]?["source"]
      #expect(source?["media_type"]?.string == "image/png")
      #expect(source?["data"]?.string == Self.pngText)
      // What the caller's own dialect has besides is kept.
      #expect(sent["zap"]?.number == (path == "/v1/messages" ? 1 : nil))
    }
  }

  @Test func aProviderThatTakesURLsGetsTheURL() async throws {
    try await Self.withHost(Self.file()) { gateway, amazon, host in
      _ = try await gateway.chat(Self.chat(Self.url(host), model: "both"))
      #expect(host.requests.count == 1)
    }
    try await scenario { scenario in
      let plain = try await scenario.upstream([.chat("seen")])
      let host = try await scenario.upstream(Self.file())
      let gateway = try await scenario.gateway(
        Self.configuration(plain, media: Self.hosts(host), plain: plain), environment: Self.key)
      let body = Self.chat(Self.url(host), model: "plain")
      #expect(try await gateway.chat(body).content() == "seen")
      #expect(try await plain.request().text.contains(Self.url(host)))
      #expect(host.requests.isEmpty)
    }
  }

  // MARK: What is refused

  @Test(arguments: [
    "https://127.0.0.1:PORT/x", "https://localhost:PORT/x", "https://2130706433:PORT/x", "https://0x7f.1:PORT/x",
    "https://[::1]:PORT/x", "https://[::ffff:127.0.0.1]:PORT/x", "https://127.1:PORT/x", "https://0.0.0.0:PORT/x",
    "https://169.254.169.254/latest/meta-data", "https://10.0.0.1/x",
  ])
  func aPrivateAddressIsNeverConnectedTo(url: String) async throws {
    try await scenario { scenario in
      let amazon = try await scenario.upstream([.json(Self.said)])
      let host = try await scenario.upstream(Self.file())
      let gateway = try await scenario.gateway(
        Self.configuration(amazon, media: "hosts: [images.internal]"), environment: Self.key)
      let answer = try await gateway.chat(Self.chat(url.replacing("PORT", with: "\(host.port)")))
      #expect(answer.status == 400)
      #expect(try answer.error()["code"]?.string == "media_not_fetched")
      #expect(try answer.error()["message"]?.string?.contains("no public address") == true, "\(answer.text)")
      #expect(try await gateway.logged()["media"]?["failure"]?.string == "address")
      #expect(host.connectionCount == 0)
      #expect(amazon.requests.isEmpty)
    }
  }

  @Test(arguments: [
    ("http://example.com/x", "not an https URL"), ("https://user:pw@example.com/x", "user or password"),
    ("https:///x", "names no host"), ("https://exa mple.com/x", "other characters"),
  ])
  func aURLThatMayNotBeFetchedIsRefused(url: String, words: String) async throws {
    try await Self.withHost(Self.file()) { gateway, amazon, _ in
      let answer = try await gateway.chat(Self.chat(url))
      #expect(answer.status == 400)
      #expect(try answer.error()["message"]?.string?.contains(words) == true, "\(answer.text)")
      #expect(!answer.text.contains("pw@"))
      #expect(amazon.requests.isEmpty)
    }
  }

  @Test func aHostWithoutATrustedCertificateIsRefused() async throws {
    try await scenario { scenario, network in
      let authority = try await CertificateAuthority(in: scenario.directory())
      let amazon = try await scenario.upstream([.json(Self.said)])
      let host = try await scenario.upstream(Self.file())
      let front = try await network.front(of: host, identity: try await authority.issue("DNS:localhost"))
      let gateway = try await scenario.gateway(
        Self.configuration(amazon, media: "hosts: [\"localhost:\(front.port)\"]"), environment: Self.key)
      let answer = try await gateway.chat(Self.chat("https://localhost:\(front.port)/x"))
      #expect(answer.status == 400)
      #expect(try answer.error()["message"]?.string?.contains("TLS failed") == true, "\(answer.text)")
      #expect(host.requests.isEmpty)
    }
  }

  @Test func aRedirectIsNotFollowed() async throws {
    try await Self.expectRefusal(
      [.text("HTTP/1.1 302 Found\r\nlocation: http://169.254.169.254/\r\ncontent-length: 0\r\n\r\n")],
      saying: "redirects (status 302)", failure: "redirect")
  }

  @Test func anAnnouncedLengthAboveTheLimitIsRefused() async throws {
    try await Self.expectRefusal(
      [.text("HTTP/1.1 200 OK\r\ncontent-type: image/png\r\ncontent-length: 2049\r\n\r\n"), .hang],
      media: "maximum: 2KiB", saying: "2048 bytes together (media.maximum)", failure: "size")
  }

  @Test func moreBytesThanTheLimitAreRefused() async throws {
    let chunk = Script.Step.chunk(String(repeating: "x", count: 1000))
    try await Self.expectRefusal(
      [
        .text("HTTP/1.1 200 OK\r\ncontent-type: image/png\r\ntransfer-encoding: chunked\r\n\r\n"), chunk, chunk, chunk,
        .hang,
      ], media: "maximum: 2KiB", saying: "(media.maximum)", failure: "size")
  }

  @Test func aSlowHostIsGivenUp() async throws {
    try await Self.expectRefusal(
      [.text("HTTP/1.1 200 OK\r\ncontent-type: image/png\r\ncontent-length: 20\r\n\r\nab"), .hang],
      media: "timeout: 100ms", saying: "(media.timeout)", failure: "timeout")
  }

  @Test func anotherTypeIsRefused() async throws {
    try await Self.expectRefusal(
      Self.file(Array("<html>".utf8), type: "text/html; charset=utf-8"), saying: "'text/html; charset=utf-8'",
      failure: "type")
    try await Self.expectRefusal(
      Self.file(Array("%PDF-1.7".utf8), type: "application/octet-stream"), saying: "which is no image", failure: "type")
  }

  @Test func anErrorOfTheHostIsTold() async throws {
    try await Self.expectRefusal(Self.file(type: nil, status: 404), saying: "status 404", failure: "status")
    try await Self.expectRefusal([.close], saying: "closed", failure: "connection")
  }

  @Test func aNextTargetThatTakesURLsAnswersInstead() async throws {
    try await scenario { scenario in
      let amazon = try await scenario.upstream([.json(Self.said)])
      let plain = try await scenario.upstream([.chat("seen")])
      let host = try await scenario.upstream(Self.file(status: 404))
      let gateway = try await scenario.gateway(
        Self.configuration(amazon, media: Self.hosts(host), plain: plain), environment: Self.key)
      let answer = try await gateway.chat(Self.chat(Self.url(host), model: "both"))
      #expect(try answer.content() == "seen")
      #expect(answer.headers["x-sluice-attempts"] == "1")
      #expect(amazon.requests.isEmpty)
    }
  }

  @Test func nothingIsFetchedForATargetThatRefusesTheRequestAnyhow() async throws {
    try await scenario { scenario in
      let amazon = try await scenario.upstream([.json(Self.said)])
      let host = try await scenario.upstream(Self.file())
      let gateway = try await scenario.gateway(
        """
        media: { \(Self.hosts(host)) }
        providers:
          b: { kind: bedrock, url: "http://127.0.0.1:\(amazon.port)", keys: [env:UP_KEY] }
        models:
          blind: { targets: [{ provider: b, model: "amazon.nova-micro-v1:0", capabilities: [tools] }] }
          m: { targets: ["b/amazon.nova-pro-v1:0"] }
        """, environment: Self.key)
      let blind = try await gateway.chat(Self.chat(Self.url(host), model: "blind"))
      #expect(blind.status == 400)
      #expect(try blind.error()["message"]?.string?.hasSuffix("the model 'm' of this gateway can") == true)
      let choices = Self.chat(Self.url(host)).replacing(#""model""#, with: #""n":2,"model""#)
      #expect(try await gateway.chat(choices).error()["param"]?.string == "n")
      #expect(host.requests.isEmpty)
    }
  }

  @Test func noMoreThanFourAreFetchedSideBySide() async throws {
    try await scenario { scenario in
      let gate = Gate()
      let amazon = try await scenario.upstream([.json(Self.said)])
      let host = try await scenario.upstream { _ in Script([.wait(gate)] + Self.file().steps) }
      let gateway = try await scenario.gateway(
        Self.configuration(amazon, media: Self.hosts(host)), environment: Self.key)
      let parts = (0..<7).map { #"{"type":"image_url","image_url":{"url":"\#(Self.url(host, "/\($0)"))"}}"# }
      let body = #"{"model":"m","messages":[{"role":"user","content":[\#(parts.joined(separator: ","))]}]}"#
      async let answer = gateway.chat(body)
      _ = try await host.request(3)
      #expect(host.connectionCount == 4)
      gate.open()
      #expect(try await answer.status == 200)
      #expect(host.requests.count == 7)
      #expect(try await amazon.request().json()["messages"]?[0]?["content"]?[6]?["image"] != nil)
    }
  }

  @Test func aCallerThatLeavesEndsTheFetch() async throws {
    try await Self.withHost([.hang]) { gateway, amazon, host in
      let client = try await gateway.connect()
      client.post("/v1/chat/completions", Self.chat(Self.url(host)))
      _ = try await host.request()
      await client.close()
      try await eventually("the fetch is given up") { host.openConnectionCount == 0 }
      #expect(try await gateway.logged()["outcome"]?.string == "client_gone")
      #expect(amazon.requests.isEmpty)
    }
  }

  // MARK: Off

  @Test func withoutFetchingThePartAndACapableModelAreNamed() async throws {
    try await scenario { scenario in
      let amazon = try await scenario.upstream([.json(Self.said)])
      let plain = try await scenario.upstream([.chat("seen")])
      let host = try await scenario.upstream(Self.file())
      let gateway = try await scenario.gateway(
        Self.configuration(amazon, media: "fetch: false", plain: plain), environment: Self.key)
      let answer = try await gateway.chat(Self.chat(Self.url(host)))
      #expect(answer.status == 400)
      #expect(try answer.error()["code"]?.string == "unsupported_by_model")
      #expect(try answer.error()["param"]?.string == "messages[0].content[1].image_url.url")
      let message = try answer.error()["message"]?.string ?? ""
      #expect(message.contains("media.fetch is false"))
      #expect(message.contains("send the image as base64"))
      #expect(message.hasSuffix("the model 'both' of this gateway can"), "\(message)")
      #expect(try await gateway.chat(Self.chat(Self.url(host), model: "both")).content() == "seen")
      #expect(host.requests.isEmpty)
      // The caller's own words.
      let gemini = try await gateway.call(
        "POST", "/v1beta/models/m:generateContent",
        #"{"contents":[{"parts":[{"fileData":{"fileUri":"https://example.com/x.png","mimeType":"image/png"}}]}]}"#)
      #expect(gemini.status == 400)
      #expect(try gemini.json()["error"]?["message"]?.string?.contains("contents[0].parts[0].fileData.fileUri") == true)
    }
  }

  @Test func aReloadTurnsItOn() async throws {
    try await scenario { scenario in
      let amazon = try await scenario.upstream([.json(Self.said)])
      let host = try await scenario.upstream(Self.file())
      let gateway = try await scenario.gateway(
        Self.configuration(amazon, media: "fetch: false"), environment: Self.key)
      #expect(try await gateway.chat(Self.chat(Self.url(host))).status == 400)
      try gateway.save(Self.configuration(amazon, media: Self.hosts(host)))
      try await eventually("the new setting serves") {
        try await gateway.chat(Self.chat(Self.url(host))).status == 200
      }
    }
  }
}
