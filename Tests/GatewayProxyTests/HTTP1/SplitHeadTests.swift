import GatewayProxy
import Testing

/// A head must be judged alike however the network cuts it.
@Suite struct SplitHeadTests {
  static let requests = [
    "\r\nPOST /v1/chat/completions?stream=1 HTTP/1.1\r\nHost: gateway.example:8080\r\nAuthorization: Bearer sk-0123456789\r\n"
      + "Content-Type: application/json\r\nTransfer-Encoding: chunked\r\nConnection: keep-alive, x\r\n\r\n5\r\nhello",
    "GET / HTTP/1.0\r\n\r\n", "OPTIONS * HTTP/1.1\r\nhost:\r\nExpect: 100-continue\r\nContent-Length: 3\r\n\r\nabc",
    "GET http://a/b?c HTTP/1.1\r\nHost: a\r\nX: \t\t\r\n\r\nGET ",
    // Refused, each for another reason.
    "\r\n\r\nGET / HTTP/1.1\r\n\r\n", "\rGET / HTTP/1.1\r\n\r\n", "\r\n\rGET / HTTP/1.1\r\n\r\n",
    "GET / HTTP/1.1\nHost: a\r\n\r\n",
    "GET / HTTP/1.1\r\nHost: a\r\n folded\r\n\r\n", "GET / HTTP/1.1\r\nHost: a\r\nA: b\rc\r\n\r\n",
    "\u{16}\u{3}\u{1}\u{2}",
    "GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nContent-Length: 5\r\n\r\n", "GET / HTTP/3.0\r\n\r\n", "\n",
    "GET / HTTP/1.1\r\nHost: a\r\n" + String(repeating: "A: 0123456789\r\n", count: 40) + "\r\n", " / HTTP/1.1\r\n\r\n",
    String(repeating: "A", count: 600),
  ]
  static let responses = [
    "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n",
    "HTTP/1.0 503\r\nRetry-After: 1\r\nContent-Length: 5\r\n\r\nhello", "HTTP/1.1 204 \r\n\r\n", "HTTP/1.1 20x\r\n\r\n",
    "HTTP/1.1 200 OK\r\nA: b\n\r\n", "\r\nHTTP/1.1 200 OK\r\n\r\n", String(repeating: "HTTP", count: 200),
  ]

  @Test(arguments: requests)
  func judgesARequestAlikeAtEverySplit(text: String) {
    let bytes = Array(text.utf8)
    let whole = Self.judgeRequest(bytes, cuts: [])
    for first in 0...bytes.count {
      #expect(Self.judgeRequest(bytes, cuts: [first]) == whole, "cut at \(first)")
    }
    for first in stride(from: 0, to: bytes.count, by: 7) {
      for second in first...bytes.count { #expect(Self.judgeRequest(bytes, cuts: [first, second]) == whole) }
    }
    #expect(Self.judgeRequest(bytes, cuts: Array(0...bytes.count)) == whole)
  }

  @Test(arguments: responses)
  func judgesAResponseAlikeAtEverySplit(text: String) {
    let bytes = Array(text.utf8)
    let whole = Self.judgeResponse(bytes, cuts: [])
    for first in 0...bytes.count { #expect(Self.judgeResponse(bytes, cuts: [first]) == whole, "cut at \(first)") }
    #expect(Self.judgeResponse(bytes, cuts: Array(0...bytes.count)) == whole)
  }

  @Test func returnsTheHeadAsSoonAsItIsComplete() throws {
    let bytes = Array(request("A: b").utf8)
    var parser = RequestHeadParser(limit: 1024)
    for end in 0..<bytes.count {
      let head = try withExactCopy(bytes[..<end]) { bytes throws(HTTPFault) in try parser.parse(bytes) }
      #expect(head?.length == nil, "after \(end) bytes")
    }
    let head = try withExactCopy(bytes) { bytes throws(HTTPFault) in try parser.parse(bytes) }
    #expect(head?.length == bytes.count)
  }

  /// Gives a parser growing prefixes that end at `cuts`, then all bytes; returns the first verdict.
  private static func judgeRequest(_ bytes: [UInt8], cuts: [Int]) -> Result<ReadableRequest?, HTTPFault> {
    var parser = RequestHeadParser(limit: 512)
    for end in cuts + [bytes.count] {
      let verdict = Result { () throws(HTTPFault) -> ReadableRequest? in
        try withExactCopy(bytes[..<end]) { bytes throws(HTTPFault) in
          try parser.parse(bytes).map { ReadableRequest($0, in: bytes) }
        }
      }
      if case .success(nil) = verdict { continue }
      return verdict
    }
    return .success(nil)
  }

  private static func judgeResponse(_ bytes: [UInt8], cuts: [Int]) -> Result<ReadableResponse?, HTTPFault> {
    var parser = ResponseHeadParser(limit: 512)
    for end in cuts + [bytes.count] {
      let verdict = Result { () throws(HTTPFault) -> ReadableResponse? in
        try withExactCopy(bytes[..<end]) { bytes throws(HTTPFault) in
          try parser.parse(bytes, requestWasHEAD: false).map { ReadableResponse($0, in: bytes) }
        }
      }
      if case .success(nil) = verdict { continue }
      return verdict
    }
    return .success(nil)
  }
}
