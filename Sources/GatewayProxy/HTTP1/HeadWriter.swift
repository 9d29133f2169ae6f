import GatewayCore
package import NIOCore

#if canImport(Darwin)
  import Darwin
#elseif canImport(Musl)
  import Musl
#else
  import Glibc
#endif

/// Writes heads and chunk framing into a buffer.
///
/// What is fixed in the program (`StaticString`, numbers) is written as it is; what came from outside goes through the
/// `validated` functions, which write nothing and throw when a byte could end a line or hide one.
package enum HeadWriter {
  /// Whether `bytes` may be a field value: no control character but HTAB, no whitespace at the ends.
  package static func isValidFieldValue(_ bytes: UnsafeRawBufferPointer) -> Bool {
    guard let base = bytes.baseAddress, !bytes.isEmpty else { return true }
    if ASCII.isWhitespace(bytes[0]) || ASCII.isWhitespace(bytes[bytes.count - 1]) { return false }
    return ControlBytes.areAbsent(base.assumingMemoryBound(to: UInt8.self), bytes.count)
  }

  /// Whether `bytes` may be a field name: a non-empty token.
  package static func isValidFieldName(_ bytes: UnsafeRawBufferPointer) -> Bool {
    !bytes.isEmpty && bytes.allSatisfy(ASCII.isToken)
  }

  /// Whether `bytes` may be a request target: printable ASCII without spaces and `#`, not empty.
  package static func isValidTarget(_ bytes: UnsafeRawBufferPointer) -> Bool {
    !bytes.isEmpty && bytes.allSatisfy(ASCII.isTarget)
  }

  /// Writes `METHOD TARGET HTTP/1.1`.
  ///
  /// - Throws: `HTTPFault.invalidTarget`, having written nothing.
  package static func writeRequestLine(
    _ method: StaticString, validatedTarget target: UnsafeRawBufferPointer, into buffer: inout ByteBuffer
  ) throws(HTTPFault) {
    guard self.isValidTarget(target) else { throw .invalidTarget }
    buffer.writeStaticString(method)
    buffer.writeStaticString(" ")
    buffer.writeBytes(target)
    buffer.writeStaticString(" HTTP/1.1\r\n")
  }

  /// Writes `METHOD TARGET HTTP/1.1`.
  ///
  /// - Throws: `HTTPFault.invalidTarget`, having written nothing.
  package static func writeRequestLine(
    _ method: StaticString, validatedTarget target: String, into buffer: inout ByteBuffer
  ) throws(HTTPFault) {
    let isValid = target.withBytes { self.isValidTarget($0) }
    guard isValid else { throw .invalidTarget }
    buffer.writeStaticString(method)
    buffer.writeStaticString(" ")
    buffer.writeString(target)
    buffer.writeStaticString(" HTTP/1.1\r\n")
  }

  /// Writes a field that is fixed in the program.
  package static func writeField(_ name: StaticString, _ value: StaticString, into buffer: inout ByteBuffer) {
    self.write(self.bytes(of: name), self.bytes(of: value), into: &buffer)
  }

  /// Writes a field with a number, such as Content-Length.
  package static func writeField(_ name: StaticString, _ value: Int, into buffer: inout ByteBuffer) {
    precondition(value >= 0, "lengths, counts and sizes are not negative")
    let length = name.utf8CodeUnitCount
    // The longest number has 19 digits.
    buffer.writeWithUnsafeMutableBytes(minimumWritableBytes: length + 23) { target in
      guard let base = target.baseAddress else { return 0 }
      memcpy(base, name.utf8Start, length)
      (base + length).storeBytes(of: UInt16(littleEndian: 0x203A), as: UInt16.self)
      let end = length + 2 + self.put(UInt(bitPattern: value), radix: 10, at: base + length + 2)
      (base + end).storeBytes(of: UInt16(littleEndian: 0x0A0D), as: UInt16.self)
      return end + 2
    }
  }

  /// Writes a field whose value came from outside.
  ///
  /// - Throws: `HTTPFault.invalidFieldValue`, having written nothing.
  package static func writeField(
    _ name: StaticString, validated value: UnsafeRawBufferPointer, into buffer: inout ByteBuffer
  ) throws(HTTPFault) {
    guard self.isValidFieldValue(value) else { throw .invalidFieldValue }
    self.write(self.bytes(of: name), value, into: &buffer)
  }

  /// Writes a field whose value came from outside.
  ///
  /// - Throws: `HTTPFault.invalidFieldValue`, having written nothing.
  package static func writeField(
    _ name: StaticString, validated value: String, into buffer: inout ByteBuffer
  ) throws(HTTPFault) {
    let isWritten = value.withBytes { bytes in
      guard self.isValidFieldValue(bytes) else { return false }
      self.write(self.bytes(of: name), bytes, into: &buffer)
      return true
    }
    guard isWritten else { throw .invalidFieldValue }
  }

  /// Writes a field whose name and value came from outside, for instance from the configuration.
  ///
  /// - Throws: `HTTPFault.invalidFieldName` or `.invalidFieldValue`, having written nothing.
  package static func writeField(
    validatedName name: String, validated value: String, into buffer: inout ByteBuffer
  ) throws(HTTPFault) {
    let fault: HTTPFault? = name.withBytes { name in
      value.withBytes { value in
        guard self.isValidFieldName(name) else { return .invalidFieldName }
        guard self.isValidFieldValue(value) else { return .invalidFieldValue }
        self.write(name, value, into: &buffer)
        return nil
      }
    }
    if let fault { throw fault }
  }

  /// Writes a field as it stands in a head that a parser of this module accepted; that has validated it.
  package static func writeField(
    _ field: HeaderField, of head: UnsafeRawBufferPointer, into buffer: inout ByteBuffer
  ) {
    self.write(field.name.bytes(in: head), field.value.bytes(in: head), into: &buffer)
  }

  /// Writes the blank line that ends a head.
  package static func writeEnd(into buffer: inout ByteBuffer) { buffer.writeStaticString("\r\n") }

  /// Writes the size line of a chunk; its data and another CR LF follow. `size` is positive: zero would end the body.
  package static func writeChunkSize(_ size: Int, into buffer: inout ByteBuffer) {
    precondition(size > 0, "a chunk of size zero would end the body")
    self.writeHex(size, into: &buffer)
    buffer.writeStaticString("\r\n")
  }

  /// Writes the last chunk of a body without trailers.
  package static func writeLastChunk(into buffer: inout ByteBuffer) { buffer.writeStaticString("0\r\n\r\n") }

  /// Writes a number that is not negative in lower-case hexadecimal.
  package static func writeHex(_ number: Int, into buffer: inout ByteBuffer) {
    self.writeDigits(number, radix: 16, into: &buffer)
  }

  /// Writes a number that is not negative in decimal.
  package static func writeDecimal(_ number: Int, into buffer: inout ByteBuffer) {
    self.writeDigits(number, radix: 10, into: &buffer)
  }

  @inline(__always)
  private static func writeDigits(_ number: Int, radix: UInt, into buffer: inout ByteBuffer) {
    precondition(number >= 0, "lengths and sizes are not negative")
    // The longest number has 19 digits.
    buffer.writeWithUnsafeMutableBytes(minimumWritableBytes: 19) { target in
      target.baseAddress.map { self.put(UInt(bitPattern: number), radix: radix, at: $0) } ?? 0
    }
  }

  /// - Returns: how many digits there are.
  @inline(__always)
  static func put(_ number: UInt, radix: UInt, at target: UnsafeMutableRawPointer) -> Int {
    var count = 1
    var rest = number / radix
    while rest > 0 {
      count += 1
      rest /= radix
    }
    rest = number
    for index in stride(from: count - 1, through: 0, by: -1) {
      let digit = UInt8(truncatingIfNeeded: rest % radix)
      target.storeBytes(of: digit < 10 ? digit + 0x30 : digit + 0x57, toByteOffset: index, as: UInt8.self)
      rest /= radix
    }
    return count
  }

  /// Writes `name: value` and CR LF in one go.
  @inline(__always)
  private static func write(
    _ name: UnsafeRawBufferPointer, _ value: UnsafeRawBufferPointer, into buffer: inout ByteBuffer
  ) {
    let count = name.count + value.count + 4
    buffer.writeWithUnsafeMutableBytes(minimumWritableBytes: count) { target in
      guard let base = target.baseAddress else { return 0 }
      if let source = name.baseAddress { memcpy(base, source, name.count) }
      let colon = base + name.count
      colon.storeBytes(of: UInt16(littleEndian: 0x203A), as: UInt16.self)
      if let source = value.baseAddress { memcpy(colon + 2, source, value.count) }
      (colon + 2 + value.count).storeBytes(of: UInt16(littleEndian: 0x0A0D), as: UInt16.self)
      return count
    }
  }

  @inline(__always)
  private static func bytes(of text: StaticString) -> UnsafeRawBufferPointer {
    UnsafeRawBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount)
  }
}
