import GatewayProxy
import Testing

@Suite struct RequestHeadParserTests {
  @Test func readsEveryPartOfARequestHead() throws {
    let text =
      "POST /v1/chat/completions?a=1&b=? HTTP/1.1\r\nHost: gateway:8080\r\nX-API-Key:\t k \t\r\nContent-Length: 12\r\n"
      + "X-Empty:\r\nX-Obs: \u{e9}\u{4e2d}\r\n\r\n"
    let head = try #require(try parseRequest(Array((text + "{\"body\":true").utf8)))
    #expect(head.method == .post)
    #expect(head.methodName == "POST")
    #expect(head.target == "/v1/chat/completions?a=1&b=?")
    #expect(head.path == "/v1/chat/completions")
    #expect(head.query == "a=1&b=?")
    #expect(head.isHTTP11)
    #expect(head.length == text.utf8.count)
    #expect(head.framing == .length(12))
    #expect(head.keepsAlive)
    #expect(!head.expectsContinue)
    #expect(head.fields.map(\.name) == ["Host", "X-API-Key", "Content-Length", "X-Empty", "X-Obs"])
    #expect(head.fields.map(\.value) == ["gateway:8080", "k", "12", "", "\u{e9}\u{4e2d}"])
    #expect(head.fields.map(\.known) == [.host, .xAPIKey, .contentLength, .other, .other])
  }

  @Test func findsTheFirstFieldOfAKind() throws {
    let bytes = Array(request("Accept: one", "accept: two", "Origin: three").utf8)
    var parser = RequestHeadParser(limit: 1024)
    let head = try #require(try bytes.withUnsafeBytes { bytes throws(HTTPFault) in try parser.parse(bytes) })
    #expect(head.first(.accept)?.value == head.fields[1].value)
    #expect(head.first(.origin) == head.fields[3])
    #expect(head.first(.authorization) == nil)
  }

  @Test(arguments: [
    ("GET", Method.get), ("HEAD", .head), ("POST", .post), ("PUT", .put), ("PATCH", .patch), ("DELETE", .delete),
    ("OPTIONS", .options), ("TRACE", .trace), ("get", .other), ("GETS", .other), ("M-SEARCH", .other),
    ("Posts", .other), ("!#$%&'*+-.^_`|~", .other), (String(repeating: "A", count: 32), .other),
  ])
  func recognisesMethods(name: String, method: Method) throws {
    let head = try #require(try parseRequest("\(name) / HTTP/1.1\r\nHost: a\r\n\r\n".utf8))
    #expect(head.method == method)
    #expect(head.methodName == name)
  }

  @Test(arguments: [
    ("GET", "/", "/", ""), ("GET", "/?", "/", ""), ("GET", "/a?b?c", "/a", "b?c"), ("OPTIONS", "*", "*", ""),
    ("GET", "http://host/a?b", "/a", "b"), ("GET", "HTTPS://host:443/", "/", ""),
    ("GET", "http://[::1]:80/x", "/x", ""),
    ("GET", "http://host", "", ""), ("GET", "http://host?q", "", "q"), ("GET", "//a/b", "//a/b", ""),
    ("GET", "/\"<>\\^`{|}", "/\"<>\\^`{|}", ""),
  ])
  func splitsTargets(method: String, target: String, path: String, query: String) throws {
    let head = try #require(try parseRequest("\(method) \(target) HTTP/1.1\r\nHost: a\r\n\r\n".utf8))
    #expect(head.target == target)
    #expect(head.path == path)
    #expect(head.query == query)
  }

  @Test(arguments: [
    ("", HTTPFault.lineEndBeforeStart), ("GET", .malformedRequestLine), ("GET /", .malformedRequestLine),
    ("GET /  HTTP/1.1", .malformedVersion), ("GET  / HTTP/1.1", .malformedRequestLine),
    ("GET / HTTP/1.1 ", .malformedVersion), (" GET / HTTP/1.1", .malformedRequestLine),
    ("GET\t/ HTTP/1.1", .invalidMethod), ("G(T / HTTP/1.1", .invalidMethod), ("G\u{e9}T / HTTP/1.1", .invalidMethod),
    ("\u{16}\u{3}\u{1}", .invalidMethod), ("\(String(repeating: "A", count: 33)) / HTTP/1.1", .methodTooLong),
    ("GET /\u{e9} HTTP/1.1", .invalidTarget), ("GET /\ta HTTP/1.1", .invalidTarget),
    ("GET /\u{0} HTTP/1.1", .invalidTarget), ("GET /\u{7f} HTTP/1.1", .invalidTarget),
    ("GET /a#b HTTP/1.1", .invalidTarget), ("GET a HTTP/1.1", .unsupportedTarget),
    ("GET * HTTP/1.1", .unsupportedTarget), ("OPTIONS ** HTTP/1.1", .unsupportedTarget),
    ("GET ftp://a/ HTTP/1.1", .unsupportedTarget), ("GET http:/a HTTP/1.1", .unsupportedTarget),
    ("GET http:// HTTP/1.1", .invalidHost), ("GET http://:80/ HTTP/1.1", .invalidHost),
    ("GET http://u@h/ HTTP/1.1", .invalidHost), ("CONNECT a:443 HTTP/1.1", .connectUnsupported),
    ("GET / HTTP/1.2", .unsupportedVersion), ("GET / HTTP/2.0", .unsupportedVersion),
    ("PRI * HTTP/2.0", .unsupportedVersion), ("GET / HTTP/0.9", .unsupportedVersion),
    ("GET / http/1.1", .malformedVersion), ("GET / HTTP/1.10", .malformedVersion), ("GET / HTTP/11", .malformedVersion),
    ("GET / HTTPS/1.1", .malformedVersion), ("GET / HTTP/a.b", .malformedVersion),
    ("GET / HTTP/1,1", .malformedVersion),
    ("GET /\rHTTP/1.1", .bareCarriageReturn), ("GET\r/ HTTP/1.1", .bareCarriageReturn),
    ("GET / \rHTTP/1.1", .bareCarriageReturn), ("GET / HTTP/1.1\r", .bareCarriageReturn),
  ])
  func refusesRequestLines(line: String, fault: HTTPFault) {
    #expect(requestFault("\r\n\(line)\r\nHost: a\r\n\r\n") == fault)
  }

  @Test(arguments: [
    (request("A: b\nC: d"), HTTPFault.bareLineFeed), ("GET / HTTP/1.1\nHost: a\r\n\r\n", .bareLineFeed),
    ("GET / HTTP/1.1\r\nHost: a\r\n\n", .bareLineFeed), ("\n", .lineEndBeforeStart),
    ("\nGET / HTTP/1.1\r\n", .lineEndBeforeStart),
    ("\r\n\nGET / HTTP/1.1\r\n", .lineEndBeforeStart), ("\rGET / HTTP/1.1\r\n", .lineEndBeforeStart),
    (request("A: b\rc"), .bareCarriageReturn), (request("A\rb: c"), .bareCarriageReturn),
    (request("A: b\r"), .bareCarriageReturn), (request("A: 0123456789abcdef\r"), .bareCarriageReturn),
    (request(" folded"), .foldedField), (request("\tfolded: a"), .foldedField),
    (request("Name"), .missingColon), (request("Name value"), .invalidFieldName),
    (request("Name : value"), .whitespaceBeforeColon), (request("Name\t: value"), .whitespaceBeforeColon),
    (request(": value"), .invalidFieldName), (request("N@me: value"), .invalidFieldName),
    (request("N\u{e9}: value"), .invalidFieldName), (request("N\u{0}: value"), .invalidFieldName),
    (request("A: b\u{0}"), .invalidFieldValue), (request("A: \u{1b}[0m, a longer value"), .invalidFieldValue),
    (request("A: \u{7f}"), .invalidFieldValue), (request("A: 0123456789\u{b}"), .invalidFieldValue),
  ])
  func refusesFieldLines(text: String, fault: HTTPFault) { #expect(requestFault(text) == fault) }

  @Test func refusesEveryControlByteAtEveryPositionOfAValueExceptTab() {
    for length in [1, 7, 8, 19] {
      for position in 0..<length {
        for byte in UInt8.min...UInt8.max where byte != 0x0A && byte != 0x0D {
          var value = [UInt8](repeating: 0x80, count: length)
          value[position] = byte
          let bytes = Array("GET / HTTP/1.1\r\nHost: a\r\nA:".utf8) + value + Array("\r\n\r\n".utf8)
          let isAllowed = byte == 0x09 || byte >= 0x20 && byte != 0x7F
          #expect(((try? parseRequest(bytes)) != nil) == isAllowed, "byte \(byte) at \(position) of \(length)")
        }
      }
    }
  }

  @Test func acceptsExactlyTokenBytesInFieldNames() {
    let others = Set("!#$%&'*+-.^_`|~".utf8)
    for byte in UInt8.min...UInt8.max where byte != 0x0A {
      let isLetter = (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
      let isToken = isLetter || (0x30...0x39).contains(byte) || others.contains(byte)
      let bytes = Array("GET / HTTP/1.1\r\nHost: a\r\nA".utf8) + [byte] + Array("B: c\r\n\r\n".utf8)
      let head = try? parseRequest(bytes)
      // A colon ends the name early, which leaves "B: c" in the value.
      #expect((head != nil) == (isToken || byte == 0x3A), "byte \(byte)")
    }
  }

  @Test(arguments: [
    (request("Host: a"), HTTPFault.repeatedHost), (request("host: b"), .repeatedHost),
    ("GET / HTTP/1.1\r\n\r\n", .missingHost), ("GET / HTTP/1.0\r\nHost: a\r\nHost: a\r\n\r\n", .repeatedHost),
    ("GET http://a/ HTTP/1.1\r\n\r\n", .missingHost),
  ])
  func wantsOneHost(text: String, fault: HTTPFault) { #expect(requestFault(text) == fault) }

  @Test(arguments: [
    "a/b", "a b", "u@h", "a:b", "a:80:90", "a?", "[::1", "[]", "[g]", "[::1]x", "é", "a\\b", "\"a\"", "<a>",
  ])
  func refusesHosts(host: String) { #expect(requestFault("GET / HTTP/1.1\r\nHost: \(host)\r\n\r\n") == .invalidHost) }

  @Test(arguments: ["", "a", "a.b-c_d~", "a:80", "a:", "127.0.0.1:1", "[::1]", "[::ffff:1.2.3.4]:80", "x%20y", "a,b"])
  func acceptsHosts(host: String) { #expect(requestFault("GET / HTTP/1.1\r\nHost: \(host)\r\n\r\n") == nil) }

  @Test func acceptsAnHTTP10RequestWithoutHost() throws {
    let head = try #require(try parseRequest("GET / HTTP/1.0\r\n\r\n".utf8))
    #expect(!head.isHTTP11)
    #expect(!head.keepsAlive)
  }

  @Test func skipsOneEmptyLineBeforeTheRequest() throws {
    let text = "\r\n" + request()
    let head = try #require(try parseRequest(text.utf8))
    #expect(head.length == text.utf8.count)
    #expect(head.path == "/")
    #expect(requestFault("\r\n" + text) == .lineEndBeforeStart)
  }

  @Test(arguments: [
    (request("Content-Length: 5", "Content-Length: 5"), HTTPFault.repeatedContentLength),
    (request("Content-Length: 5", "content-length: 6"), .repeatedContentLength),
    (request("Content-Length: 5, 5"), .invalidContentLength), (request("Content-Length: +5"), .invalidContentLength),
    (request("Content-Length: -5"), .invalidContentLength), (request("Content-Length:"), .invalidContentLength),
    (request("Content-Length: 5\t"), .invalidContentLength), (request("Content-Length: 5 \t "), .invalidContentLength),
    (request("Transfer-Encoding: chunked\t"), .unsupportedTransferCoding),
    (request("Content-Length: 5 5"), .invalidContentLength), (request("Content-Length: 0x5"), .invalidContentLength),
    (request("Content-Length: 9223372036854775808"), .invalidContentLength),
    (request("Content-Length: 99999999999999999999999"), .invalidContentLength),
    (request("Content-Length: 5", "Transfer-Encoding: chunked"), .contentLengthWithTransferEncoding),
    (request("Transfer-Encoding: chunked", "Content-Length: 5"), .contentLengthWithTransferEncoding),
    (request("Transfer-Encoding: chunked", "Transfer-Encoding: chunked"), .repeatedTransferEncoding),
    (request("Transfer-Encoding: gzip, chunked"), .unsupportedTransferCoding),
    (request("Transfer-Encoding: chunked, chunked"), .unsupportedTransferCoding),
    (request("Transfer-Encoding: identity"), .unsupportedTransferCoding),
    (request("Transfer-Encoding: xchunked"), .unsupportedTransferCoding),
    (request("Transfer-Encoding: \"chunked\""), .unsupportedTransferCoding),
    (request("Transfer-Encoding: chunked;q=1"), .unsupportedTransferCoding),
    (request("Transfer-Encoding: chunked\u{b}"), .invalidFieldValue),
    (request("Transfer-Encoding:"), .unsupportedTransferCoding),
    (request("Transfer-Encoding: chunked", version: "HTTP/1.0"), .transferEncodingInHTTP10),
    (request("Transfer-Encoding : chunked"), .whitespaceBeforeColon),
  ])
  func refusesAmbiguousFraming(text: String, fault: HTTPFault) { #expect(requestFault(text) == fault) }

  @Test(arguments: [
    (request(), BodyFraming.none), (request("Content-Length: 0"), .length(0)),
    (request("Content-Length: 007"), .length(7)),
    (request("Content-Length:\t9223372036854775807 "), .length(Int.max)),
    (request("Transfer-Encoding: chunked"), .chunked), (request("TRANSFER-ENCODING: Chunked"), .chunked),
  ])
  func framesBodies(text: String, framing: BodyFraming) throws {
    #expect(try parseRequest(text.utf8)?.framing == framing)
  }

  @Test(arguments: [
    (request(), true), (request("Connection: close"), false), (request("Connection: CLOSE"), false),
    (request("Connection: keep-alive"), true), (request("Connection: x, close"), false),
    (request("Connection: x,,\tClose ,y"), false), (request("Connection: closed"), true),
    (request("Connection: keep-alive", "Connection: close"), false), (request("Connection: keep-alive, close"), false),
    (request(version: "HTTP/1.0"), false), (request("Connection: Keep-Alive", version: "HTTP/1.0"), true),
    (request("Connection: keep-alive, close", version: "HTTP/1.0"), false),
  ])
  func decidesWhetherTheConnectionIsKept(text: String, keepsAlive: Bool) throws {
    #expect(try parseRequest(text.utf8)?.keepsAlive == keepsAlive)
  }

  @Test func understandsOneExpectationOnly() throws {
    #expect(try parseRequest(request("Expect: 100-Continue").utf8)?.expectsContinue == true)
    #expect(try parseRequest(request("Expect: 100-continue", version: "HTTP/1.0").utf8)?.expectsContinue == false)
    #expect(try parseRequest(request().utf8)?.expectsContinue == false)
    #expect(requestFault(request("Expect: 200-ok")) == .unknownExpectation)
    #expect(requestFault(request("Expect: 100-continue, x")) == .unknownExpectation)
    #expect(requestFault(request("Expect:")) == .unknownExpectation)
  }

  @Test func boundsTheHead() throws {
    let text = request("A: b")
    let length = text.utf8.count
    #expect(try parseRequest(text.utf8, limit: length)?.length == length)
    #expect(throws: HTTPFault.headTooLarge) { try parseRequest(text.utf8, limit: length - 1) }
    #expect(throws: HTTPFault.headTooLarge) { try parseRequest("GET /aaaaaaaaaaaaaaa".utf8, limit: 16) }
    #expect(try parseRequest("GET /aaaaaaaaaa".utf8, limit: 16) == nil)
  }

  @Test func boundsTheNumberOfFields() throws {
    let fields = String(repeating: "A: b\r\n", count: 255)
    #expect(try parseRequest("GET / HTTP/1.1\r\nHost: a\r\n\(fields)\r\n".utf8)?.fields.count == 256)
    #expect(requestFault("GET / HTTP/1.1\r\nHost: a\r\n\(fields)A: b\r\n\r\n") == .tooManyFields)
  }

  @Test func refusesTLSOnItsFirstByte() { #expect(requestFault("\u{16}") == .invalidMethod) }

  @Test func parsesOneHeadAfterTheOther() throws {
    var parser = RequestHeadParser(limit: 1024)
    for index in 0..<3 {
      let bytes = Array(request("X: \(index)").utf8)
      let head = try bytes.withUnsafeBytes { bytes throws(HTTPFault) in
        try parser.parse(bytes).map { ReadableRequest($0, in: bytes) }
      }
      #expect(head?.fields.map(\.value) == ["a", "\(index)"])
      #expect(head?.framing == BodyFraming.none)
    }
  }
}
