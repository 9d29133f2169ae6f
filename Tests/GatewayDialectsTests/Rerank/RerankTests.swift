import GatewayCore
import GatewayDialects
import Testing

@Suite("Rerank")
struct RerankTests {
  private static let context = AnswerContext(
    exchangeID: "00112233445566778899aabbccddeeff", created: 1, model: "mine", includesUsage: false)
  private static let id = "00112233-4455-6677-8899-aabbccddeeff"

  private static func request(_ body: String, _ dialect: RerankDialect) throws -> RerankRequest {
    try RerankRequestReader.read(JSONDocument(Array(body.utf8), refusesDuplicates: true).root, as: dialect)
  }

  private static func written(_ request: RerankRequest, _ dialect: RerankDialect) throws -> String {
    let written = try RerankRequestWriter.write(request, as: dialect, traits: TargetTraits(model: "m"))
    return String(decoding: written.body, as: UTF8.self)
  }

  private static func answer(_ body: String, documents: Int = 3) throws -> RerankAnswer {
    try RerankAnswerReader.read(JSONDocument(Array(body.utf8), loneSurrogates: .replaced).root, documents: documents)
  }

  private static func written(_ answer: RerankAnswer, _ request: RerankRequest, _ dialect: RerankDialect) -> String {
    String(decoding: RerankAnswerWriter.write(answer, to: request, as: dialect, context: context), as: UTF8.self)
  }

  // MARK: Requests

  static let requests: [(RerankDialect, String)] = [
    (.cohere, #"{"model":"m","query":"q\/1","documents":["a","b","c"],"top_n":2}"#),
    (.cohereV1, #"{"model":"m","query":"q\/1","documents":["a","b","c"],"top_n":2,"return_documents":false}"#),
    (.jina, #"{"model":"m","query":"q\/1","documents":["a","b","c"],"top_n":2,"return_documents":false}"#),
    (.voyage, #"{"model":"m","query":"q\/1","documents":["a","b","c"],"top_k":2,"return_documents":false}"#),
    (
      .dashscope,
      #"{"model":"m","input":{"query":"q\/1","documents":["a","b","c"]},"parameters":{"top_n":2,"return_documents":false}}"#
    ),
    (
      .textEmbeddingsInference,
      #"{"query":"q\/1","texts":["a","b","c"],"raw_scores":false,"return_text":false,"truncate":true}"#
    ),
  ]

  @Test("The same request is written in every format", arguments: requests)
  func writesRequest(dialect: RerankDialect, body: String) throws {
    let request = try Self.request(#"{"query":"q\/1","documents":["a","b","c"],"top_n":2}"#, .jina)
    #expect(try Self.written(request, dialect) == body)
  }

  @Test("Bedrock's path names the model; Cohere's models want their version of the API")
  func writesBedrock() throws {
    let request = try Self.request(#"{"query":"q","documents":["a"],"top_n":1,"max_tokens_per_doc":9}"#, .cohere)
    func body(_ model: String) throws -> String {
      let written = try RerankRequestWriter.write(request, as: .bedrock, traits: TargetTraits(model: model))
      return String(decoding: written.body, as: UTF8.self)
    }
    #expect(
      try body("cohere.rerank-v3-5:0")
        == #"{"query":"q","documents":["a"],"top_n":1,"max_tokens_per_doc":9,"api_version":2}"#)
    #expect(try body("amazon.rerank-v1:0") == #"{"query":"q","documents":["a"],"top_n":1}"#)
  }

  @Test("What is written in a format is read from it", arguments: requests)
  func readsRequest(dialect: RerankDialect, body: String) throws {
    let request = try Self.request(body, dialect)
    #expect(request.query == .text("q/1"))
    #expect(request.documents == [.text("a"), .text("b"), .text("c")])
    #expect(request.topN?.string == (dialect == .textEmbeddingsInference ? nil : "2"))
    #expect(request.unknown.map(\.name.string) == (dialect == .textEmbeddingsInference ? ["raw_scores"] : []))
  }

  @Test("The formats that share a path are told apart")
  func tellsApart() throws {
    for (dialect, body) in Self.requests where dialect != .dashscope {
      let root = try JSONDocument(Array(body.utf8)).root
      let expected: RerankDialect =
        dialect == .voyage || dialect == .textEmbeddingsInference ? dialect : .jina
      #expect(RerankDialect.ofSharedPath(root) == expected)
    }
  }

  @Test("Documents with fields stay as they are where the format has them, and become text elsewhere")
  func writesFields() throws {
    let request = try Self.request(
      #"{"query":"q","documents":[{"title":"T","text":"x\ny","n":1.50},{"text":"z"}],"rank_fields":["title","n","text"]}"#,
      .cohereV1)
    #expect(
      try Self.written(request, .cohereV1)
        == #"{"model":"m","query":"q","documents":[{"title":"T","text":"x\ny","n":1.50},{"text":"z"}],"#
        + #""rank_fields":["title","n","text"],"return_documents":false}"#)
    #expect(
      try Self.written(request, .cohere)
        == #"{"model":"m","query":"q","documents":["title: T\nn: 1.50\ntext: x\ny","text: z"]}"#)
  }

  @Test("Images go to those who read them only")
  func writesImages() throws {
    let request = try Self.request(
      #"{"query":{"image":"https://e/q.png"},"documents":[{"image":"https://e/a.png"},{"text":"b"}]}"#, .jina)
    #expect(
      try Self.written(request, .jina)
        == #"{"model":"m","query":{"image":"https://e/q.png"},"documents":[{"image":"https://e/a.png"},"b"],"#
        + #""return_documents":false}"#)
    #expect(
      throws: DialectFault(unsupported: .images, "The model reads text documents only.", path: "query")
    ) { try Self.written(request, .cohere) }
  }

  @Test("Hints without a word are named as the caller wrote them")
  func namesDropped() throws {
    let request = try Self.request(
      #"{"query":"q","documents":["a"],"max_tokens_per_doc":512,"instruct":"i","overlap_tokens":3,"truncation":false}"#,
      .jina)
    func dropped(_ dialect: RerankDialect) throws -> [Hint] {
      try RerankRequestWriter.write(request, as: dialect, traits: TargetTraits(model: "m")).dropped
    }
    #expect(
      try dropped(.cohere) == [.unknown("instruction"), .unknown("overlap_tokens"), .unknown("truncation")])
    #expect(
      try dropped(.voyage) == [.unknown("instruction"), .unknown("max_tokens_per_doc"), .unknown("overlap_tokens")])
    #expect(try Self.written(request, .cohere).contains(#""max_tokens_per_doc":512"#))
    #expect(try Self.written(request, .textEmbeddingsInference).contains(#""truncate":false"#))
    #expect(try Self.written(request, .dashscope).contains(#""instruct":"i""#))
  }

  static let bad: [(RerankDialect, String, String, String)] = [
    (.jina, "7", "", "The body must be an object."),
    (.jina, #"{"documents":["a"]}"#, "query", "You must provide 'query'."),
    (.jina, #"{"query":"q"}"#, "documents", "You must provide 'documents'."),
    (.jina, #"{"query":7,"documents":["a"]}"#, "query", "'query' must be a string or an object."),
    (
      .cohere, #"{"query":"q","documents":[]}"#, "documents", "'documents' must be an array with at least one document."
    ),
    (.cohere, #"{"query":"q","documents":["a",1]}"#, "documents[1]", "'documents[1]' must be a string or an object."),
    (.cohere, #"{"query":"q","documents":["a"],"top_n":0}"#, "top_n", "'top_n' must be a whole number, at least 1."),
    (.jina, #"{"query":"q","documents":["a"],"top_n":"2"}"#, "top_n", "'top_n' must be a whole number, at least 1."),
    (
      .jina, #"{"query":"q","documents":["a"],"return_documents":1}"#, "return_documents",
      "'return_documents' must be true or false."
    ),
    (.textEmbeddingsInference, #"{"query":"q","documents":["a"]}"#, "texts", "You must provide 'texts'."),
    (.dashscope, #"{"query":"q","documents":["a"]}"#, "input", "You must provide 'input'."),
    (.dashscope, #"{"input":{"query":"q"}}"#, "input.documents", "You must provide 'input.documents'."),
    (
      .dashscope, #"{"input":{"query":"q","documents":["a"]},"parameters":{"top_n":-1}}"#, "parameters.top_n",
      "'parameters.top_n' must be a whole number, at least 1."
    ),
  ]

  @Test("Bad input is refused with its path", arguments: bad)
  func refuses(dialect: RerankDialect, body: String, path: String, message: String) {
    #expect(throws: DialectFault(message, path: path)) { try Self.request(body, dialect) }
  }

  @Test("A document without text has no meaning for a model that reads text")
  func refusesEmptyObject() throws {
    let request = try Self.request(#"{"query":"q","documents":["a",{"body":"b"}]}"#, .jina)
    let message = "'documents[1]' must have a 'text', or 'rank_fields' must name the members that count."
    #expect(throws: DialectFault(message, path: "documents[1]")) { try Self.written(request, .voyage) }
  }

  // MARK: Answers

  static let answers = [
    #"{"id":"x","results":[{"index":2,"relevance_score":0.9900},{"index":0,"relevance_score":1e-9}],"#
      + #""meta":{"api_version":{"version":"2"},"tokens":{"input_tokens":12},"billed_units":{"search_units":1}}}"#,
    #"{"model":"p","object":"list","usage":{"total_tokens":12,"prompt_tokens":12},"#
      + #""results":[{"index":2,"relevance_score":0.9900,"document":{"text":"c"}},{"index":0,"relevance_score":1e-9}]}"#,
    #"{"object":"list","data":[{"relevance_score":0.9900,"index":2,"document":"c"},{"relevance_score":1e-9,"index":0}],"#
      + #""model":"p","usage":{"total_tokens":12}}"#,
    #"{"output":{"results":[{"document":{"text":"c"},"index":2,"relevance_score":0.9900},{"index":0,"#
      + #""relevance_score":1e-9}]},"usage":{"total_tokens":12},"request_id":"r"}"#,
    #"[{"index":2,"text":"c","score":0.9900},{"index":0,"score":1e-9}]"#,
  ]

  @Test("Every provider's answer is read, scores in their digits", arguments: answers)
  func readsAnswer(body: String) throws {
    let answer = try Self.answer(body)
    #expect(answer.results.map(\.index) == [2, 0])
    #expect(answer.results.map(\.score.string) == ["0.9900", "1e-9"])
    #expect(answer.usage?.totalInput == (body.hasPrefix("[") ? nil : 12))
  }

  static let writtenAnswers: [(RerankDialect, String)] = [
    (
      .cohere,
      #"{"id":"\#(id)","results":[{"index":2,"relevance_score":0.9900}],"meta":{"api_version":{"version":"2"},"#
        + #""billed_units":{"search_units":1},"tokens":{"input_tokens":12,"output_tokens":0}}}"#
    ),
    (
      .cohereV1,
      #"{"id":"\#(id)","results":[{"index":2,"relevance_score":0.9900,"document":{"text":"c\u0021"}}],"#
        + #""meta":{"api_version":{"version":"1"},"billed_units":{"search_units":1},"#
        + #""tokens":{"input_tokens":12,"output_tokens":0}}}"#
    ),
    (
      .jina,
      #"{"id":"\#(id)","object":"list","model":"mine","results":[{"index":2,"relevance_score":0.9900,"#
        + #""document":{"text":"c\u0021"}}],"usage":{"prompt_tokens":12,"total_tokens":12},"#
        + #""meta":{"api_version":{"version":"1"},"billed_units":{"search_units":1},"#
        + #""tokens":{"input_tokens":12,"output_tokens":0}}}"#
    ),
    (
      .voyage,
      #"{"object":"list","data":[{"index":2,"relevance_score":0.9900,"document":"c\u0021"}],"model":"mine","#
        + #""usage":{"prompt_tokens":12,"total_tokens":12}}"#
    ),
    (
      .dashscope,
      #"{"output":{"results":[{"index":2,"relevance_score":0.9900,"document":{"text":"c\u0021"}}]},"#
        + #""usage":{"total_tokens":12},"request_id":"\#(id)"}"#
    ),
    (.textEmbeddingsInference, #"[{"index":2,"score":0.9900,"text":"c\u0021"}]"#),
  ]

  @Test("The answer is written in every format, cut to what was asked for", arguments: writtenAnswers)
  func writesAnswer(dialect: RerankDialect, body: String) throws {
    let request = try Self.request(
      #"{"query":"q","documents":["a","b","c\u0021"],"top_n":1,"return_documents":true}"#, .jina)
    #expect(Self.written(try Self.answer(Self.answers[0]), request, dialect) == body)
  }

  @Test("Documents are not repeated unless they are wanted; Jina repeats them by itself")
  func omitsDocuments() throws {
    let request = try Self.request(#"{"query":"q","documents":["a","b","c"]}"#, .jina)
    let answer = try Self.answer(Self.answers[0])
    for dialect in RerankDialect.allCases {
      let text = Self.written(answer, request, dialect)
      #expect(text.contains("\"c\"") == (dialect == .jina), "\(dialect)")
    }
  }

  @Test("The best stay when a provider that sorts nothing is cut")
  func sorts() throws {
    let answer = try Self.answer(
      #"[{"index":0,"score":0.1},{"index":1,"score":9e-1},{"index":2,"score":0.5}]"#)
    #expect(answer.top(2).map(\.index) == [1, 2])
    #expect(answer.top(nil).map(\.index) == [0, 1, 2])
    #expect(answer.top(7).map(\.index) == [0, 1, 2])
  }

  @Test(
    "A malformed answer is a fault",
    arguments: [
      ("{}", "malformed answer: it has no list of results"),
      (#"{"results":{}}"#, "malformed answer: it has no list of results"),
      (#"{"results":[{}]}"#, "malformed answer: a result without the index of a document"),
      (#"{"results":[{"index":3,"relevance_score":1}]}"#, "malformed answer: a result without the index of a document"),
      (#"{"results":[{"index":1}]}"#, "malformed answer: a result without a score"),
      (#"{"results":[{"index":1,"relevance_score":"1"}]}"#, "malformed answer: a result without a score"),
    ])
  func refusesAnswer(body: String, message: String) {
    #expect(throws: AnswerFault(message)) { try Self.answer(body) }
  }
}
