import GatewayCore
import GatewayDialects
import Testing

@Suite("Embeddings requests")
struct EmbeddingsRequestTests {
  static let requests: [(EmbeddingsDialect, String)] = [
    (.openAI, #"{"model":"m","input":["a\/1","b"],"dimensions":256,"encoding_format":"float"}"#),
    (
      .cohere,
      #"{"model":"m","texts":["a\/1","b"],"input_type":"search_query","embedding_types":["float"],"output_dimension":256}"#
    ),
    (.dashscope, #"{"model":"m","input":{"texts":["a\/1","b"]},"parameters":{"dimension":256,"text_type":"query"}}"#),
    (
      .bedrockCohere,
      #"{"texts":["a\/1","b"],"input_type":"search_query","embedding_types":["float"],"output_dimension":256}"#
    ),
    (.ollama, #"{"model":"m","input":["a\/1","b"],"dimensions":256}"#),
  ]

  @Test("The same request is written in every format", arguments: requests)
  func writes(dialect: EmbeddingsDialect, body: String) throws {
    let request = try EmbeddingsTesting.request(
      #"{"model":"x","input":["a\/1","b"],"dimensions":256,"input_type":"query"}"#, .openAI)
    #expect(try EmbeddingsTesting.written(request, dialect) == body)
    #expect(
      try EmbeddingsTesting.dropped(request, dialect)
        == (dialect == .openAI || dialect == .ollama ? [.unknown("input_type")] : []))
  }

  @Test("Vertex AI gets instances, of which Gemini's own model takes one at once")
  func writesVertex() throws {
    let request = try EmbeddingsTesting.request(
      #"{"model":"x","input":["a\/1","b"],"dimensions":256,"input_type":"query","truncate":"END"}"#, .openAI)
    #expect(
      try EmbeddingsTesting.written(request, .vertex)
        == #"{"instances":[{"content":"a\/1","task_type":"RETRIEVAL_QUERY"},{"content":"b","task_type":"RETRIEVAL_QUERY"}],"#
        + #""parameters":{"autoTruncate":true,"outputDimensionality":256}}"#)
    #expect(try EmbeddingsTesting.dropped(request, .vertex).isEmpty)
    #expect(EmbeddingsDialect.vertex.maximumInputs(model: "google/gemini-embedding-001") == 1)
    #expect(EmbeddingsDialect.vertex.maximumInputs(model: "text-embedding-005") == 250)
    let plain = try EmbeddingsTesting.request(#"{"input":"a"}"#, .openAI)
    #expect(try EmbeddingsTesting.written(plain, .vertex) == #"{"instances":[{"content":"a"}]}"#)
  }

  @Test("What is written in a format is read from it", arguments: requests)
  func reads(dialect: EmbeddingsDialect, body: String) throws {
    let request = try EmbeddingsTesting.request(body, dialect)
    #expect(request.inputs == [.text("a/1"), .text("b")])
    #expect(request.dimensions?.string == "256")
    #expect(request.types == [.float])
    #expect(request.purpose == (body.contains("type\":\"") ? .query : nil))
    #expect(request.unknown.isEmpty)
  }

  @Test(
    "Formats with vectors of one length refuse another one",
    arguments: [
      (EmbeddingsDialect.hunyuan, #"{"InputList":["a\/1","b"]}"#, [Hint.unknown("input_type")]),
      (.minimax, #"{"model":"m","texts":["a\/1","b"],"type":"query"}"#, []),
    ])
  func writesFixedLength(dialect: EmbeddingsDialect, body: String, dropped: [Hint]) throws {
    let request = try EmbeddingsTesting.request(#"{"input":["a\/1","b"],"input_type":"query"}"#, .openAI)
    #expect(try EmbeddingsTesting.written(request, dialect) == body)
    #expect(try EmbeddingsTesting.dropped(request, dialect) == dropped)
    let sized = try EmbeddingsTesting.request(#"{"input":"a","dimensions":256}"#, .openAI)
    #expect(
      throws: DialectFault(
        unsupported: .opaqueContent, "The model's vectors have one length.", path: "dimensions")
    ) { try EmbeddingsTesting.written(sized, dialect) }
    #expect(throws: DialectFault("no texts are read as \(dialect.rawValue)")) {
      try EmbeddingsTesting.request(body, dialect)
    }
  }

  @Test("MiniMax stores what no purpose is given for")
  func writesMiniMax() throws {
    let request = try EmbeddingsTesting.request(#"{"input":"a"}"#, .openAI)
    #expect(try EmbeddingsTesting.written(request, .minimax) == #"{"model":"m","texts":["a"],"type":"db"}"#)
  }

  @Test("Titan takes one input: a request is split")
  func writesTitan() throws {
    let request = try EmbeddingsTesting.request(#"{"input":["a","b","c"],"dimensions":256}"#, .openAI)
    let parts = request.split(by: try #require(EmbeddingsDialect.bedrockTitan.maximumInputs(model: "m")))
    #expect(
      try parts.map { try EmbeddingsTesting.written($0, .bedrockTitan) } == [
        #"{"inputText":"a","dimensions":256}"#, #"{"inputText":"b","dimensions":256}"#,
        #"{"inputText":"c","dimensions":256}"#,
      ])
    #expect(request.split(by: 2).map(\.inputs.count) == [2, 1])
    #expect(request.split(by: 3).count == 1)
    #expect(throws: DialectFault("Titan takes one input at once, not 3.", path: "input")) {
      try EmbeddingsTesting.written(request, .bedrockTitan)
    }
  }

  @Test("OpenAI's four shapes of an input are read")
  func readsShapes() throws {
    func inputs(_ input: String) throws -> [EmbeddingInput] {
      try EmbeddingsTesting.request(#"{"input":\#(input)}"#, .openAI).inputs
    }
    #expect(try inputs("\"a\"") == [.text("a")])
    #expect(try inputs(#"["a","b"]"#) == [.text("a"), .text("b")])
    #expect(try inputs("[1, 2]") == [.tokens(RawJSON("[1, 2]"))])
    #expect(try inputs("[[1,2],[3]]") == [.tokens(RawJSON("[1,2]")), .tokens(RawJSON("[3]"))])
    #expect(
      try inputs(#"[{"text":"a"},{"image":"https://e/a.png"},{"image":"iVBORw0KGgo="}]"#) == [
        .text("a"), .image(MediaPart(.url("https://e/a.png"))), .image(MediaPart(.base64("iVBORw0KGgo="))),
      ])
  }

  @Test("Tokens stay tokens for OpenAI and mean nothing to others")
  func writesTokens() throws {
    let request = try EmbeddingsTesting.request(#"{"input":[[1,2],[3]],"user":"u"}"#, .openAI)
    #expect(
      try EmbeddingsTesting.written(request, .openAI)
        == #"{"model":"m","input":[[1,2],[3]],"encoding_format":"float","user":"u"}"#)
    for dialect in EmbeddingsDialect.allCases where dialect != .openAI && dialect != .bedrockTitan {
      #expect(throws: DialectFault.self) { try EmbeddingsTesting.written(request, dialect) }
    }
  }

  @Test("Cohere's input type is a document's unless the caller says otherwise")
  func defaultsPurpose() throws {
    func type(_ members: String) throws -> String {
      let request = try EmbeddingsTesting.request(#"{"input":["a"]\#(members)}"#, .openAI)
      let written = try EmbeddingsTesting.written(request, .cohere)
      return String(written.split(separator: "\"input_type\":\"")[1].prefix { $0 != "\"" })
    }
    #expect(try type("") == "search_document")
    #expect(try type(#","input_type":"passage""#) == "search_document")
    #expect(try type(#","task":"retrieval.query""#) == "search_query")
    #expect(try type(#","input_type":"classification""#) == "classification")
    #expect(try type(#","input_type":"new_type""#) == "new_type")
  }

  @Test("Base64 is asked for where there is base64")
  func asksForBase64() throws {
    let request = try EmbeddingsTesting.request(#"{"input":"a","encoding_format":"base64"}"#, .openAI)
    #expect(try EmbeddingsTesting.written(request, .openAI).contains(#""encoding_format":"base64""#))
    #expect(try EmbeddingsTesting.written(request, .cohere).contains(#""embedding_types":["base64"]"#))
    #expect(try EmbeddingsTesting.written(request, .bedrockCohere).contains(#""embedding_types":["float"]"#))
    #expect(
      try EmbeddingsTesting.written(request, .dashscope) == #"{"model":"m","input":{"texts":["a"]},"parameters":{}}"#)
  }

  @Test("Images and mixed inputs go to those who read them")
  func writesImages() throws {
    let image = #"{"type":"image_url","image_url":{"url":"data:image/png;base64,iVBORw0KGgo="}}"#
    let mixed = try EmbeddingsTesting.request(
      #"{"inputs":[{"content":[{"type":"text","text":"a"},\#(image)]}],"input_type":"search_document"}"#, .cohere)
    #expect(
      try EmbeddingsTesting.written(mixed, .cohere).contains(
        #""inputs":[{"content":[{"type":"text","text":"a"},\#(image)]}]"#))
    #expect(
      try EmbeddingsTesting.written(mixed, .bedrockCohere).contains(
        #"{"type":"image_url","image_url":"data:image/png;base64,iVBORw0KGgo="}"#))
    #expect(
      try EmbeddingsTesting.written(mixed, .bedrockTitan) == #"{"inputText":"a","inputImage":"iVBORw0KGgo="}"#)
    #expect(
      throws: DialectFault(unsupported: .images, "The model reads text only.", path: "input[0]")
    ) { try EmbeddingsTesting.written(mixed, .openAI) }
    let images = try EmbeddingsTesting.request(
      #"{"images":["data:image/png;base64,iVBORw0KGgo="],"embedding_types":["float","int8"]}"#, .cohere)
    #expect(
      try EmbeddingsTesting.written(images, .cohere)
        == #"{"model":"m","images":["data:image/png;base64,iVBORw0KGgo="],"input_type":"image","#
        + #""embedding_types":["float","int8"]}"#)
  }

  @Test("Truncation is said in each format's words")
  func writesTruncation() throws {
    let request = try EmbeddingsTesting.request(#"{"texts":["a"],"truncate":"START"}"#, .cohere)
    #expect(try EmbeddingsTesting.written(request, .cohere).contains(#""truncate":"START""#))
    #expect(
      try EmbeddingsTesting.written(request, .bedrockCohere, model: "cohere.embed-v4:0").contains(#""truncate":"LEFT""#)
    )
    #expect(try EmbeddingsTesting.dropped(request, .ollama) == [.unknown("truncate")])
    let end = try EmbeddingsTesting.request(#"{"input":"a","truncate":false}"#, .ollama)
    #expect(try EmbeddingsTesting.written(end, .ollama).contains(#""truncate":false"#))
    #expect(try EmbeddingsTesting.written(end, .cohere).contains(#""truncate":"NONE""#))
  }

  static let bad: [(EmbeddingsDialect, String, String, String)] = [
    (.openAI, "[]", "", "The body must be an object."),
    (.openAI, "{}", "input", "You must provide 'input'."),
    (.openAI, #"{"input":[]}"#, "input", "'input' must be a string or an array with at least one input."),
    (.openAI, #"{"input":7}"#, "input", "'input' must be a string or an array with at least one input."),
    (.openAI, #"{"input":["a",7]}"#, "input[1]", "'input[1]' must be a string or an array of tokens."),
    (.openAI, #"{"input":[1,"a"]}"#, "input[1]", "'input[1]' must be a whole number, at least 0."),
    (.openAI, #"{"input":[1.5]}"#, "input[0]", "'input[0]' must be a whole number, at least 0."),
    (.openAI, #"{"input":[{}]}"#, "input[0]", "'input[0]' must be an object with 'text' or 'image'."),
    (.openAI, #"{"input":"a","dimensions":0}"#, "dimensions", "'dimensions' must be a whole number, at least 1."),
    (
      .openAI, #"{"input":"a","encoding_format":"hex"}"#, "encoding_format",
      "'encoding_format' must be \"float\" or \"base64\"."
    ),
    (.cohere, "{}", "texts", "You must provide 'texts'."),
    (
      .cohere, #"{"texts":["a"],"images":["b"]}"#, "images", "Only one of 'texts', 'images' and 'inputs' can be sent."
    ),
    (.cohere, #"{"texts":[]}"#, "texts", "'texts' must be an array with at least one input."),
    (.cohere, #"{"texts":[1]}"#, "texts[0]", "'texts[0]' must be a string."),
    (
      .cohere, #"{"texts":["a"],"embedding_types":["float16"]}"#, "embedding_types[0]",
      "'embedding_types[0]' must be one of float, int8, uint8, binary, ubinary and base64."
    ),
    (
      .cohere, #"{"inputs":[{"content":[{"type":"video"}]}]}"#, "inputs[0].content[0].type",
      "'inputs[0].content[0].type' must be \"text\" or \"image_url\"."
    ),
    (.cohere, #"{"inputs":[{}]}"#, "inputs[0].content", "You must provide 'inputs[0].content'."),
    (
      .cohere, #"{"texts":["a"],"truncate":"MIDDLE"}"#, "truncate",
      "'truncate' must be \"NONE\", \"START\", \"END\", true or false."
    ),
    (.dashscope, #"{"input":"a"}"#, "input", "'input' must be an object with 'texts', an object."),
    (.dashscope, #"{"input":{}}"#, "input.texts", "You must provide 'input.texts'."),
    (.ollama, #"{"input":[[1]]}"#, "input[0]", "'input[0]' must be a string."),
    (.bedrockTitan, "{}", "inputText", "You must provide 'inputText'."),
  ]

  @Test("Bad input is refused with its path", arguments: bad)
  func refuses(dialect: EmbeddingsDialect, body: String, path: String, message: String) {
    #expect(throws: DialectFault(message, path: path)) { try EmbeddingsTesting.request(body, dialect) }
  }
}
