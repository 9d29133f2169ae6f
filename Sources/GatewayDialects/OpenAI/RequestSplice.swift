package import GatewayCore

/// Turns a request body into the one for a target of the same dialect, by replacing single values: all else is sent
/// as the caller wrote it.
package enum RequestSplice {
  /// What must change in a body. Empty when it can be sent as it is.
  ///
  /// - Parameters:
  ///   - model: the name at the provider.
  ///   - parameters: by the names of OpenAI chat. `model`, `stream` and `stream_options` are no parameters: entries for them
  ///     are passed over.
  ///   - dialect: of the body; it can say the parameters (`ParameterPolicy.canBeSpliced`).
  ///   - includeUsage: asks a stream for its usage, unless the caller did.
  /// - Returns: sorted, without overlaps.
  package static func edits(
    lens: RequestLens, body: UnsafeRawBufferPointer, model: String, parameters: ParameterPolicy,
    dialect: Dialect = .openAIChat, includeUsage: Bool
  ) -> [BodyEdit] {
    let addsUsage = includeUsage && lens.stream && lens.includeUsage != true
    if !addsUsage, parameters.isEmpty {
      return modelEdits(lens, body, model)
    }
    if lens.isForm { return formEdits(lens, body, model, parameters) }
    var edits = modelEdits(lens, body, model)
    // Members that are put in front of the caller's, each with a comma after it; there is always one that follows:
    // `model`.
    var inserted: [UInt8] = []
    if addsUsage { addUsage(lens, edits: &edits, inserted: &inserted) }
    if !parameters.isEmpty, let spelled = parameters.spelled(in: dialect, lens: lens, body: body) {
      edits += spelled.edits(lens: lens, body: body, inserted: &inserted)
    }
    if !inserted.isEmpty {
      edits.append(BodyEdit(range: lens.contentStart..<lens.contentStart, replacement: inserted))
    }
    edits.sort { ($0.range.lowerBound, $0.range.upperBound) < ($1.range.lowerBound, $1.range.upperBound) }
    return edits
  }

  /// Sorted: the model's name wherever the body has it.
  private static func modelEdits(_ lens: RequestLens, _ body: UnsafeRawBufferPointer, _ model: String) -> [BodyEdit] {
    if lens.isModelInPath { return GeminiModelEdits.edits(lens: lens, body: body, model: model) }
    return lens.namesModel(model) ? [] : [modelEdit(lens, model)]
  }

  private static func modelEdit(_ lens: RequestLens, _ model: String) -> BodyEdit {
    if lens.isForm { return BodyEdit(range: lens.modelRange, replacement: Array(model.utf8)) }
    var name: [UInt8] = []
    JSONText.quote(into: &name, model)
    return BodyEdit(range: lens.modelRange, replacement: name)
  }

  /// The same for a form: defaults become parts in front of the caller's.
  private static func formEdits(
    _ lens: RequestLens, _ body: UnsafeRawBufferPointer, _ model: String, _ parameters: ParameterPolicy
  ) -> [BodyEdit] {
    var edits: [BodyEdit] = []
    if !lens.namesModel(model) { edits.append(modelEdit(lens, model)) }
    let settings = lens.fields.filter { !$0.isFile && $0.name != "model" && $0.name != "stream" }
    for clamp in parameters.clamps {
      for field in settings where field.name == clamp.name {
        let text = String(decoding: UnsafeRawBufferPointer(rebasing: body[field.value]), as: UTF8.self)
        guard let number = Double(text), !clamp.range.contains(number) else { continue }
        let bound = number < clamp.range.lowerBound ? clamp.range.lowerBound : clamp.range.upperBound
        edits.append(BodyEdit(range: field.value, replacement: Array(ParameterEdits.text(of: bound).utf8)))
      }
    }
    for rename in parameters.renames {
      for field in settings where field.name == rename.from {
        edits.append(BodyEdit(range: field.nameRange, replacement: Array(rename.to.utf8)))
      }
    }
    var parts: [UInt8] = []
    for item in parameters.defaults where !settings.contains(where: { $0.name == item.name }) {
      let name = parameters.renames.first { $0.from == item.name }?.to ?? item.name
      var value = item.value.bytes[...]
      if value.count >= 2, value.first == UInt8(ascii: "\"") { value = value.dropFirst().dropLast() }
      parts += lens.delimiter
      parts += "\r\nContent-Disposition: form-data; name=\"\(name)\"\r\n\r\n".utf8
      parts += value
      parts += "\r\n".utf8
    }
    if !parts.isEmpty { edits.append(BodyEdit(range: lens.contentStart..<lens.contentStart, replacement: parts)) }
    edits.sort { ($0.range.lowerBound, $0.range.upperBound) < ($1.range.lowerBound, $1.range.upperBound) }
    return edits
  }

  private static func addUsage(_ lens: RequestLens, edits: inout [BodyEdit], inserted: inout [UInt8]) {
    guard let options = lens.streamOptions else {
      JSONText.append("\"stream_options\":{\"include_usage\":true},", to: &inserted)
      return
    }
    if options.isNull {
      edits.append(BodyEdit(range: options.value, replacement: Array("{\"include_usage\":true}".utf8)))
    } else if let value = options.includeUsageValue {
      edits.append(BodyEdit(range: value, replacement: Array("true".utf8)))
    } else {
      let start = options.value.lowerBound + 1
      let member = options.isEmpty ? "\"include_usage\":true" : "\"include_usage\":true,"
      edits.append(BodyEdit(range: start..<start, replacement: Array(member.utf8)))
    }
  }
}

extension RequestLens {
  /// Whether the body need not be changed to name `model`: it does, or has no member for it.
  fileprivate func namesModel(_ model: String) -> Bool { modelRange.isEmpty || self.model == model }
}
