import GatewayTesting
import Testing

/// Calls that are no conversations: vectors, ranks, images, audio, moderation.
@Suite struct OtherSurfaces {
  private static func configuration(_ kind: String, _ upstream: ScriptedUpstream, type: String, model: String = "up")
    -> String
  {
    let base = kind == "openai-compatible" ? upstream.url : "http://127.0.0.1:\(upstream.port)"
    return """
      providers:
        p: { kind: \(kind), url: "\(base)", keys: [env:UP_KEY] }
      models:
        m: { type: \(type), targets: ["p/\(model)"], retry: { attempts: 0 } }
      """
  }

  private static let key = ["UP_KEY": "sk-up"]

  private static let vectors = #"""
    {"object":"list","data":[{"object":"embedding","index":0,"embedding":[0.10,-2e-3]}],"model":"up",\#
    "usage":{"prompt_tokens":4,"total_tokens":4}}
    """#

  // MARK: Vectors

  @Test func anEmbeddingCallReachesCohere() async throws {
    try await scenario { scenario in
      let cohere = try await scenario.upstream([
        .json(#"{"id":"x","embeddings":{"float":[[0.10,2],[3,4]]},"meta":{"billed_units":{"input_tokens":7}}}"#)
      ])
      let gateway = try await scenario.gateway(
        Self.configuration("cohere", cohere, type: "embedding"), environment: Self.key)
      let answer = try await gateway.call(
        "POST", "/v1/embeddings", #"{"model":"m","input":["a","b"],"user":"u"}"#)
      #expect(answer.status == 200)
      #expect(answer.text.contains(#""embedding":[0.10,2]"#))
      #expect(try answer.json()["usage"]?["prompt_tokens"]?.number == 7)
      #expect(answer.headers["x-sluice-dropped"] == "user")
      let request = try await cohere.request()
      #expect(request.target == "/v2/embed")
      #expect(request.text.contains(#""input_type":"search_document""#))
      #expect(try await gateway.logged()["usage"]?["input_uncached"]?.number == 7)
    }
  }

  @Test func inputsThatAProviderTakesOneByOneAreSentSideBySide() async throws {
    try await scenario { scenario in
      let amazon = try await scenario.upstream { request in
        let text = (try? request.json()["inputText"]?.string) ?? "?"
        return [.json(#"{"embedding":[\#(text)],"inputTextTokenCount":1}"#)]
      }
      let gateway = try await scenario.gateway(
        Self.configuration("bedrock", amazon, type: "embedding", model: "amazon.titan-embed-text-v2:0"),
        environment: Self.key)
      let inputs = (0..<20).map { "\"\($0)\"" }.joined(separator: ",")
      let answer = try await gateway.call("POST", "/v1/embeddings", "{\"model\":\"m\",\"input\":[\(inputs)]}")
      #expect(answer.status == 200)
      let data = try answer.json()["data"]
      for index in 0..<20 { #expect(data?[index]?["embedding"]?[0]?.number == Double(index)) }
      #expect(try answer.json()["usage"]?["total_tokens"]?.number == 20)
      #expect(amazon.requests.count == 20)
      #expect(amazon.requests[0].target == "/model/amazon.titan-embed-text-v2%3A0/invoke")
      #expect(answer.headers["x-sluice-attempts"] == "1")
    }
  }

  @Test func oneOfManyThatFailsFailsTheTry() async throws {
    try await scenario { scenario in
      let amazon = try await scenario.upstream { request in
        request.text.contains("\"3\"")
          ? [.json(#"{"message":"slow down"}"#, status: 429)] : [.json(#"{"embedding":[1],"inputTextTokenCount":1}"#)]
      }
      let gateway = try await scenario.gateway(
        Self.configuration("bedrock", amazon, type: "embedding", model: "amazon.titan-embed-text-v2:0"),
        environment: Self.key)
      let answer = try await gateway.call(
        "POST", "/v1/embeddings", #"{"model":"m","input":["0","1","2","3","4"]}"#)
      #expect(answer.status == 429)
      #expect(answer.text.contains("slow down"))
    }
  }

  @Test func aGeminiCallerReachesAnOpenAIProvider() async throws {
    try await scenario { scenario in
      let upstream = try await scenario.upstream([.json(Self.vectors)])
      let gateway = try await scenario.gateway(
        Self.configuration("openai-compatible", upstream, type: "embedding"), environment: Self.key)
      let answer = try await gateway.call(
        "POST", "/v1beta/models/m:batchEmbedContents",
        #"{"requests":[{"model":"models/m","content":{"parts":[{"text":"a"}]},"outputDimensionality":2}]}"#)
      #expect(
        answer.text
          == #"{"embeddings":[{"values":[0.10,-2e-3]}],"usageMetadata":{"promptTokenCount":4,"totalTokenCount":4}}"#)
      let request = try await upstream.request()
      #expect(request.target == "/v1/embeddings")
      #expect(request.text.contains(#""input":["a"]"#) && request.text.contains(#""dimensions":2"#))
    }
  }

  @Test func aCallInTheProvidersOwnFormatStaysAsItIs() async throws {
    try await scenario { scenario in
      let gemini = try await scenario.upstream([.json(#"{"embeddings":[{"values":[1.50]}],"more":null}"#)])
      let gateway = try await scenario.gateway(
        Self.configuration("gemini", gemini, type: "embedding"), environment: Self.key)
      let body = #"{"requests":[ {"content":{"parts":[{"text":"a"}]},"title":"\u0041","zap":1e2} ]}"#
      let answer = try await gateway.call("POST", "/v1beta/models/m:batchEmbedContents", body)
      #expect(answer.text == #"{"embeddings":[{"values":[1.50]}],"more":null}"#)
      let request = try await gemini.request()
      #expect(request.text == body)
      #expect(request.target == "/v1beta/models/up:batchEmbedContents")
    }
  }

  // MARK: Ranks

  @Test func aJinaClientReachesCohere() async throws {
    try await scenario { scenario in
      let cohere = try await scenario.upstream([
        .json(#"{"id":"r","results":[{"index":1,"relevance_score":0.90},{"index":0,"relevance_score":0.1}]}"#)
      ])
      let gateway = try await scenario.gateway(
        Self.configuration("cohere", cohere, type: "rerank"), environment: Self.key)
      let answer = try await gateway.call(
        "POST", "/v1/rerank", #"{"model":"m","query":"q","documents":["a","b"],"top_n":1}"#)
      let result = try answer.json()["results"]?[0]
      #expect(result?["index"]?.number == 1)
      #expect(answer.text.contains(#""relevance_score":0.90"#))
      #expect(result?["document"]?["text"]?.string == "b")
      #expect(try await cohere.request().target == "/v2/rerank")
    }
  }

  @Test func aQueryIsNeededToRank() async throws {
    try await scenario { scenario in
      let upstream = try await scenario.upstream([.json("{}")])
      let gateway = try await scenario.gateway(
        Self.configuration("openai-compatible", upstream, type: "rerank"), environment: Self.key)
      let answer = try await gateway.call("POST", "/v2/rerank", #"{"model":"m","documents":["a"]}"#)
      #expect(answer.status == 400)
      #expect(try answer.json()["message"]?.string?.contains("'query'") == true)
      #expect(upstream.requests.isEmpty)
    }
  }

  // MARK: OpenAI's own

  @Test func moderationAndImagesPassUntouched() async throws {
    try await scenario { scenario in
      let upstream = try await scenario.upstream { request in
        request.target == "/v1/moderations"
          ? [.json(#"{"id":"modr-1","results":[{"flagged":false}]}"#)]
          : [.json(#"{"created":1,"data":[{"b64_json":"aGk="}],"usage":{"input_tokens":9,"output_tokens":50}}"#)]
      }
      let gateway = try await scenario.gateway(
        """
        providers:
          p: { kind: openai-compatible, url: "\(upstream.url)" }
        models:
          mod: { type: moderation, targets: [p/up-mod] }
          img: { type: image, targets: [p/up-img] }
        """)
      let checked = try await gateway.call("POST", "/v1/moderations", #"{"model":"mod","input":"x","zap":1.0}"#)
      #expect(checked.text == #"{"id":"modr-1","results":[{"flagged":false}]}"#)
      #expect(try await upstream.request().text == #"{"model":"up-mod","input":"x","zap":1.0}"#)
      let image = try await gateway.call("POST", "/v1/images/generations", #"{"model":"img","prompt":"a cat","n":1}"#)
      #expect(image.status == 200)
      #expect(try await upstream.request(1).target == "/v1/images/generations")
      let usage = try await gateway.logged { $0["surface"]?.string == "images.generations" }["usage"]
      #expect(usage?["output"]?.number == 50)
    }
  }

  @Test func theUsageOfAStreamedImageIsThatOfItsLastEvent() async throws {
    try await scenario { scenario in
      let picture = String(repeating: "iVBOR", count: 3000)
      let last =
        #"{"type":"image_generation.completed","b64_json":"\#(picture)","usage":{"input_tokens":9,"output_tokens":50}}"#
      let upstream = try await scenario.upstream([
        .streamHead, .chunk(#"data: {"type":"image_generation.partial_image","b64_json":"\#(picture)"}"# + "\n\n"),
        .chunk("data: \(last)\n\n"), .text("0\r\n\r\n"),
      ])
      let gateway = try await scenario.gateway(
        """
        providers:
          p: { kind: openai-compatible, url: "\(upstream.url)" }
        models:
          img: { type: image, targets: [p/up-img] }
        """)
      let image = try await gateway.call(
        "POST", "/v1/images/generations", #"{"model":"img","prompt":"a cat","stream":true}"#)
      #expect(image.text.contains(last))
      let usage = try await gateway.logged()["usage"]
      #expect(usage?["input_uncached"]?.number == 9)
      #expect(usage?["output"]?.number == 50)
      #expect(usage?["estimated"] == .bool(false))
    }
  }

  @Test func aProviderWithoutTheOperationIsNamed() async throws {
    try await scenario { scenario in
      let upstream = try await scenario.upstream([.json("{}")])
      let gateway = try await scenario.gateway(
        Self.configuration("anthropic", upstream, type: "moderation"), environment: Self.key)
      let answer = try await gateway.call("POST", "/v1/moderations", #"{"model":"m","input":"x"}"#)
      #expect(answer.status == 400)
      #expect(try answer.error()["message"]?.string?.contains("/v1/moderations: p/up") == true)
    }
  }

  // MARK: Forms

  private static func form(_ fields: [(head: String, value: String)], boundary: String = "xYz") -> String {
    fields.map { "--\(boundary)\r\nContent-Disposition: form-data; \($0.head)\r\n\r\n\($0.value)\r\n" }.joined()
      + "--\(boundary)--\r\n"
  }

  private static let formHeaders: HeaderList = ["content-type": "multipart/form-data; boundary=\"xYz\""]

  @Test func aTranscriptionChangesNothingButTheModel() async throws {
    try await scenario { scenario in
      let upstream = try await scenario.upstream([.json(#"{"text":"hello","usage":{"type":"duration","seconds":1}}"#)])
      let gateway = try await scenario.gateway(
        Self.configuration("openai-compatible", upstream, type: "transcription"), environment: Self.key)
      let audio = "RIFF\u{0}--xY\r\n--not\r\n\r\n"
      let fields = [
        (#"name="file"; filename="a.wav"\#r\#nContent-Type: audio/wav"#, audio), (#"name="model""#, "m"),
        (#"name="language""#, "de"),
      ]
      let answer = try await gateway.call(
        "POST", "/v1/audio/transcriptions", Self.form(fields), headers: Self.formHeaders)
      #expect(answer.status == 200)
      #expect(try answer.json()["text"]?.string == "hello")
      let request = try await upstream.request()
      #expect(request.target == "/v1/audio/transcriptions")
      #expect(request.headers["content-type"] == Self.formHeaders["content-type"])
      var expected = fields
      expected[1].1 = "up"
      #expect(request.text == Self.form(expected))
    }
  }

  @Test(arguments: [
    ("--xYz\r\nContent-Disposition: form-data; name=\"model\"\r\n\r\nm", "its last boundary is missing"),
    ("nothing", "its boundary is nowhere"), ("--xYz\r\n\r\nx\r\n--xYz--", "a part has no name"),
    (form([(#"name="file"; filename="a""#, "x")]), "You must provide 'model'"),
    (form([(#"name="model""#, "m")]), "You must provide 'file'"),
    (form([(#"name="model""#, "m"), (#"name="model""#, "n")]), "occurs more than once"),
  ])
  func aBrokenFormIsRefused(_ body: String, _ message: String) async throws {
    try await scenario { scenario in
      let upstream = try await scenario.upstream([.json("{}")])
      let gateway = try await scenario.gateway(
        Self.configuration("openai-compatible", upstream, type: "transcription"), environment: Self.key)
      let answer = try await gateway.call("POST", "/v1/audio/transcriptions", body, headers: Self.formHeaders)
      #expect(answer.status == 400)
      #expect(try answer.error()["message"]?.string?.contains(message) == true)
      #expect(upstream.requests.isEmpty)
    }
  }

  @Test func parametersBecomeFieldsOfAForm() async throws {
    try await scenario { scenario in
      let upstream = try await scenario.upstream([
        .text("HTTP/1.1 200 OK\r\ncontent-type: text/plain\r\ncontent-length: 2\r\n\r\nhi")
      ])
      let gateway = try await scenario.gateway(
        Self.configuration("openai-compatible", upstream, type: "transcription").replacing(
          "retry: {",
          with:
            "parameters: { default: { language: de, temperature: 0.2 }, clamp: { temperature: [0, 0.5] } }, retry: {"),
        environment: Self.key)
      let body = Self.form([
        (#"name="file"; filename="a""#, "x"), (#"name="model""#, "m"), (#"name="temperature""#, "0.9"),
      ])
      let answer = try await gateway.call("POST", "/v1/audio/transcriptions", body, headers: Self.formHeaders)
      #expect(answer.text == "hi")
      #expect(answer.headers["content-type"] == "text/plain")
      #expect(
        try await upstream.request().text
          == Self.form([
            (#"name="language""#, "de"), (#"name="file"; filename="a""#, "x"), (#"name="model""#, "up"),
            (#"name="temperature""#, "0.5"),
          ]))
    }
  }

  // MARK: Bytes

  @Test func speechIsHandedOnAsItComes() async throws {
    try await scenario { scenario in
      let gate = Gate()
      let upstream = try await scenario.upstream([
        .text("HTTP/1.1 200 OK\r\ncontent-type: audio/mpeg\r\ntransfer-encoding: chunked\r\n\r\n3\r\nabc\r\n"),
        .wait(gate), .text("2\r\nde\r\n0\r\n\r\n"),
      ])
      let gateway = try await scenario.gateway(
        Self.configuration("openai-compatible", upstream, type: "speech"), environment: Self.key)
      let client = try await gateway.connect()
      client.post("/v1/audio/speech", #"{"model":"m","input":"hi","voice":"alloy"}"#)
      let head = try await client.head()
      #expect(head.headers["content-type"] == "audio/mpeg")
      #expect(try await client.piece().map { String(decoding: $0, as: UTF8.self) } == "abc")
      gate.open()
      #expect(try await client.piece().map { String(decoding: $0, as: UTF8.self) } == "de")
      #expect(try await client.piece() == nil)
      #expect(try await gateway.logged()["outcome"]?.string == "success")
    }
  }

  @Test func speechThatBreaksOffIsCutAndNotEnded() async throws {
    try await scenario { scenario in
      let upstream = try await scenario.upstream([
        .text("HTTP/1.1 200 OK\r\ncontent-type: audio/mpeg\r\ntransfer-encoding: chunked\r\n\r\n3\r\nabc\r\n"), .close,
      ])
      let gateway = try await scenario.gateway(
        Self.configuration("openai-compatible", upstream, type: "speech"), environment: Self.key)
      let client = try await gateway.connect()
      client.post("/v1/audio/speech", #"{"model":"m","input":"hi","voice":"alloy"}"#)
      _ = try await client.head()
      let rest = try await client.bytesUntilClosed()
      #expect(!String(decoding: rest, as: UTF8.self).contains("\r\n0\r\n"))
      #expect(!String(decoding: rest, as: UTF8.self).contains("error"))
      #expect(try await gateway.logged()["outcome"]?.string == "broken")
    }
  }

  @Test func anErrorInsteadOfSpeechLeadsToTheNextTarget() async throws {
    try await scenario { scenario in
      let first = try await scenario.upstream([.json(#"{"error":{"message":"no voice"}}"#)])
      let second = try await scenario.upstream([
        .text("HTTP/1.1 200 OK\r\ncontent-type: audio/mpeg\r\ncontent-length: 3\r\n\r\nabc")
      ])
      let gateway = try await scenario.gateway(
        """
        providers:
          a: { kind: openai-compatible, url: "\(first.url)" }
          b: { kind: openai-compatible, url: "\(second.url)" }
        models:
          m: { type: speech, targets: [a/x, b/y], retry: { attempts: 0 } }
        """)
      let answer = try await gateway.call("POST", "/v1/audio/speech", #"{"model":"m","input":"hi","voice":"v"}"#)
      #expect(answer.text == "abc")
      #expect(answer.headers["x-sluice-target"] == "b/y")
    }
  }

  // MARK: Counting tokens

  @Test func aProviderThatCountsIsAsked() async throws {
    try await scenario { scenario in
      let claude = try await scenario.upstream([.json(#"{"input_tokens":14}"#)])
      let gateway = try await scenario.gateway(
        Self.configuration("anthropic", claude, type: "chat"), environment: Self.key)
      let body = #"{"model":"m","messages":[{"role":"user","content":"x"}]}"#
      let answer = try await gateway.call("POST", "/v1/messages/count_tokens", body)
      #expect(answer.text == #"{"input_tokens":14}"#)
      #expect(answer.headers["x-sluice-estimated"] == nil)
      #expect(try await claude.request().target == "/v1/messages/count_tokens")
      #expect(try await gateway.logged()["usage"] == nil)
    }
  }

  @Test func whereNobodyCountsItIsEstimated() async throws {
    try await scenario { scenario in
      let chat = try await scenario.upstream([.json("{}")])
      let gateway = try await scenario.gateway(
        Self.configuration("openai-compatible", chat, type: "chat"), environment: Self.key)
      let answer = try await gateway.call(
        "POST", "/v1beta/models/m:countTokens", #"{"contents":[{"parts":[{"text":"hello there"}]}]}"#)
      #expect(answer.headers["x-sluice-estimated"] == "true")
      #expect(try answer.json()["totalTokens"]?.number ?? 0 > 0)
      #expect(chat.requests.isEmpty)
    }
  }
}
