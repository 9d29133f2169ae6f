import GatewayCore
import GatewayDialects
import Testing

@Suite struct RequestSpliceTests {
  @Test func leavesABodyAloneThatNeedsNothing() throws {
    let body = "{\"model\":\"m\",\"stream\":true,\"stream_options\":{\"include_usage\":true}}"
    #expect(try edits(body, model: "m", includeUsage: true).isEmpty)
    #expect(try edits("{\"model\":\"m\"}", model: "m", includeUsage: true).isEmpty)
    #expect(try edits("{\"model\":\"m\",\"max_tokens\":5}", model: "m", clamps: [("max_tokens", 1...10)]).isEmpty)
  }

  @Test func replacesTheModelAndNothingElse() throws {
    let body = "{ \"messages\" : [ ],  \"mod\\u0065l\" : \"a\" , \"x\":1.50 }"
    #expect(
      try spliced(body, model: "q\"\\\n中")
        == "{ \"messages\" : [ ],  \"mod\\u0065l\" : \"q\\\"\\\\\\n中\" , \"x\":1.50 }")
  }

  @Test(arguments: [
    (
      "{\"model\":\"m\",\"stream\":true}",
      "{\"stream_options\":{\"include_usage\":true},\"model\":\"m\",\"stream\":true}"
    ),
    (
      "{\"model\":\"m\",\"stream\":true,\"stream_options\":null}",
      "{\"model\":\"m\",\"stream\":true,\"stream_options\":{\"include_usage\":true}}"
    ),
    (
      "{\"model\":\"m\",\"stream\":true,\"stream_options\":{ }}",
      "{\"model\":\"m\",\"stream\":true,\"stream_options\":{\"include_usage\":true }}"
    ),
    (
      "{\"model\":\"m\",\"stream\":true,\"stream_options\":{\"a\":1}}",
      "{\"model\":\"m\",\"stream\":true,\"stream_options\":{\"include_usage\":true,\"a\":1}}"
    ),
    (
      "{\"model\":\"m\",\"stream\":true,\"stream_options\":{\"a\":1,\"include_usage\": false}}",
      "{\"model\":\"m\",\"stream\":true,\"stream_options\":{\"a\":1,\"include_usage\": true}}"
    ),
    (
      "{\"model\":\"m\",\"stream\":true,\"stream_options\":{\"include_usage\":null}}",
      "{\"model\":\"m\",\"stream\":true,\"stream_options\":{\"include_usage\":true}}"
    ),
    ("{\"model\":\"m\",\"stream\":false}", "{\"model\":\"m\",\"stream\":false}"),
  ])
  func asksAStreamForItsUsage(_ body: String, _ expected: String) throws {
    #expect(try spliced(body, model: "m", includeUsage: true) == expected)
    #expect(try spliced(body, model: "m", includeUsage: false) == body)
  }

  @Test func insertsDefaultsThatTheCallerDidNotSet() throws {
    let result = try spliced(
      "{\"model\":\"m\",\"top_p\":null}", model: "m",
      defaults: [("temperature", "0.6"), ("top_p", "1"), ("stop", "[\"x\"]")])
    #expect(result == "{\"temperature\":0.6,\"stop\":[\"x\"],\"model\":\"m\",\"top_p\":null}")
  }

  @Test(arguments: [
    ("0", "1"), ("-5", "1"), ("1", "1"), ("8192", "8192"), ("8193", "8192"), ("1e9", "8192"), ("1e999", "8192"),
    ("99999999999999999999999", "8192"), ("\"9999\"", "\"9999\""), ("null", "null"), ("17.5", "17.5"),
  ])
  func movesNumbersIntoTheirRange(_ value: String, _ expected: String) throws {
    let result = try spliced(
      "{\"max_tokens\":\(value),\"model\":\"m\"}", model: "m", clamps: [("max_tokens", 1...8192)])
    #expect(result == "{\"max_tokens\":\(expected),\"model\":\"m\"}")
  }

  @Test func writesFractionalBounds() throws {
    #expect(
      try spliced("{\"model\":\"m\",\"t\":9}", model: "m", clamps: [("t", 0...0.75)]) == "{\"model\":\"m\",\"t\":0.75}")
  }

  @Test func renamesMembersAfterClampingThem() throws {
    let result = try spliced(
      "{\"model\":\"m\",\"max_tokens\":99}", model: "n", clamps: [("max_tokens", 1...10)],
      renames: [("max_tokens", "max_completion_tokens")])
    #expect(result == "{\"model\":\"n\",\"max_completion_tokens\":10}")
  }

  @Test func renamesDefaultsToo() throws {
    let result = try spliced("{\"model\":\"m\"}", model: "m", defaults: [("a", "1")], renames: [("a", "b")])
    #expect(result == "{\"b\":1,\"model\":\"m\"}")
  }

  @Test(arguments: [
    ("{\"a\":99,\"model\":\"m\",\"b\":2}", "{\"model\":\"m\",\"b\":2}"),
    ("{\"b\":2,\"model\":\"m\", \"a\":99 }", "{\"b\":2,\"model\":\"m\" }"),
    ("{\"model\":\"m\",\"b\":2,\"a\":99}", "{\"model\":\"m\",\"b\":2}"),
    ("{\"model\":\"m\", \"a\" : 99 , \"b\":2}", "{\"model\":\"m\", \"b\":2}"),
  ])
  func dropsTheOldNameWhenTheNewOneIsThere(_ body: String, _ expected: String) throws {
    #expect(
      try spliced(body, model: "m", defaults: [("a", "7")], clamps: [("a", 1...10)], renames: [("a", "b")]) == expected)
  }

  @Test func dropsSeveralNeighboursAtOnce() throws {
    let renames = [("a", "z"), ("b", "z"), ("c", "z")]
    for order in [["a", "b", "c", "z"], ["z", "a", "b", "c"], ["a", "z", "b", "c"], ["a", "b", "z", "c"]] {
      let members = order.map { "\"\($0)\":\"\($0)\"" }.joined(separator: ",")
      #expect(
        try values(spliced("{\"model\":\"m\",\(members)}", model: "m", renames: renames))
          == ["model": "\"m\"", "z": "\"z\""])
      #expect(
        try values(spliced("{\(members),\"model\":\"m\"}", model: "n", renames: renames))
          == ["model": "\"n\"", "z": "\"z\""])
    }
  }

  @Test func keepsTheFirstOfTwoMembersThatGetOneName() throws {
    let result = try spliced("{\"model\":\"m\",\"a\":1,\"b\":2}", model: "m", renames: [("a", "z"), ("b", "z")])
    #expect(result == "{\"model\":\"m\",\"z\":1}")
  }

  @Test func swapsNames() throws {
    let result = try spliced("{\"model\":\"m\",\"a\":1,\"b\":2}", model: "m", renames: [("a", "b"), ("b", "a")])
    #expect(result == "{\"model\":\"m\",\"b\":1,\"a\":2}")
  }

  @Test func leavesTheGatewaysOwnMembersToItself() throws {
    let body = "{\"model\":\"m\",\"stream\":false}"
    let result = try spliced(
      body, model: "m", defaults: [("stream_options", "{}")], clamps: [("stream", 0...1)],
      renames: [("model", "x"), ("stream", "y"), ("user", "model")])
    #expect(result == body)
  }

  @Test func yieldsValidBodiesWithTheExpectedMembersForAllCombinations() throws {
    let policy = Policy(
      defaults: [("temperature", "0.6"), ("a", "{\"k\":[1]}")], clamps: [("max_tokens", 1...10), ("n", 1...1)],
      renames: [("max_tokens", "max_completion_tokens"), ("a", "b"), ("é", "e")])
    let optional = [
      "\"temperature\":1", "\"max\\u005ftokens\":99", "\"max_completion_tokens\":5", "\"a\":\"x\"", "\"b\" : [ ]",
      "\"\\u00e9\":null", "\"stream\":true", "\"stream_options\": { \"x\" : 1 }", "\"n\":4",
    ]
    for choice in 0..<(1 << optional.count) {
      var members = optional.enumerated().filter { choice >> $0.offset & 1 == 1 }.map(\.element)
      members.insert("\"model\":\"m\"", at: choice % (members.count + 1))
      let body = "{ \(members.joined(separator: choice & 1 == 0 ? "," : " ,\n ")) }"
      let result = try values(
        spliced(
          body, model: "up/stream", defaults: policy.defaults, clamps: policy.clamps, renames: policy.renames,
          includeUsage: true))
      #expect(result == policy.expectation(of: try values(body)), "\(body)")
    }
  }
}

/// A policy and, for comparison, what it means to a dictionary.
private struct Policy {
  var defaults: [(String, String)]
  var clamps: [(String, ClosedRange<Double>)]
  var renames: [(String, String)]

  func expectation(of members: [String: String]) -> [String: String] {
    var result = members
    result["model"] = "\"up/stream\""
    if result["stream"] == "true" {
      result["stream_options"] =
        members["stream_options"] == nil ? "{\"include_usage\":true}" : "{\"include_usage\":true, \"x\" : 1 }"
    }
    for (name, value) in defaults where result[name] == nil {
      if let to = renames.first(where: { $0.0 == name })?.1, result[to] != nil { continue }
      result[name] = value
    }
    for (name, range) in clamps {
      if let number = members[name].flatMap(Double.init), number > range.upperBound {
        result[name] = "\(Int(range.upperBound))"
      }
    }
    for (from, to) in renames {
      if let value = result.removeValue(forKey: from), members[to] == nil { result[to] = value }
    }
    return result
  }
}

private func edits(
  _ body: String, model: String, defaults: [(String, String)] = [], clamps: [(String, ClosedRange<Double>)] = [],
  renames: [(String, String)] = [], includeUsage: Bool = false
) throws -> [BodyEdit] {
  let policy = ParameterPolicy(
    defaults: defaults.map { (name: $0.0, value: ParameterPolicy.JSONText($0.1)) },
    clamps: clamps.map { (name: $0.0, range: $0.1) }, renames: renames.map { (from: $0.0, to: $0.1) })
  return try reading(body) { bytes throws(RequestFault) in
    RequestSplice.edits(
      lens: try RequestLens.scan(bytes), body: bytes, model: model, parameters: policy, includeUsage: includeUsage)
  }
}

/// The body after its edits, which must be in order and apart.
private func spliced(
  _ body: String, model: String, defaults: [(String, String)] = [], clamps: [(String, ClosedRange<Double>)] = [],
  renames: [(String, String)] = [], includeUsage: Bool = false
) throws -> String {
  let edits = try edits(
    body, model: model, defaults: defaults, clamps: clamps, renames: renames, includeUsage: includeUsage)
  for (edit, next) in zip(edits, edits.dropFirst()) { #expect(edit.range.upperBound <= next.range.lowerBound) }
  let result = reading(body) { BodyEdit.apply(edits, to: $0) }
  #expect(result.count == body.utf8.count + BodyEdit.growth(of: edits))
  return String(decoding: result, as: UTF8.self)
}

/// Names and sources of the top-level members; a repeated name is a fault.
private func values(_ body: String) throws -> [String: String] {
  try reading(body) { bytes throws(RequestFault) in
    let lens = try RequestLens.scan(bytes)
    let pairs = lens.members.map { ($0.name.value(in: bytes), String(decoding: bytes[$0.value], as: UTF8.self)) }
    return Dictionary(pairs) { first, _ in first }
  }
}
