/// One field line of a head: where its name and its value are.
package struct HeaderField: Equatable, Sendable {
  /// The name, a non-empty token, in the sender's spelling.
  package var name: ByteRange
  /// The value without the optional whitespace around it; may be empty.
  package var value: ByteRange
  /// Which field it is, if it is one that the gateway acts on.
  package var known: KnownField

  package init(name: ByteRange, value: ByteRange, known: KnownField) {
    self.name = name
    self.value = value
    self.known = known
  }
}
