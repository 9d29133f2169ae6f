/// Why a text is not the kind of value that its setting takes.
package struct LiteralFault: Error, Hashable {
  package let message: String
  package let advice: String?

  package init(_ message: String, advice: String? = nil) {
    self.message = message
    self.advice = advice
  }
}
