import GatewayProxy

/// The faults with which the gateway refuses what NIOHTTP1 accepts, each on purpose, with its reason and an input.
enum StricterThanNIO {
  struct Rule: Sendable {
    let fault: HTTPFault
    let reason: String
    let direction: Direction
    /// Refused by the gateway with `fault`, accepted by NIOHTTP1.
    let example: String
  }

  static let faults = Set(rules.map(\.fault))

  static let rules: [Rule] = [
    Rule(
      fault: .malformedRequestLine, reason: "RFC 9112 §3: exactly one space between the parts of a request line.",
      direction: .requests, example: "GET  / HTTP/1.1\r\nHost: a\r\n\r\n"),
    Rule(
      fault: .malformedVersion, reason: "Only HTTP is served, neither ICE nor RTSP; one space before the version.",
      direction: .requests, example: "SOURCE / ICE/1.0\r\nHost: a\r\n\r\n"),
    Rule(
      fault: .invalidTarget, reason: "RFC 9112 §3.2: a request target has no fragment.", direction: .requests,
      example: "GET /a#b HTTP/1.1\r\nHost: a\r\n\r\n"),
    Rule(
      fault: .unsupportedTarget,
      reason: "RFC 9112 §3.2.4: only OPTIONS has the target '*'; only http(s) URLs are served.",
      direction: .requests, example: "GET * HTTP/1.1\r\nHost: a\r\n\r\n"),
    Rule(
      fault: .connectUnsupported, reason: "The gateway opens no tunnels.", direction: .requests,
      example: "CONNECT a:443 HTTP/1.1\r\nHost: a\r\n\r\n"),
    Rule(
      fault: .missingHost, reason: "RFC 9112 §3.2: an HTTP/1.1 request without Host is answered with 400.",
      direction: .requests, example: "GET / HTTP/1.1\r\n\r\n"),
    Rule(
      fault: .repeatedHost, reason: "RFC 9112 §3.2: so is one with two.", direction: .requests,
      example: "GET / HTTP/1.1\r\nHost: a\r\nHost: a\r\n\r\n"),
    Rule(
      fault: .invalidHost, reason: "RFC 9112 §3.2: so is one with an invalid Host.", direction: .requests,
      example: "GET / HTTP/1.1\r\nHost: a b\r\n\r\n"),
    Rule(
      fault: .unknownExpectation, reason: "RFC 9110 §10.1.1: an expectation that is not met is answered with 417.",
      direction: .requests, example: "GET / HTTP/1.1\r\nHost: a\r\nExpect: cake\r\n\r\n"),
    Rule(
      fault: .unsupportedTransferCoding,
      reason: "No provider needs another coding than chunked, and each is a chance to frame a message differently.",
      direction: .responses, example: "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\n\r\nhello"),
    Rule(
      fault: .repeatedTransferEncoding, reason: "Two codings, or one applied twice: see unsupportedTransferCoding.",
      direction: .responses,
      example: "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
    Rule(
      fault: .transferEncodingInHTTP10,
      reason: "RFC 9112 §6.1: its framing is faulty; an older hop would not have understood the coding.",
      direction: .requests, example: "POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
    Rule(
      fault: .invalidChunkExtension, reason: "RFC 9112 §7.1.1: an extension has a name.", direction: .requests,
      example: "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0;;a\r\n\r\n"),
    Rule(
      fault: .invalidTrailer, reason: "RFC 9110 §6.5.1: fields that frame or route a message are no trailers.",
      direction: .requests,
      example: "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\nHost: b\r\n\r\n"),
    Rule(
      fault: .lineEndBeforeStart,
      reason:
        "RFC 9112 §2.2 allows an empty line before a request; more of them, LF alone or any before a response are "
        + "signs of bytes left over from another message.",
      direction: .responses, example: "\r\nHTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"),
    Rule(
      fault: .malformedStatusLine,
      reason: "RFC 9112 §2.2 and §4: a CR that no LF follows ends no line; NIOHTTP1 ends a status line with it.",
      direction: .responses, example: "HTTP/1.1 200\r\rContent-Length: 0\r\n\r\n"),
    Rule(
      fault: .invalidContentLength,
      reason: "RFC 9110 §8.6: numbers that are too large must not overflow; what is past 2^63 cannot be counted here.",
      direction: .responsesToHEAD, example: "HTTP/1.1 200 OK\r\nContent-Length: 12618374452099416064\r\n\r\n"),
    Rule(
      fault: .invalidStatus, reason: "RFC 9110 §15: a status code is from 100 to 599.", direction: .responses,
      example: "HTTP/1.1 600 OK\r\nContent-Length: 0\r\n\r\n"),
    Rule(
      fault: .invalidReason, reason: "RFC 9112 §4: no control characters in a reason phrase.", direction: .responses,
      example: "HTTP/1.1 200 \u{1}\r\nContent-Length: 0\r\n\r\n"),
    Rule(
      fault: .unexpectedUpgrade, reason: "RFC 9110 §15.2.2: 101 answers only a request with Upgrade.",
      direction: .responses, example: "HTTP/1.1 101 Switching Protocols\r\n\r\n"),
    Rule(
      fault: .headTooLarge, reason: "The size of a head is bounded by the configuration.", direction: .requests,
      example: "GET / HTTP/1.1\r\nHost: a\r\nA: " + String(repeating: "a", count: 65536) + "\r\n\r\n"),
    Rule(
      fault: .chunkLineTooLong, reason: "Extensions mean nothing here and are bounded.", direction: .requests,
      example: chunked + "0;" + String(repeating: "a", count: 256) + "\r\n\r\n"),
    Rule(
      fault: .chunkSizeTooLarge, reason: "Leading zeros are bounded too: 16 digits write every size.",
      direction: .requests, example: chunked + String(repeating: "0", count: 17) + "\r\n\r\n"),
    Rule(
      fault: .trailersTooLarge, reason: "Trailers are dropped and bounded.", direction: .requests,
      example: chunked + "0\r\nA: " + String(repeating: "a", count: 8192) + "\r\n\r\n"),
  ]

  private static let chunked = "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
}
