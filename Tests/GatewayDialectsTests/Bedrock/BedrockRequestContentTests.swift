import GatewayCore
import GatewayDialects
import Testing

@Suite("Content, hints and refusals of Bedrock's requests")
struct BedrockRequestContentTests {
  private func body(_ parts: [CanonicalPart], refused: Set<String> = []) throws -> String {
    var request = CanonicalRequest()
    request.messages = [CanonicalMessage(.user, parts: parts)]
    return try bedrockBody(request, refused: refused)
  }

  @Test func imagesAreBytesOrInABucket() throws {
    let png = try body([CanonicalPart(.image(MediaPart(.base64("AAAA"), mediaType: "image/png")))])
    #expect(png.contains(#"{"image":{"format":"png","source":{"bytes":"AAAA"}}}"#))
    let bucket = try body([CanonicalPart(.image(MediaPart(.url("s3://b/x.WEBP"))))])
    #expect(bucket.contains(#"{"image":{"format":"webp","source":{"s3Location":{"uri":"s3://b/x.WEBP"}}}}"#))
    let jpg = try body([CanonicalPart(.image(MediaPart(.base64("AAAA"), mediaType: "image/jpg; q=1")))])
    #expect(jpg.contains(#""format":"jpeg""#))
  }

  @Test func anImageByItsAddressIsRefusedWithTheWayOut() {
    let image = CanonicalPart(.image(MediaPart(.url("https://example.com/a.png"))))
    #expect(
      fault { _ = try body([image]) }
        == DialectFault(
          unsupported: .images,
          "Bedrock takes images as bytes or from S3, not from a URL; send the image itself as base64, or let the gateway fetch it (media.fetch)"
        ))
  }

  @Test func mediaThatCannotBeSentAreRefused() {
    func kind(_ content: CanonicalPart.Content, refused: Set<String> = []) -> DialectFault.Kind? {
      fault { _ = try body([.text("x"), CanonicalPart(content)], refused: refused) }?.kind
    }
    #expect(kind(.image(MediaPart(.base64("AAAA"), mediaType: "image/bmp"))) == .unsupported(.images))
    #expect(kind(.image(MediaPart(.base64("AAAA")))) == .unsupported(.images))
    #expect(kind(.image(MediaPart(.fileID("file-1")))) == .unsupported(.images))
    #expect(kind(.file(MediaPart(.url("https://example.com/a.pdf")))) == .unsupported(.files))
    #expect(kind(.file(MediaPart(.base64("AAAA"), mediaType: "application/zip"))) == .unsupported(.files))
    #expect(kind(.audio(MediaPart(.base64("AAAA"), mediaType: "audio/midi"))) == .unsupported(.audio))
    #expect(kind(.video(MediaPart(.url("https://example.com/a.mp4")))) == .unsupported(.video))
    #expect(
      kind(.image(MediaPart(.base64("AAAA"), mediaType: "image/png")), refused: ["image"]) == .unsupported(.images))
    #expect(kind(.opaque(.anthropic, kind: "server_tool_use", .emptyObject)) == .unsupported(.opaqueContent))
  }

  @Test func namesOfDocumentsArePlainAndUnique() throws {
    func file(_ name: RawText?) -> CanonicalPart {
      CanonicalPart(.file(MediaPart(.base64("JVBERi0="), name: name)))
    }
    let text = try body([
      .text("x"), file("Q3  report_(final).pdf"), file("Q3 report-(final)-pdf"), file(nil), file("…"), file("Zürich"),
    ])
    let names = text.split(separator: #""name":""#).dropFirst().map { String($0.prefix { $0 != "\"" }) }
    #expect(names == ["Q3 report-(final)-pdf", "Q3 report-(final)-pdf (2)", "document", "-", "Z-rich"])
    #expect(text.contains(#""format":"pdf""#))
  }

  @Test func documentsNeedTextBesideThem() throws {
    let file = CanonicalPart(.file(MediaPart(.text("notes"), mediaType: "text/plain", name: "notes")))
    #expect(fault { _ = try body([file]) }?.kind == .unsupported(.files))
    #expect(
      try body([file, .text("Sum up")]).contains(
        #"{"document":{"format":"txt","name":"notes","source":{"text":"notes"}}}"#))
  }

  @Test func cacheMarksBecomeCachePoints() throws {
    var part = CanonicalPart.text("long")
    part.cacheControl = CacheControl(ttl: "1h")
    #expect(
      try body([part, .text("short")]).contains(
        #"[{"text":"long"},{"cachePoint":{"type":"default","ttl":"1h"}},{"text":"short"}]"#))
    #expect(try !body([part], refused: ["cachePoint"]).contains("cachePoint"))
    var request = asking()
    request.cacheControl = CacheControl()
    #expect(try bedrockBody(request).contains(#"[{"text":"Hello"},{"cachePoint":{"type":"default"}}]"#))
    request.tools = [
      CanonicalTool(name: "f", kind: .function(parameters: nil, isStrict: nil), cacheControl: CacheControl(ttl: "9d"))
    ]
    let written = try writeBedrock(request, refused: ["cachePoint"])
    #expect(written.dropped == [.cacheControl])
    #expect(try bedrockBody(request).contains(#"}}}},{"cachePoint":{"type":"default"}}]"#))
  }

  @Test func onlyProvenThoughtsGoBack() throws {
    var foreign = ReasoningPart(text: "z", redacted: "gAAAA-_")
    foreign.id = "rs_1"
    var request = asking()
    request.messages.append(
      CanonicalMessage(
        .assistant,
        parts: [
          CanonicalPart(.reasoning(ReasoningPart(text: "unsigned"))), CanonicalPart(.reasoning(foreign)),
          CanonicalPart(.reasoning(ReasoningPart(text: "a", signature: "s"))),
          CanonicalPart(.reasoning(ReasoningPart(redacted: "c2VjcmV0"))), .text("Hi"),
        ]))
    #expect(
      try bedrockBody(request).contains(
        #"{"role":"assistant","content":[{"reasoningContent":{"reasoningText":{"text":"a","signature":"s"}}},{"reasoningContent":{"redactedContent":"c2VjcmV0"}},{"text":"Hi"}]}"#
      ))
  }

  @Test func whatBedrockAloneKnowsComesBack() throws {
    let text = #"""
      {"messages":[{"role":"user","content":[{"guardContent":{"text":{"text":"g","qualifiers":["query"]}}}]},{"role":"system","content":[{"toolAddition":{"tool":{"name":"f"}}}]},{"role":"user","content":[{"image":{"format":"png","source":{"s3Location":{"uri":"s3://b/a","bucketOwner":"123456789012"}}}}]}],"system":[{"guardContent":{"text":{"text":"s"}}}],"additionalModelRequestFields":{"anthropic_beta":["x"]},"guardrailConfig":{"guardrailIdentifier":"g","guardrailVersion":"1"},"performanceConfig":{"latency":"optimized"}}
      """#
    let written = try writeBedrock(readBedrock(text))
    #expect(String(decoding: written.body, as: UTF8.self) == text)
    #expect(written.dropped == [])
  }

  @Test func hintsWithoutAWordAreNamed() throws {
    var request = asking()
    request.messages[0].name = "Ann"
    request.sampling.seed = RawJSON(7)
    request.sampling.topK = RawJSON(40)
    request.sampling.frequencyPenalty = RawJSON("0.5")
    request.sampling.temperature = RawJSON("0.2")
    request.user = "u"
    request.verbosity = "low"
    request.store = true
    request.metadata = RawJSON(#"{"a":"ü"}"#)
    request.serviceTier = "auto"
    request.unknown = [("logit", RawJSON(1))]
    let dropped = try writeBedrock(request).dropped
    #expect(
      Set(dropped) == [
        .participantName, .seed, .topK, .frequencyPenalty, .user, .verbosity, .store, .metadata, .serviceTier,
        .unknown("logit"),
      ])
    #expect(dropped == dropped.sorted { "\($0)" < "\($1)" })
  }

  @Test func metadataAndTiersThatFitAreSent() throws {
    var request = asking()
    request.metadata = RawJSON(#"{"team":"a b/c"}"#)
    request.serviceTier = "priority"
    let written = try writeBedrock(request)
    #expect(
      String(decoding: written.body, as: UTF8.self).hasSuffix(
        #""requestMetadata":{"team":"a b/c"},"serviceTier":{"type":"priority"}}"#))
    #expect(written.dropped == [])
  }

  @Test func temperaturesEndAtOne() throws {
    func temperature(_ digits: StaticString) throws -> Bool {
      var request = asking()
      request.sampling.temperature = RawJSON(digits)
      return try bedrockBody(request).contains(#""temperature":1}"#)
    }
    #expect(try temperature("1.7"))
    #expect(try temperature("1"))
    #expect(try !temperature("1e-9"))
  }

  @Test func meaningWithoutAWordIsRefused() {
    func part(_ change: (inout CanonicalRequest) -> Void) -> DialectFault.Kind? {
      var request = asking()
      change(&request)
      return fault { _ = try writeBedrock(request) }?.kind
    }
    #expect(part { $0.choices = 2 } == .unsupported(.severalChoices))
    #expect(part { $0.logprobs = true } == .unsupported(.logprobs))
    #expect(part { $0.audioOutput = .emptyObject } == .unsupported(.audioOutput))
    #expect(part { $0.modalities = ["text", "image"] } == .unsupported(.imageOutput))
    #expect(part { $0.cachedContent = "c" } == .unsupported(.cachedContent))
    #expect(part { $0.previousResponseID = "r" } == .unsupported(.storedState))
    #expect(part { $0.choices = 1 } == nil)
  }
}
