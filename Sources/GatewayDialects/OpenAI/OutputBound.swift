/// How much a request lets the model bring forth.
package enum OutputBound {
  private static let names = [
    "max_completion_tokens", "max_tokens", "max_output_tokens", "maxOutputTokens", "maxTokens",
  ]
  private static let counts = ["n", "candidateCount", "candidate_count"]
  /// Objects that hold such members, in Gemini's, Amazon's and DashScope's formats.
  private static let containers = ["generationConfig", "generation_config", "inferenceConfig", "parameters"]

  /// Tokens of all choices together.
  ///
  /// - Returns: nil where the request says nothing of it.
  package static func read(_ lens: RequestLens, _ body: UnsafeRawBufferPointer) -> Int? {
    if lens.isForm { return nil }
    var bound = number(names, lens, body)
    var choices = number(counts, lens, body)
    for member in lens.members where member.kind == .object {
      guard containers.contains(where: { member.name.equals($0, in: body) }) else { continue }
      let bytes = UnsafeRawBufferPointer(rebasing: body[member.value])
      guard let inner = try? RequestLens.scan(bytes, requiresModel: false) else { continue }
      bound = larger(bound, number(names, inner, bytes))
      choices = larger(choices, number(counts, inner, bytes))
    }
    return bound.map { $0.multipliedReportingOverflow(by: max(1, choices ?? 1)) }.map {
      $0.overflow ? .max / 2 : $0.partialValue
    }
  }

  /// How many answers, or images, it asks for at its top level; nil: it says nothing.
  package static func choices(_ lens: RequestLens, _ body: UnsafeRawBufferPointer) -> Int? {
    number(counts, lens, body)
  }

  /// The largest of those that are there.
  private static func number(_ names: [String], _ lens: RequestLens, _ body: UnsafeRawBufferPointer) -> Int? {
    var largest: Int?
    for member in lens.members where member.kind == .number {
      guard names.contains(where: { member.name.equals($0, in: body) }) else { continue }
      let number = JSONCursor.number(body, member.value)
      if number >= 0 { largest = larger(largest, Int(min(number, 1e15))) }
    }
    return largest
  }

  private static func larger(_ a: Int?, _ b: Int?) -> Int? {
    guard let a else { return b }
    return b.map { max(a, $0) } ?? a
  }
}
