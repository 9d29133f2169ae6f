/// Why a text is not the kind of value that its setting takes.
struct LiteralFault: Error, Hashable {
  let message: String
  let advice: String?

  init(_ message: String, advice: String? = nil) {
    self.message = message
    self.advice = advice
  }
}
