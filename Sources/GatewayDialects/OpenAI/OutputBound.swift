/// How much a request lets the model bring forth.
package enum OutputBound {
  /// The largest numbers of each kind that are there.
  private struct Numbers {
    var bound: Int?
    var choices: Int?

    mutating func add(_ other: Numbers) {
      bound = OutputBound.larger(bound, other.bound)
      choices = OutputBound.larger(choices, other.choices)
    }
  }

  /// Tokens of all choices together.
  ///
  /// - Returns: nil where the request says nothing of it.
  package static func read(_ lens: RequestLens, _ body: UnsafeRawBufferPointer) -> Int? {
    if lens.isForm { return nil }
    var found = numbers(lens, body)
    for member in lens.members where member.kind == .object && isContainer(member.name, body) {
      let bytes = UnsafeRawBufferPointer(rebasing: body[member.value])
      guard let inner = try? RequestLens.scan(bytes, requiresModel: false) else { continue }
      found.add(numbers(inner, bytes))
    }
    return found.bound.map { $0.multipliedReportingOverflow(by: max(1, found.choices ?? 1)) }.map {
      $0.overflow ? .max / 2 : $0.partialValue
    }
  }

  /// How many answers, or images, it asks for at its top level; nil: it says nothing.
  package static func choices(_ lens: RequestLens, _ body: UnsafeRawBufferPointer) -> Int? {
    numbers(lens, body).choices
  }

  private static func numbers(_ lens: RequestLens, _ body: UnsafeRawBufferPointer) -> Numbers {
    var found = Numbers()
    for member in lens.members where member.kind == .number {
      let (isBound, isCount) = (isBound(member.name, body), isCount(member.name, body))
      guard isBound || isCount else { continue }
      let number = JSONCursor.number(body, member.value)
      guard number >= 0 else { continue }
      let whole = Int(min(number, 1e15))
      if isBound { found.bound = larger(found.bound, whole) } else { found.choices = larger(found.choices, whole) }
    }
    return found
  }

  // Comparisons of lengths, nearly always: every call that is limited by tokens is asked.

  private static func isBound(_ name: JSONString, _ body: UnsafeRawBufferPointer) -> Bool {
    name.matches("max_tokens", in: body) || name.matches("max_completion_tokens", in: body)
      || name.matches("max_output_tokens", in: body) || name.matches("maxOutputTokens", in: body)
      || name.matches("maxTokens", in: body)
  }

  private static func isCount(_ name: JSONString, _ body: UnsafeRawBufferPointer) -> Bool {
    name.matches("n", in: body) || name.matches("candidateCount", in: body) || name.matches("candidate_count", in: body)
  }

  /// Objects that hold such members, in Gemini's, Amazon's and DashScope's formats.
  private static func isContainer(_ name: JSONString, _ body: UnsafeRawBufferPointer) -> Bool {
    name.matches("generationConfig", in: body) || name.matches("generation_config", in: body)
      || name.matches("inferenceConfig", in: body) || name.matches("parameters", in: body)
  }

  private static func larger(_ a: Int?, _ b: Int?) -> Int? {
    guard let a else { return b }
    return b.map { max(a, $0) } ?? a
  }
}
