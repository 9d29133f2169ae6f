/// A credential. It cannot be printed, compared by accident, encoded or interpolated; it is only lent to code that writes it
/// to a provider.
package struct Secret: Sendable, CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
  private let value: String

  package init(_ value: String) { self.value = value }

  /// Lends the plain value to `body`.
  package func reveal<R>(_ body: (String) throws -> R) rethrows -> R { try body(value) }

  package var isEmpty: Bool { value.isEmpty }
  package var description: String { "‹secret›" }
  package var debugDescription: String { "‹secret›" }
  package var customMirror: Mirror { Mirror(self, children: []) }
}
