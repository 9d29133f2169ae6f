import GatewayCore
import Testing

@testable import GatewayDialects

/// `parameters:` of a model in bodies whose dialect keeps them in an object of their own.
@Suite struct NestedParametersTests {
  private static let policy = ParameterPolicy(
    defaults: [("stop", .init(#""END""#)), ("temperature", .init("0.5"))], clamps: [("max_tokens", 1...100)])

  @Test(
    "Only what the policy names changes",
    arguments: [
      (
        Dialect.gemini, #"{"contents":[1e2],"generationConfig":{"maxOutputTokens": 900,"zap":1e1}}"#,
        #"{"contents":[1e2],"generationConfig":{"stopSequences":["END"],"temperature":0.5,"maxOutputTokens": 100,"zap":1e1}}"#
      ),
      (
        .gemini, #"{"contents":[],"generation_config":{"max_output_tokens":900,"stop_sequences":["X"]}}"#,
        #"{"contents":[],"generation_config":{"temperature":0.5,"max_output_tokens":100,"stop_sequences":["X"]}}"#
      ),
      (
        .gemini, #"{"contents":[]}"#,
        #"{"generationConfig":{"stopSequences":["END"],"temperature":0.5},"contents":[]}"#
      ),
      (
        .gemini, #"{"contents":[],"generationConfig":null}"#,
        #"{"contents":[],"generationConfig":{"stopSequences":["END"],"temperature":0.5}}"#
      ),
      (
        .bedrockConverse, #"{"messages":[],"inferenceConfig":{},"zap":0.10}"#,
        #"{"messages":[],"inferenceConfig":{"stopSequences":["END"],"temperature":0.5},"zap":0.10}"#
      ),
      (
        .dashscope, #"{"model":"m","input":{},"parameters":{"max_tokens":0,"temperature":1}}"#,
        #"{"model":"m","input":{},"parameters":{"stop":"END","max_tokens":1,"temperature":1}}"#
      ),
    ])
  func splices(dialect: Dialect, body: String, expected: String) throws {
    #expect(try spliced(body, dialect, Self.policy) == expected)
  }

  @Test(
    "A body that leaves open where a parameter belongs is read and written anew",
    arguments: [
      (Dialect.gemini, #"{"generationConfig":{},"generation_config":{}}"#),
      (.gemini, #"{"generationConfig":{"maxOutputTokens":1,"max_output_tokens":900}}"#),
      (.gemini, #"{"generationConfig":[]}"#),
      (.gemini, #"{"generationConfig":{"maxOutputTokens":1,"maxOutputTokens":900}}"#),
      (.bedrockConverse, #"{"inferenceConfig":7}"#),
    ])
  func leavesDoubtfulBodies(dialect: Dialect, body: String) throws {
    #expect(try spliced(body, dialect, Self.policy) == nil)
  }

  @Test func aNameWithoutAWordInTheDialectIsReadAndWrittenAnew() throws {
    let seed = ParameterPolicy(defaults: [("seed", .init("1"))])
    #expect(try spliced(#"{"messages":[]}"#, .bedrockConverse, seed) == nil)
    #expect(try spliced(#"{"contents":[]}"#, .gemini, seed) == #"{"generationConfig":{"seed":1},"contents":[]}"#)
  }

  @Test func aDefaultThatHasTwoNamesIsWrittenOnce() throws {
    let policy = ParameterPolicy(defaults: [("max_tokens", .init("5")), ("max_completion_tokens", .init("6"))])
    #expect(
      try spliced(#"{"contents":[]}"#, .gemini, policy) == #"{"generationConfig":{"maxOutputTokens":5},"contents":[]}"#)
  }

  /// - Returns: nil where the body cannot be spliced.
  private func spliced(_ body: String, _ dialect: Dialect, _ policy: ParameterPolicy) throws -> String? {
    try reading(body) { bytes throws(RequestFault) in
      let lens = try RequestLens.scan(bytes, requiresModel: dialect == .dashscope)
      guard policy.canBeSpliced(in: dialect, lens: lens, body: bytes) else { return nil }
      let edits = RequestSplice.edits(
        lens: lens, body: bytes, model: "m", parameters: policy, dialect: dialect, includeUsage: false)
      return String(decoding: BodyEdit.apply(edits, to: bytes), as: UTF8.self)
    }
  }
}
