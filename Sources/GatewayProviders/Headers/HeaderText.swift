/// What may stand in a header (RFC 9110 §5).
package enum HeaderText {
  /// A token in lower case.
  package static func isValidName(_ name: String) -> Bool {
    !name.isEmpty
      && name.utf8.allSatisfy { byte in
        switch byte {
        case 0x30...0x39, 0x61...0x7A: true
        default: "!#$%&'*+-.^_`|~".utf8.contains(byte)
        }
      }
  }

  /// Visible ASCII with blanks inside: no line break, no NUL, nothing that a peer may read otherwise.
  package static func isValidValue(_ value: String) -> Bool {
    value.utf8.allSatisfy { 0x20...0x7E ~= $0 || $0 == 0x09 }
      && value.utf8.first.map(isBlank) != true && value.utf8.last.map(isBlank) != true
  }

  private static func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 }
}
