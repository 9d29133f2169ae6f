import GatewayCore
import GatewayDialects
import Testing

@Suite struct RequestLensTests {
  @Test func findsWhatTheGatewayActsOn() throws {
    let body = """
      {"model":"gpt-4o","messages":[{"role":"user","content":"hi"}],"stream":true,
       "stream_options":{"include_usage":true},"temperature":0.5,"tools":[],"x":null}
      """
    let lens = try lens(body)
    #expect(lens.model == "gpt-4o")
    #expect(lens.stream)
    #expect(lens.includeUsage == true)
    #expect(lens.messages == .objects(count: 1))
    #expect(lens.members.map(\.kind) == [.string, .array, .true, .object, .number, .array, .null])
    #expect(lens.inputText == TextCount(ascii: 6))
    reading(body) { bytes in
      #expect(
        lens.members.map { $0.name.value(in: bytes) } == [
          "model", "messages", "stream", "stream_options", "temperature", "tools", "x",
        ])
      #expect(String(decoding: bytes[lens.modelRange], as: UTF8.self) == "\"gpt-4o\"")
      #expect(lens.member("temperature", in: bytes).map { String(decoding: bytes[$0.value], as: UTF8.self) } == "0.5")
      #expect(lens.member("nothing", in: bytes) == nil)
    }
  }

  @Test func readsEscapedNamesAndValues() throws {
    let lens = try lens("{\"mod\\u0065l\":\"\\u0067pt\",\"str\\u0065am\":true}")
    #expect(lens.model == "gpt")
    #expect(lens.stream)
  }

  @Test(
    arguments: [
      ("", .notJSON(JSONFault(.unexpectedEnd(expected: .value), at: 0))),
      ("{\"model\":\"m\"", .notJSON(JSONFault(.unexpectedEnd(expected: .commaOrObjectEnd), at: 12))),
      ("{\"model\":1,\"model\":2,}", .notJSON(JSONFault(.unexpectedByte(0x7D, expected: .memberName), at: 21))),
      ("[]", .notAnObject), ("\"x\"", .notAnObject), ("null", .notAnObject),
      ("{}", .missingMember("model")),
      ("{\"messages\":[]}", .missingMember("model")),
      ("{\"model\":null}", .wrongType(member: "model", expected: "a string")),
      ("{\"model\":5}", .wrongType(member: "model", expected: "a string")),
      ("{\"model\":\"\"}", .wrongType(member: "model", expected: "a model's name, not an empty string")),
      ("{\"model\":\"a\\nb\"}", .wrongType(member: "model", expected: "a string without control characters")),
      ("{\"model\":\"a\\u007fb\"}", .wrongType(member: "model", expected: "a string without control characters")),
      ("{\"model\":\"a\u{7F}b\"}", .wrongType(member: "model", expected: "a string without control characters")),
      ("{\"model\":\"a\u{85}b\"}", .wrongType(member: "model", expected: "a string without control characters")),
      ("{\"model\":\"m\",\"stream\":1}", .wrongType(member: "stream", expected: "true, false or null")),
      ("{\"model\":\"m\",\"stream\":\"true\"}", .wrongType(member: "stream", expected: "true, false or null")),
      ("{\"model\":\"m\",\"stream_options\":[]}", .wrongType(member: "stream_options", expected: "an object or null")),
      (
        "{\"model\":\"m\",\"stream_options\":{\"include_usage\":1}}",
        .wrongType(member: "stream_options.include_usage", expected: "true or false")
      ),
      ("{\"model\":\"m\",\"model\":\"m\"}", .duplicateMember("model")),
      ("{\"model\":\"m\",\"mod\\u0065l\":\"n\"}", .duplicateMember("model")),
      ("{\"mod\\u0065l\":\"m\",\"model\":\"n\"}", .duplicateMember("model")),
      ("{\"model\":\"m\",\"x\":1,\"y\":2,\"x\":3}", .duplicateMember("x")),
      ("{\"model\":\"m\",\"\":1,\"\":2}", .duplicateMember("")),
      (
        "{\"model\":\"m\",\"stream_options\":{\"a\":1,\"include_usage\":true,\"includ\\u0065_usage\":false}}",
        .duplicateMember("stream_options.include_usage")
      ),
      ("{\"model\":\"m\",\"stream_options\":{\"a\":1,\"b\":1,\"a\":2}}", .duplicateMember("stream_options.a")),
    ] as [(String, RequestFault)])
  func refusesABodyWithAReason(_ body: String, _ expected: RequestFault) {
    #expect(throws: expected) { try lens(body) }
  }

  @Test func ignoresRepeatedNamesDeeperDown() throws {
    _ = try lens("{\"model\":\"m\",\"messages\":[{\"a\":1,\"a\":2}],\"x\":{\"b\":1,\"b\":2}}")
  }

  @Test func takesModelNamesUpToTheLimit() throws {
    let longest = String(repeating: "m", count: RequestLens.maximumModelLength)
    #expect(try lens("{\"model\":\"\(longest)\"}").model == longest)
    #expect(throws: RequestFault.wrongType(member: "model", expected: "at most 256 bytes long")) {
      try lens("{\"model\":\"\(longest)m\"}")
    }
  }

  @Test func findsTheRepeatedNameAmongMany() {
    let names = (0..<200).map { "\"name\($0)\":0" }
    #expect(throws: Never.self) { try lens("{\"model\":\"m\",\(names.joined(separator: ","))}") }
    for index in stride(from: 0, to: 200, by: 17) {
      #expect(throws: RequestFault.duplicateMember("name\(index)")) {
        try lens("{\"model\":\"m\",\(names.joined(separator: ",")),\"name\(index)\":1}")
      }
    }
  }

  @Test func boundsTheNumberAndLengthOfNames() {
    let names = (0..<RequestLens.maximumMembers).map { "\"n\($0)\":0" }.joined(separator: ",")
    #expect(throws: RequestFault.tooManyMembers) { try lens("{\"model\":\"m\",\(names)}") }
    #expect(throws: RequestFault.tooManyMembers) {
      try lens("{\"model\":\"m\",\"stream_options\":{\"a\":0,\"b\":0,\(names)}}")
    }
    let long = String(repeating: "k", count: RequestLens.maximumNameLength + 1)
    #expect(throws: RequestFault.nameTooLong(String(repeating: "k", count: 32))) {
      try lens("{\"model\":\"m\",\"\(long)\":0}")
    }
  }

  @Test(
    arguments: [
      ("{\"model\":\"m\"}", nil), ("{\"model\":\"m\",\"stream_options\":null}", nil),
      ("{\"model\":\"m\",\"stream_options\":{}}", nil),
      ("{\"model\":\"m\",\"stream_options\":{\"include_usage\":null}}", nil),
      ("{\"model\":\"m\",\"stream_options\":{\"x\":[],\"include_usage\":false}}", false),
      ("{\"model\":\"m\",\"stream_options\":{\"include_usage\":true}}", true),
    ] as [(String, Bool?)])
  func readsIncludeUsage(_ body: String, _ includeUsage: Bool?) throws {
    #expect(try lens(body).includeUsage == includeUsage)
  }

  @Test(
    arguments: [
      (.chatCompletions, "", .missingMember("messages")),
      (.chatCompletions, ",\"messages\":null", .wrongType(member: "messages", expected: "an array of objects")),
      (.chatCompletions, ",\"messages\":\"hi\"", .wrongType(member: "messages", expected: "an array of objects")),
      (
        .chatCompletions, ",\"messages\":[]",
        .wrongType(member: "messages", expected: "an array with at least one message")
      ),
      (.chatCompletions, ",\"messages\":[{},\"x\"]", .wrongType(member: "messages", expected: "an array of objects")),
      (.chatCompletions, ",\"messages\":[{},{}]", nil),
      (.completions, "", .missingMember("prompt")), (.completions, ",\"prompt\":null", .missingMember("prompt")),
      (.completions, ",\"prompt\":\"x\"", nil), (.embeddings, ",\"prompt\":\"x\"", .missingMember("input")),
      (.embeddings, ",\"input\":[\"a\",\"b\"]", nil),
    ] as [(Surface, String, RequestFault?)])
  func checksWhatASurfaceNeeds(_ surface: Surface, _ members: String, _ expected: RequestFault?) throws {
    let body = Array("{\"model\":\"m\"\(members)}".utf8)
    let lens = try lens(String(decoding: body, as: UTF8.self))
    let found: RequestFault? = body.withUnsafeBytes { bytes in
      do throws(RequestFault) { try lens.check(for: surface, in: bytes) } catch { return error }
      return nil
    }
    #expect(found == expected)
  }

  @Test func countsTheTextOfTheInput() throws {
    let body = """
      {"model":"not counted","user":"not counted","prompt":["abc","中"],"suffix":"x","input":[1,2,[3]],"n":4,
      "messages":[{"content":[{"text":"\\u4e2d\\n"},{"image_url":{"url":"data:image/png;base64,AAAA"}}]}]}
      """
    let lens = try lens(body)
    #expect(lens.inputText == TextCount(ascii: 5, other: 6))
    #expect(lens.inputTokenIDs == 3)
  }

  @Test(
    arguments: [
      (
        .notJSON(JSONFault(.invalidUTF8, at: 3)), .invalidJSON, nil,
        "The request body is not valid JSON: invalid UTF-8 at offset 3."
      ),
      (.duplicateMember("model"), .invalidParameter, "model", "'model' occurs more than once; send it once."),
      (.wrongType(member: "stream", expected: "a bool"), .invalidParameter, "stream", "'stream' must be a bool."),
      (.missingMember("model"), .missingParameter, "model", "You must provide 'model' in the request body."),
    ] as [(RequestFault, GatewayError.Kind, String?, String)])
  func becomesAnAnswerThatNamesTheParameter(
    _ fault: RequestFault, _ kind: GatewayError.Kind, _ parameter: String?, _ message: String
  ) {
    #expect(fault.gatewayError == GatewayError(kind, message, parameter: parameter))
  }

  @Test func judgesABodyAlikeWhateverSurroundsItsMembers() throws {
    // Each amount of padding moves the members to other places of the 16-byte steps.
    for padding in 0..<40 {
      let gap = String(repeating: " ", count: padding)
      let lens = try lens("\(gap){\(gap)\"model\"\(gap):\"m\",\"stream\":\(gap)true\(gap)}\(gap)")
      #expect(lens.model == "m" && lens.stream && lens.members.count == 2)
    }
  }
}
