/// Writes the body of a call of Converse or ConverseStream. The model goes into the path, and so does whether it is a stream.
package enum BedrockRequestWriter {
  package static func write(
    _ request: CanonicalRequest, traits: TargetTraits
  ) throws(DialectFault) -> WrittenRequest {
    try BedrockRefusals.check(request, traits)
    var plan = try BedrockPlan(request, traits)
    var json = JSONWriter(capacity: 2048)
    try json.object { json throws(DialectFault) in
      var conversation = BedrockConversationWriter(plan)
      try conversation.write(request, to: &json)
      plan.dropped.formUnion(conversation.dropped)
      writeInference(request, &plan, to: &json)
      try BedrockToolWriter.write(request, &plan, hasHistory: conversation.hasToolBlocks, to: &json)
      writeOutput(request, plan, to: &json)
      BedrockModelFields.write(request, &plan, to: &json)
      writeRest(request, &plan, to: &json)
    }
    var written = WrittenRequest(body: json.bytes)
    if plan.isEmulated { written.emulated = [.responseFormat] }
    if !plan.dropped.isEmpty { written.dropped = plan.dropped.sorted { "\($0)" < "\($1)" } }
    return written
  }

  private static func writeInference(_ request: CanonicalRequest, _ plan: inout BedrockPlan, to json: inout JSONWriter)
  {
    let sampling = plan.sampling
    let stop = request.stop.filter { !$0.isEmpty }
    guard plan.maxTokens != nil || sampling.temperature != nil || sampling.topP != nil || !stop.isEmpty else { return }
    json.object("inferenceConfig") { json in
      json.member("maxTokens", plan.maxTokens)
      if let temperature = sampling.temperature {
        json.member("temperature", atMostOne(temperature))
        plan.dropped.remove(.temperature)
      }
      if let topP = sampling.topP {
        json.member("topP", topP)
        plan.dropped.remove(.topP)
      }
      if !stop.isEmpty { json.array("stopSequences") { json in for text in stop { json.value(text) } } }
    }
  }

  /// Bedrock's range ends at 1, that of others at 2.
  private static func atMostOne(_ number: RawJSON) -> RawJSON {
    // Digits that begin with 0 and have no exponent need no look.
    if number.bytes.first == UInt8(ascii: "0") { return number }
    guard let value = Double(number.string), value > 1 else { return number }
    return RawJSON("1")
  }

  private static func writeOutput(_ request: CanonicalRequest, _ plan: BedrockPlan, to json: inout JSONWriter) {
    var effort: StaticString?
    if case .adaptive(let word) = plan.thinking { effort = word }
    var schema: (name: RawText?, description: RawText?, schema: RawJSON)?
    if !plan.isEmulated, case .jsonSchema(let name, let description, let text, _) = request.output {
      schema = (name, description, text)
    }
    guard effort != nil || schema != nil else { return }
    json.object("outputConfig") { json in
      if let schema {
        json.object("textFormat") { json in
          json.member("type", "json_schema" as RawText)
          json.object("structure") { json in
            json.object("jsonSchema") { json in
              json.member("schema", RawText(escaping: schema.schema.bytes))
              json.member("name", schema.name)
              json.member("description", schema.description)
            }
          }
        }
      }
      if let effort { json.member("effort", RawText("\(effort)")) }
    }
  }

  /// What has a word of its own besides, and members that only a client of Bedrock can have sent.
  private static func writeRest(_ request: CanonicalRequest, _ plan: inout BedrockPlan, to json: inout JSONWriter) {
    if let metadata = request.metadata, !plan.refuses("requestMetadata"), BedrockMetadata.fits(metadata) {
      json.member("requestMetadata", metadata)
      plan.dropped.remove(.metadata)
    }
    if let tier = request.serviceTier, !plan.refuses("serviceTier") {
      if tier.equals("priority") || tier.equals("default") || tier.equals("flex") || tier.equals("reserved") {
        json.object("serviceTier") { $0.member("type", tier) }
        plan.dropped.remove(.serviceTier)
      }
    }
    var hasPaths = false
    for (name, value) in request.unknown {
      let isPaths = name.equals("additionalModelResponseFieldPaths")
      guard
        isPaths || name.equals("guardrailConfig") || name.equals("promptVariables") || name.equals("performanceConfig")
      else { continue }
      hasPaths = hasPaths || isPaths
      json.name(name)
      json.value(value)
      plan.dropped.remove(.unknown(name.string))
    }
    // Which sequence it was that stopped the answer is said only when asked for.
    if !request.stop.isEmpty, !hasPaths {
      json.array("additionalModelResponseFieldPaths") { $0.value("/stop_sequence" as RawText) }
    }
  }
}

/// `requestMetadata` takes few and plain words, and refuses the whole request for others.
enum BedrockMetadata {
  private static let maximumEntries = 16
  private static let maximumLength = 256

  static func fits(_ metadata: RawJSON) -> Bool {
    guard let node = metadata.node, node.isObject else { return false }
    var count = 0
    for (name, value) in node.members {
      count += 1
      guard let text = value.text, !name.isEmpty, isPlain(name), isPlain(text) else { return false }
    }
    return (1...maximumEntries).contains(count)
  }

  private static func isPlain(_ text: RawText) -> Bool {
    !text.isEscaped && text.count <= maximumLength
      && text.bytes.allSatisfy { byte in
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
          UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: " "), UInt8(ascii: ":"), UInt8(ascii: "_"),
          UInt8(ascii: "@"), UInt8(ascii: "$"), UInt8(ascii: "#"), UInt8(ascii: "="), UInt8(ascii: "/"),
          UInt8(ascii: "+"), UInt8(ascii: ","), UInt8(ascii: "-"), UInt8(ascii: "."):
          true
        default: false
        }
      }
  }
}
