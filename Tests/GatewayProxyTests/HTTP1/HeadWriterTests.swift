import GatewayCore
import NIOCore
import Testing

@testable import GatewayProxy

@Suite struct HeadWriterTests {
  @Test func writesAResponseHeadThatTheParserReadsBack() throws {
    var buffer = ByteBuffer()
    buffer.writeWithUnsafeMutableBytes(minimumWritableBytes: 64) { room in
      var cursor = HeadCursor(room)
      cursor.writeStatusLine(429)
      return cursor.count
    }
    HeadWriter.writeField("content-type", "application/json", into: &buffer)
    HeadWriter.writeField("content-length", 1234, into: &buffer)
    try HeadWriter.writeField("x-sluice-target", validated: "local/qwen", into: &buffer)
    try HeadWriter.writeField(validatedName: "x-own", validated: "", into: &buffer)
    HeadWriter.writeEnd(into: &buffer)
    #expect(
      String(buffer: buffer)
        == "HTTP/1.1 429 Too Many Requests\r\ncontent-type: application/json\r\ncontent-length: 1234\r\n"
        + "x-sluice-target: local/qwen\r\nx-own: \r\n\r\n")
    #expect(try parseResponse(buffer.readableBytesView)?.framing == .length(1234))
  }

  @Test(arguments: [(200, "OK"), (299, ""), (431, "Request Header Fields Too Large")])
  func writesPiecesBehindEachOther(status: Int, reason: String) {
    var buffer = ByteBuffer(string: "before ")
    let id = ExchangeID(origin: 1, sequence: 2)
    buffer.writeWithUnsafeMutableBytes(minimumWritableBytes: 160) { room in
      var cursor = HeadCursor(room)
      cursor.writeStatusLine(status)
      cursor.write(ByteBuffer(string: "date: today\r\n"))
      cursor.write("x-request-id: ")
      cursor.write(id)
      cursor.write("\r\ncontent-length: ")
      cursor.write(Int.max)
      cursor.write(ByteBuffer())
      return cursor.count
    }
    #expect(
      String(buffer: buffer)
        == "before HTTP/1.1 \(status) \(reason)\r\ndate: today\r\nx-request-id: \(id)\r\ncontent-length: \(Int.max)")
  }

  @Test func writesARequestLine() throws {
    var buffer = ByteBuffer()
    try HeadWriter.writeRequestLine("POST", validatedTarget: "/v1/chat?a=b", into: &buffer)
    try Array("/x".utf8).withUnsafeBytes { try HeadWriter.writeRequestLine("GET", validatedTarget: $0, into: &buffer) }
    #expect(String(buffer: buffer) == "POST /v1/chat?a=b HTTP/1.1\r\nGET /x HTTP/1.1\r\n")
  }

  @Test(arguments: ["", "/a b", "/a\r\nX: y", "/\u{0}", "/\u{e9}", "/#", "/\n", "/\u{7f}"])
  func refusesTargetsThatWouldBreakTheLine(target: String) {
    var buffer = ByteBuffer()
    #expect(throws: HTTPFault.invalidTarget) {
      try HeadWriter.writeRequestLine("GET", validatedTarget: target, into: &buffer)
    }
    #expect(buffer.readableBytes == 0)
  }

  @Test(arguments: [
    "a\r\nb: c", "a\nb", "a\rb", "\u{0}", "a\u{7f}", " a", "a ", "\ta", "a\u{1b}", "0123456789abcdef\n",
  ])
  func refusesValuesThatWouldBreakTheLine(value: String) {
    var buffer = ByteBuffer()
    #expect(throws: HTTPFault.invalidFieldValue) { try HeadWriter.writeField("a", validated: value, into: &buffer) }
    #expect(throws: HTTPFault.invalidFieldValue) {
      try Array(value.utf8).withUnsafeBytes { try HeadWriter.writeField("a", validated: $0, into: &buffer) }
    }
    #expect(throws: HTTPFault.invalidFieldValue) {
      try HeadWriter.writeField(validatedName: "a", validated: value, into: &buffer)
    }
    #expect(buffer.readableBytes == 0)
  }

  @Test(arguments: ["", "a b", "a:", "a\r\n", "\u{e9}", "a\u{0}"])
  func refusesNamesThatAreNoTokens(name: String) {
    var buffer = ByteBuffer()
    #expect(throws: HTTPFault.invalidFieldName) {
      try HeadWriter.writeField(validatedName: name, validated: "a", into: &buffer)
    }
    #expect(buffer.readableBytes == 0)
  }

  @Test func copiesAParsedFieldInItsSpelling() throws {
    let bytes = Array(request("X-Mixed:   some value ").utf8)
    var parser = RequestHeadParser(limit: 1024)
    var buffer = ByteBuffer()
    try bytes.withUnsafeBytes { bytes in
      let head = try #require(try parser.parse(bytes))
      HeadWriter.writeField(head.fields[1], of: bytes, into: &buffer)
    }
    #expect(String(buffer: buffer) == "X-Mixed: some value\r\n")
  }

  @Test(arguments: [0, 1, 9, 10, 15, 16, 99, 100, 255, 256, 4096, 65535, 1_000_000, Int.max - 1, Int.max])
  func writesNumbersInDecimalAndHexadecimal(number: Int) {
    var buffer = ByteBuffer()
    HeadWriter.writeDecimal(number, into: &buffer)
    #expect(String(buffer: buffer) == String(number))
    buffer.clear()
    HeadWriter.writeHex(number, into: &buffer)
    #expect(String(buffer: buffer) == String(number, radix: 16))
  }

  @Test func writesChunksThatTheDecoderReadsBack() throws {
    var buffer = ByteBuffer()
    for payload in ["a", String(repeating: "b", count: 300)] {
      HeadWriter.writeChunkSize(payload.utf8.count, into: &buffer)
      buffer.writeString(payload + "\r\n")
    }
    HeadWriter.writeLastChunk(into: &buffer)
    var decoder = ChunkedDecoder()
    var length = 0
    let (consumed, isComplete) = try buffer.withUnsafeReadableBytes { try decoder.decode($0) { length += $0.count } }
    #expect(isComplete)
    #expect(consumed == buffer.readableBytes)
    #expect(length == 301)
  }
}
