import GatewayProxy
import Testing

@Suite struct ResponseHeadParserTests {
  @Test func readsEveryPartOfAResponseHead() throws {
    let text = response("Content-Type: text/event-stream", "Transfer-Encoding: chunked", status: "HTTP/1.1 200 All OK")
    let head = try #require(try parseResponse((text + "5\r\n").utf8))
    #expect(head.status == 200)
    #expect(head.reason == "All OK")
    #expect(head.isHTTP11)
    #expect(head.fields.map(\.known) == [.contentType, .transferEncoding])
    #expect(head.length == text.utf8.count)
    #expect(head.framing == .chunked)
    #expect(head.keepsAlive)
  }

  @Test(arguments: [
    ("HTTP/1.1 200", 200, ""), ("HTTP/1.1 404 ", 404, ""), ("HTTP/1.0 599 a  b\t", 599, "a  b\t"),
    ("HTTP/1.1 503 \u{e9}", 503, "\u{e9}"), ("HTTP/1.1 100 Continue", 100, "Continue"),
  ])
  func readsStatusLines(line: String, status: Int, reason: String) throws {
    let head = try #require(try parseResponse(response(status: line).utf8))
    #expect(head.status == status)
    #expect(head.reason == reason)
  }

  @Test(arguments: [
    ("", HTTPFault.lineEndBeforeStart), ("HTTP/1.1", .malformedStatusLine), ("HTTP/1.1200 OK", .malformedStatusLine),
    ("HTTP/1.1  200 OK", .invalidStatus), ("HTTP/1.1 20 OK", .invalidStatus), ("HTTP/1.1 2000 OK", .invalidStatus),
    ("HTTP/1.1 099 OK", .invalidStatus), ("HTTP/1.1 600 OK", .invalidStatus), ("HTTP/1.1 2x0 OK", .invalidStatus),
    ("HTTP/1.1 200OK", .malformedStatusLine), ("HTTP/1.1 200\tOK", .malformedStatusLine),
    ("HTTP/1.1 200 O\u{0}K", .invalidReason), ("HTTP/1.1 200 O\rK", .invalidReason),
    ("HTTP/2.0 200 OK", .unsupportedVersion), ("http/1.1 200 OK", .malformedStatusLine),
    ("ICY 200 OK", .malformedStatusLine), ("HTTP/1.1 101 Switching Protocols", .unexpectedUpgrade),
  ])
  func refusesStatusLines(line: String, fault: HTTPFault) { #expect(responseFault(response(status: line)) == fault) }

  @Test func returnsASwitchOfProtocolsWhenItWasAskedFor() throws {
    var parser = ResponseHeadParser(limit: 1024)
    parser.expectsUpgrade = true
    let bytes = Array(response("Upgrade: websocket", status: "HTTP/1.1 101 Switching Protocols").utf8)
    let head = try bytes.withUnsafeBytes { bytes throws(HTTPFault) in try parser.parse(bytes, requestWasHEAD: false) }
    #expect(head?.status == 101)
    #expect(head?.first(.upgrade) != nil)
  }

  @Test(arguments: [
    (response("A : b"), HTTPFault.whitespaceBeforeColon), (response("A: b\nC: d"), .bareLineFeed),
    (response("A: b", " c"), .foldedField), (response("A: \u{1}"), .invalidFieldValue),
    (response("Content-Length: 1", "Content-Length: 1"), .repeatedContentLength),
    (response("Content-Length: 1, 1"), .invalidContentLength),
    (response("Content-Length: 1", "Transfer-Encoding: chunked"), .contentLengthWithTransferEncoding),
    (response("Transfer-Encoding: gzip"), .unsupportedTransferCoding),
    (response("Transfer-Encoding: chunked", status: "HTTP/1.0 200 OK"), .transferEncodingInHTTP10),
    ("\r\n" + response(), .lineEndBeforeStart), ("\n" + response(), .lineEndBeforeStart),
    ("\r" + response(), .lineEndBeforeStart),
  ])
  func isAsStrictAsWithRequests(text: String, fault: HTTPFault) { #expect(responseFault(text) == fault) }

  @Test(arguments: [
    (response(), BodyFraming.untilClose, false), (response("Content-Length: 4"), .length(4), true),
    (response("Content-Length: 4", status: "HTTP/1.0 200 OK"), .length(4), false),
    (response("Content-Length: 4", "Connection: keep-alive", status: "HTTP/1.0 200 OK"), .length(4), true),
    (response("Content-Length: 4", "Connection: close"), .length(4), false),
    (response("Connection: keep-alive"), .untilClose, false),
    (response("Content-Length: 4", status: "HTTP/1.1 204 No Content"), .none, true),
    (response("Content-Length: 4", status: "HTTP/1.1 304 Not Modified"), .none, true),
    (response(status: "HTTP/1.1 103 Early Hints"), .none, true),
  ])
  func framesBodies(text: String, framing: BodyFraming, keepsAlive: Bool) throws {
    let head = try #require(try parseResponse(text.utf8))
    #expect(head.framing == framing)
    #expect(head.keepsAlive == keepsAlive)
  }

  @Test(arguments: [response(), response("Content-Length: 4"), response("Transfer-Encoding: chunked")])
  func expectsNoBodyInAnswerToHEAD(text: String) throws {
    let head = try #require(try parseResponse(text.utf8, requestWasHEAD: true))
    #expect(head.framing == .none)
    #expect(head.keepsAlive)
  }

  @Test func boundsTheHead() {
    #expect(throws: HTTPFault.headTooLarge) { try parseResponse(response("A: b").utf8, limit: 20) }
  }

  @Test func returnsInformationalHeadsBeforeTheFinalOne() throws {
    let bytes = Array((response(status: "HTTP/1.1 100 Continue") + response("Content-Length: 0")).utf8)
    var parser = ResponseHeadParser(limit: 1024)
    try bytes.withUnsafeBytes { bytes in
      let first = try #require(try parser.parse(bytes, requestWasHEAD: false))
      #expect(first.status == 100)
      let rest = UnsafeRawBufferPointer(rebasing: bytes[first.length...])
      let second = try #require(try parser.parse(rest, requestWasHEAD: false))
      #expect(second.status == 200)
      #expect(second.length == rest.count)
    }
  }
}
