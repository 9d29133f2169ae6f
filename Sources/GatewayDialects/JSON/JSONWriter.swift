/// Writes one JSON document, comma by comma. What is written is valid as long as every object gets a name before each value.
///
///     var json = JSONWriter()
///     json.object { json in
///       json.member("model", model)
///       json.array("messages") { json in … }
///     }
package struct JSONWriter {
  package private(set) var bytes: [UInt8] = []
  /// Whether a value of the innermost container, or its name, stands before the next one.
  private var needsComma = false

  package init(capacity: Int = 256) { bytes.reserveCapacity(capacity) }

  // MARK: Containers

  package mutating func object<Fault: Error>(_ write: (inout JSONWriter) throws(Fault) -> Void) throws(Fault) {
    begin(UInt8(ascii: "{"))
    try write(&self)
    end(UInt8(ascii: "}"))
  }

  package mutating func array<Fault: Error>(_ write: (inout JSONWriter) throws(Fault) -> Void) throws(Fault) {
    begin(UInt8(ascii: "["))
    try write(&self)
    end(UInt8(ascii: "]"))
  }

  package mutating func object<Fault: Error>(
    _ name: StaticString, _ write: (inout JSONWriter) throws(Fault) -> Void
  ) throws(Fault) {
    self.name(name)
    try object(write)
  }

  package mutating func array<Fault: Error>(
    _ name: StaticString, _ write: (inout JSONWriter) throws(Fault) -> Void
  ) throws(Fault) {
    self.name(name)
    try array(write)
  }

  // MARK: Members

  /// Of the next value. It is written as it stands, so it has nothing to escape.
  package mutating func name(_ name: StaticString) {
    comma()
    bytes.append(UInt8(ascii: "\""))
    JSONText.append(name, to: &bytes)
    bytes.append(UInt8(ascii: "\""))
    bytes.append(UInt8(ascii: ":"))
    needsComma = false
  }

  // Literals are for the other one.
  @_disfavoredOverload
  package mutating func name(_ name: RawText) {
    comma()
    quote(name)
    bytes.append(UInt8(ascii: ":"))
    needsComma = false
  }

  /// Nothing when `text` is nil; so do all of these.
  package mutating func member(_ name: StaticString, _ text: RawText?) {
    guard let text else { return }
    self.name(name)
    value(text)
  }

  package mutating func member(_ name: StaticString, _ string: String?) {
    guard let string else { return }
    self.name(name)
    value(string)
  }

  package mutating func member(_ name: StaticString, _ number: Int?) {
    guard let number else { return }
    self.name(name)
    value(number)
  }

  package mutating func member(_ name: StaticString, _ bool: Bool?) {
    guard let bool else { return }
    self.name(name)
    value(bool)
  }

  package mutating func member(_ name: StaticString, _ raw: RawJSON?) {
    guard let raw else { return }
    self.name(name)
    value(raw)
  }

  package mutating func null(_ name: StaticString) {
    self.name(name)
    null()
  }

  // MARK: Values

  package mutating func value(_ text: RawText) {
    comma()
    quote(text)
  }

  package mutating func value(_ string: String) {
    comma()
    JSONText.quote(into: &bytes, string)
  }

  package mutating func value(_ number: Int) {
    comma()
    bytes.append(contentsOf: String(number).utf8)
  }

  package mutating func value(_ bool: Bool) {
    comma()
    JSONText.append(bool ? "true" : "false", to: &bytes)
  }

  package mutating func value(_ raw: RawJSON) {
    comma()
    bytes.append(contentsOf: raw.bytes)
  }

  package mutating func null() {
    comma()
    JSONText.append("null", to: &bytes)
  }

  /// A string made of several pieces: a data URL, or JSON within a string.
  package mutating func string(_ write: (inout [UInt8]) -> Void) {
    comma()
    bytes.append(UInt8(ascii: "\""))
    write(&bytes)
    bytes.append(UInt8(ascii: "\""))
  }

  // MARK: Parts

  private mutating func comma() {
    if needsComma { bytes.append(UInt8(ascii: ",")) }
    needsComma = true
  }

  private mutating func begin(_ byte: UInt8) {
    comma()
    bytes.append(byte)
    needsComma = false
  }

  private mutating func end(_ byte: UInt8) {
    bytes.append(byte)
    needsComma = true
  }

  private mutating func quote(_ text: RawText) {
    bytes.append(UInt8(ascii: "\""))
    bytes.append(contentsOf: text.bytes)
    bytes.append(UInt8(ascii: "\""))
  }
}
