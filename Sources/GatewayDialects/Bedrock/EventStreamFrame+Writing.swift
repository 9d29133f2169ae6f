import GatewayCore

extension EventStreamFrame {
  /// Appends a frame whose payload is JSON that `payload` appends.
  package static func append(
    _ kind: Kind = .event, named name: StaticString, to output: inout [UInt8], payload: (inout [UInt8]) -> Void
  ) {
    let start = output.count
    output.append(contentsOf: repeatElement(0, count: preludeLength))
    switch kind {
    case .event: header(":event-type", name, to: &output)
    case .exception: header(":exception-type", name, to: &output)
    case .error: header(":error-code", name, to: &output)
    }
    header(":content-type", "application/json", to: &output)
    switch kind {
    case .event: header(":message-type", "event", to: &output)
    case .exception: header(":message-type", "exception", to: &output)
    case .error: header(":message-type", "error", to: &output)
    }
    let headersLength = output.count - start - preludeLength
    payload(&output)
    seal(from: start, headersLength: headersLength, &output)
  }

  /// Fills in the lengths and checksums of the frame that begins at `start` and ends with the bytes.
  private static func seal(from start: Int, headersLength: Int, _ output: inout [UInt8]) {
    let length = output.count - start + 4
    output.withUnsafeMutableBytes { bytes in
      store(UInt32(truncatingIfNeeded: length), at: start, bytes)
      store(UInt32(truncatingIfNeeded: headersLength), at: start + 4, bytes)
      let prelude = CRC32.checksum(UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(bytes)[start..<(start + 8)]))
      store(prelude, at: start + 8, bytes)
    }
    let checksum = output.withUnsafeBytes { CRC32.checksum(UnsafeRawBufferPointer(rebasing: $0[start...])) }
    withUnsafeBytes(of: checksum.bigEndian) { output.append(contentsOf: $0) }
  }

  private static func store(_ word: UInt32, at offset: Int, _ bytes: UnsafeMutableRawBufferPointer) {
    bytes.storeBytes(of: word.bigEndian, toByteOffset: offset, as: UInt32.self)
  }

  private static func header(_ name: StaticString, _ value: StaticString, to output: inout [UInt8]) {
    output.append(UInt8(truncatingIfNeeded: name.utf8CodeUnitCount))
    JSONText.append(name, to: &output)
    // 7: a string, with its length in two bytes.
    output.append(7)
    output.append(UInt8(truncatingIfNeeded: value.utf8CodeUnitCount >> 8))
    output.append(UInt8(truncatingIfNeeded: value.utf8CodeUnitCount))
    JSONText.append(value, to: &output)
  }
}
