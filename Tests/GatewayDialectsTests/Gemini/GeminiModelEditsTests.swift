import GatewayCore
import Testing

@testable import GatewayDialects

@Suite("The model within Gemini's bodies")
struct GeminiModelEditsTests {
  @Test("every request of a batch names the provider's model")
  func namesTheModelInEveryRequest() throws {
    let body =
      #" {"requests": [{"model":"models/ours","content":{}}, {"content":{"model":1},"model":"models/o\u0075rs"}]}"#
    #expect(
      try spliced(body, "theirs")
        == #" {"requests": [{"model":"models/theirs","content":{}}, {"content":{"model":1},"model":"models/theirs"}]}"#)
  }

  @Test("a request that is counted names the provider's model")
  func namesTheModelOfARequestThatIsCounted() throws {
    #expect(
      try spliced(#"{"generateContentRequest":{"contents":[],"model":"models/ours"},"x":1.0}"#, "models/theirs")
        == #"{"generateContentRequest":{"contents":[],"model":"models/theirs"},"x":1.0}"#)
  }

  @Test(
    "a name keeps the form that the caller gave it",
    arguments: [("ours", "theirs"), ("models/ours", "models/theirs")])
  func keepsTheForm(written: String, expected: String) throws {
    #expect(try spliced(#"{"model":"\#(written)"}"#, "theirs") == #"{"model":"\#(expected)"}"#)
  }

  @Test(
    "what is no name is left as it is", arguments: [#"{"requests":{"model":"a"}}"#, #"{"requests":[1,{"model":2}]}"#])
  func leavesOtherValues(body: String) throws {
    #expect(try spliced(body, "theirs") == body)
  }
}

private func spliced(_ body: String, _ model: String) throws -> String {
  try reading(body) { bytes throws(RequestFault) in
    let lens = try RequestLens.scan(bytes, requiresModel: false)
    let edits = RequestSplice.edits(
      lens: lens, body: bytes, model: model, parameters: ParameterPolicy(), includeUsage: false)
    return String(decoding: BodyEdit.apply(edits, to: bytes), as: UTF8.self)
  }
}
