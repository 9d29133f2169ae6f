import GatewayCore
import GatewayDialects
import Testing

@Suite("Embeddings answers")
struct EmbeddingsAnswerTests {
  static let answers: [(EmbeddingsDialect, String)] = [
    (
      .openAI,
      #"{"object":"list","data":[{"object":"embedding","index":1,"embedding":[1e-9,2]},"#
        + #"{"object":"embedding","index":0,"embedding":[0.10,-0.5]}],"model":"p","usage":{"prompt_tokens":8,"total_tokens":8}}"#
    ),
    (
      .cohere,
      #"{"id":"i","embeddings":{"float":[[0.10,-0.5],[1e-9,2]]},"texts":["a","b"],"#
        + #""meta":{"billed_units":{"input_tokens":8}},"response_type":"embeddings_by_type"}"#
    ),
    (.bedrockCohere, #"{"id":"i","embeddings":[[0.10,-0.5],[1e-9,2]],"response_type":"embeddings_floats"}"#),
    (
      .dashscope,
      #"{"output":{"embeddings":[{"text_index":0,"embedding":[0.10,-0.5]},{"text_index":1,"embedding":[1e-9,2]}]},"#
        + #""usage":{"total_tokens":8},"request_id":"r"}"#
    ),
    (.ollama, #"{"model":"p","embeddings":[[0.10,-0.5],[1e-9,2]],"total_duration":1,"prompt_eval_count":8}"#),
    (
      .vertex,
      #"{"predictions":[{"embeddings":{"statistics":{"truncated":false,"token_count":5},"values":[0.10,-0.5]}},"#
        + #"{"embeddings":{"values":[1e-9,2],"statistics":{"token_count":3}}}],"metadata":{"billableCharacterCount":9}}"#
    ),
    (
      .hunyuan,
      #"{"Response":{"Data":[{"Embedding":[0.10,-0.5],"Index":0,"Object":"embedding"},"#
        + #"{"Embedding":[1e-9,2],"Index":0,"Object":"embedding"}],"#
        + #""Usage":{"PromptTokens":8,"TotalTokens":8},"RequestId":"r"}}"#
    ),
    (
      .hunyuan,
      #"{"Response":{"Data":[{"Embedding":[1e-9,2],"Index":1},{"Embedding":[0.10,-0.5],"Index":0}],"#
        + #""Usage":{"PromptTokens":8,"TotalTokens":8}}}"#
    ),
    (
      .minimax,
      #"{"vectors":[[0.10,-0.5],[1e-9,2]],"total_tokens":8,"base_resp":{"status_code":0,"status_msg":"success"}}"#
    ),
  ]

  @Test("Every provider's vectors are read in the order of the inputs, in their digits", arguments: answers)
  func reads(dialect: EmbeddingsDialect, body: String) throws {
    let answer = try EmbeddingsTesting.answer(body, dialect)
    let vectors = try answer.embeddings.map { try $0.vector(.float) }
    #expect(vectors == [.numbers(RawJSON("[0.10,-0.5]")), .numbers(RawJSON("[1e-9,2]"))])
    #expect(answer.usage?.totalInput == (dialect == .bedrockCohere ? nil : 8))
  }

  @Test("Titan's vectors are put together")
  func readsTitan() throws {
    let parts = try ["[0.10,-0.5]", "[1e-9,2]"].map { vector in
      try EmbeddingsTesting.answer(
        #"{"embedding":\#(vector),"inputTextTokenCount":4,"embeddingsByType":{"float":\#(vector)}}"#, .bedrockTitan,
        inputs: 1)
    }
    let answer = EmbeddingsAnswer.joined(parts)
    #expect(answer.usage?.totalInput == 8)
    #expect(try answer.embeddings.map { try $0.vector(.float) }.count == 2)
  }

  static let written: [(EmbeddingsDialect, String)] = [
    (
      .openAI,
      #"{"object":"list","data":[{"object":"embedding","index":0,"embedding":[0.10,-0.5]},"#
        + #"{"object":"embedding","index":1,"embedding":[1e-9,2]}],"model":"p","usage":{"prompt_tokens":8,"total_tokens":8}}"#
    ),
    (
      .cohere,
      #"{"id":"00112233-4455-6677-8899-aabbccddeeff","embeddings":{"float":[[0.10,-0.5],[1e-9,2]]},"#
        + #""texts":["a","b\u0021"],"response_type":"embeddings_by_type","meta":{"api_version":{"version":"2"},"#
        + #""billed_units":{"input_tokens":8}}}"#
    ),
    (
      .bedrockCohere,
      #"{"id":"00112233-4455-6677-8899-aabbccddeeff","embeddings":{"float":[[0.10,-0.5],[1e-9,2]]},"#
        + #""texts":["a","b\u0021"],"response_type":"embeddings_by_type"}"#
    ),
    (
      .dashscope,
      #"{"output":{"embeddings":[{"text_index":0,"embedding":[0.10,-0.5]},{"text_index":1,"embedding":[1e-9,2]}]},"#
        + #""usage":{"total_tokens":8},"request_id":"00112233-4455-6677-8899-aabbccddeeff"}"#
    ),
    (.bedrockTitan, #"{"embedding":[0.10,-0.5],"inputTextTokenCount":8}"#),
    (.ollama, #"{"model":"p","embeddings":[[0.10,-0.5],[1e-9,2]],"prompt_eval_count":8}"#),
  ]

  @Test("The vectors are written in every format", arguments: written)
  func writes(dialect: EmbeddingsDialect, body: String) throws {
    let request = try EmbeddingsTesting.request(#"{"input":["a","b\u0021"]}"#, .openAI)
    let answer = try EmbeddingsTesting.answer(Self.answers[0].1, .openAI)
    #expect(try EmbeddingsTesting.written(answer, request, dialect) == body)
  }

  @Test("A client that asked for base64 gets it from a provider of numbers, and the other way round")
  func converts() throws {
    let wantsBase64 = try EmbeddingsTesting.request(#"{"input":["a","b"],"encoding_format":"base64"}"#, .openAI)
    let wantsNumbers = try EmbeddingsTesting.request(#"{"input":["a","b"]}"#, .openAI)
    let numbers = try EmbeddingsTesting.answer(Self.answers[4].1, .ollama)
    let base64 = try EmbeddingsTesting.written(numbers, wantsBase64, .openAI)
    #expect(base64.contains(#""embedding":"zczMPQAAAL8=""#))
    let again = try EmbeddingsTesting.written(EmbeddingsTesting.answer(base64, .openAI), wantsNumbers, .openAI)
    #expect(again.contains(#""embedding":[0.1,-0.5]"#))
    #expect(again.contains(#""embedding":[1e-09,2.0]"#))
  }

  @Test("Several types are told side by side")
  func writesTypes() throws {
    let request = try EmbeddingsTesting.request(
      #"{"texts":["a"],"embedding_types":["float","base64","int8"]}"#, .cohere)
    let answer = try EmbeddingsTesting.answer(
      #"{"embeddings":{"float":[[0.1]],"int8":[[-7]],"base64":null}}"#, .cohere, inputs: 1)
    #expect(
      try EmbeddingsTesting.written(answer, request, .cohere).contains(
        #""embeddings":{"float":[[0.1]],"base64":["zczMPQ=="],"int8":[[-7]]}"#))
    #expect(throws: AnswerFault("the answer has no embeddings of the type int8")) {
      try EmbeddingsTesting.written(
        EmbeddingsTesting.answer(#"{"embeddings":[[0.1]]}"#, .ollama, inputs: 1), request, .cohere)
    }
  }

  static let broken: [(EmbeddingsDialect, String, String)] = [
    (.openAI, "{}", "malformed answer: it has no embeddings"),
    (.openAI, #"{"data":[]}"#, "malformed answer: 0 embeddings for 1 inputs"),
    (
      .openAI, #"{"data":[{"index":1,"embedding":[1]}]}"#,
      "malformed answer: an embedding with the index 1 for 1 inputs"
    ),
    (
      .openAI, #"{"data":[{"index":0,"embedding":[1]},{"index":0,"embedding":[1]}]}"#,
      "malformed answer: an embedding with the index 0 for 1 inputs"
    ),
    (
      .openAI, #"{"data":[{"index":0,"embedding":[]}]}"#,
      "malformed answer: an embedding that is no array of numbers"
    ),
    (.ollama, #"{"embeddings":[[1,null]]}"#, "malformed answer: an embedding that is no array of numbers"),
    (.ollama, #"{"embeddings":[[[1]]]}"#, "malformed answer: an embedding that is no array of numbers"),
    (.cohere, #"{"embeddings":{}}"#, "malformed answer: it has no embeddings"),
    (
      .cohere, #"{"embeddings":{"float":[[1]],"int8":[]}}"#,
      "malformed answer: types with different numbers of embeddings"
    ),
    (.bedrockTitan, "{}", "malformed answer: it has no embeddings"),
    (.dashscope, #"{"code":"x","message":"y"}"#, "malformed answer: it has no embeddings"),
    (.hunyuan, #"{"Response":{"Data":[{"Index":0}]}}"#, "malformed answer: it has no embeddings"),
    (.hunyuan, #"{"Response":{"Data":[]}}"#, "malformed answer: 0 embeddings for 1 inputs"),
    (.minimax, #"{"vectors":null}"#, "malformed answer: it has no embeddings"),
  ]

  @Test("A malformed answer is a fault", arguments: broken)
  func refuses(dialect: EmbeddingsDialect, body: String, message: String) {
    #expect(throws: AnswerFault(message)) { try EmbeddingsTesting.answer(body, dialect, inputs: 1) }
  }
}

@Suite("Floats as digits and as base64")
struct EmbeddingBitsTests {
  @Test("Every float comes back from its digits, and every digit goes to the nearest float")
  func roundTrips() throws {
    var generator = SystemRandomNumberGenerator()
    for _ in 0..<200 {
      let floats: [Float] = (0..<64).map { _ in
        let float = Float(bitPattern: generator.next())
        return float.isFinite ? float : 0.5
      }
      let numbers = RawJSON(written: Array("[\(floats.map { "\($0)" }.joined(separator: ", "))]".utf8))
      let base64 = try EmbeddingBits.base64(of: numbers)
      let again = try EmbeddingBits.numbers(of: base64)
      #expect(again.string == "[\(floats.map { "\($0)" }.joined(separator: ","))]")
    }
  }

  @Test("Digits of doubles go to the nearest float, as reading them directly does")
  func roundsOnce() throws {
    var generator = SystemRandomNumberGenerator()
    for _ in 0..<5000 {
      let double = Double.random(in: -1...1, using: &generator)
      // A neighbour of the middle of two floats is where rounding twice goes wrong.
      let middle = Double(Float(double)) + Double(Float(double).ulp) / 2
      for digits in ["\(double)", "\(middle)", "\(middle.nextUp)", "\(middle.nextDown)", "\(middle)0000000000000001"] {
        guard let float = Float(digits) else { continue }
        let base64 = try EmbeddingBits.base64(of: RawJSON(written: Array("[\(digits)]".utf8)))
        #expect(try EmbeddingBits.numbers(of: base64).string == "[\(float)]")
      }
    }
  }

  @Test(
    "Known vectors",
    arguments: [
      ("[]", ""), ("[0]", "AAAAAA=="), ("[-0.0]", "AAAAgA=="), ("[1,2 ,\n3e0]", "AACAPwAAAEAAAEBA"),
      ("[1e-46]", "AAAAAA=="), ("[1e-45]", "AQAAAA=="),
      ("[0.00000000000000000000000000000000000000000000140129846432481707]", "AQAAAA=="),
    ])
  func knowsVectors(numbers: String, base64: String) throws {
    #expect(try EmbeddingBits.base64(of: RawJSON(written: Array(numbers.utf8))).string == base64)
  }

  @Test("Escaped slashes are slashes")
  func decodesEscapes() throws {
    let body = #"{"data":[{"index":0,"embedding":"\/\/9\/fw=="}]}"#
    let answer = try EmbeddingsTesting.answer(body, .openAI, inputs: 1)
    #expect(try answer.embeddings[0].vector(.float) == .numbers(RawJSON("[3.4028235e+38]")))
  }

  @Test(
    "What is no vector is a fault",
    arguments: [
      ("AAAA", "malformed answer: an embedding of 3 bytes, which are no 32-bit floats"),
      ("AAA*AA==", "malformed answer: an embedding that is no base64"),
      ("AADAfw==", "malformed answer: an embedding with a value that is no number"),
      ("AACAfw==", "malformed answer: an embedding with a value that is no number"),
    ])
  func refuses(base64: String, message: String) {
    #expect(throws: AnswerFault(message)) { try EmbeddingBits.numbers(of: RawText(base64)) }
  }

  @Test("A number that no float can hold is a fault")
  func refusesLarge() {
    #expect(throws: AnswerFault.self) { try EmbeddingBits.base64(of: RawJSON("[1e39]")) }
  }
}
