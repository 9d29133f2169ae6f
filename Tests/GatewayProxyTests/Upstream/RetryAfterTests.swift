import NIOCore
import Testing

@testable import GatewayProxy

@Suite struct RetryAfterTests {
  private func parse(_ fields: String, now: Int = 784_111_770) throws -> Duration? {
    let bytes = ByteBuffer(string: "HTTP/1.1 429 Slow\r\n\(fields)\r\n")
    var parser = ResponseHeadParser(limit: 4096)
    let head = try bytes.withUnsafeReadableBytes { try parser.parse($0, requestWasHEAD: false) }
    return RetryAfter.parse(AnswerHead(try #require(head), bytes: bytes), secondsSince1970: now)
  }

  @Test func readsSeconds() throws { #expect(try parse("retry-after: 7\r\n") == .seconds(7)) }

  @Test func roundsFractionsUp() throws { #expect(try parse("Retry-After: 1.2\r\n") == .seconds(2)) }

  @Test func readsADate() throws {
    #expect(try parse("retry-after: Sun, 06 Nov 1994 08:49:37 GMT\r\n") == .seconds(7))
  }

  @Test func aDateThatIsPastMeansNow() throws {
    #expect(try parse("retry-after: Fri, 31 Dec 1993 23:59:59 GMT\r\n") == .zero)
  }

  @Test func millisecondsAreFiner() throws {
    #expect(try parse("retry-after: 9\r\nretry-after-ms: 1500\r\n") == .milliseconds(1500))
  }

  @Test(arguments: ["soon", "-1", "", "1e99", "nan", "Sun, 06 Nov 1994", "Sun, 99 Nov 1994 08:49:37 GMT"])
  func ignoresNonsense(_ value: String) throws { #expect(try parse("retry-after: \(value)\r\n") == nil) }

  @Test func datesRoundTrip() {
    for seconds in [0, 784_111_777, 951_782_400, 4_102_444_799] {
      #expect(RetryAfter.date(DateLine.imfFixdate(secondsSince1970: seconds)) == seconds)
    }
  }
}
