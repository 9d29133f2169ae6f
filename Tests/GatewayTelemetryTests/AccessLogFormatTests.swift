import Foundation
import GatewayCore
import Testing

@testable import GatewayTelemetry

@Suite struct AccessLogFormatTests {
  // 2026-01-01T00:00:00Z at 1 s of the monotonic clock.
  private static let origin = ClockOrigin(
    instant: Instant(nanoseconds: 1000 * Records.milliseconds), unixNanoseconds: 1_767_225_600_000_000_000)

  private func line(_ record: ExchangeRecord) -> String {
    var buffer = ByteWriter(capacity: 1)
    var format = AccessLogFormat(origin: Self.origin)
    format.append(record, to: &buffer)
    return String(decoding: buffer.bytes, as: UTF8.self)
  }

  private func object(_ record: ExchangeRecord) throws -> [String: Any] {
    try #require(try JSONSerialization.jsonObject(with: Data(line(record).utf8)) as? [String: Any])
  }

  @Test func aRefusedExchangeIsThisLine() {
    #expect(
      line(Records.rejected(code: "invalid_api_key")) == """
        {"timestamp":"2026-01-01T00:00:00.000Z","id":"0000000000000001daa66d2c7ddf743f","outcome":"rejected",\
        "status":401,"method":"","path":"","surface":"chat.completions","stream":false,"attempts":[],\
        "duration_ms":0.000,"bytes_in":0,"bytes_out":0,"error_code":"invalid_api_key","revision":0}

        """)
  }

  @Test func aStreamTellsItsTimesAndTokens() throws {
    let object = try object(Records.stream())
    #expect(object["timestamp"] as? String == "2026-01-01T00:00:00.900Z")
    #expect(object["ttft_ms"] as? Double == 200)
    #expect(object["duration_ms"] as? Double == 900)
    #expect(object["stream"] as? Bool == true)
    let usage = try #require(object["usage"] as? [String: Any])
    #expect(usage["input_cached"] as? Int == 5)
    #expect(usage["reasoning"] as? Int == 2)
    #expect(usage["estimated"] as? Bool == false)
  }

  @Test func aTraceThatSomebodyRecordsIsNamed() throws {
    var random = RandomSequence(seed: 1)
    func logged(_ ratio: Double) throws -> String? {
      var record = Records.stream()
      record.trace = .begin(under: nil, state: "", sampling: TraceSampling(ratio: ratio), random: &random)
      let id = record.trace?.id.description
      let found = try object(record)["trace_id"] as? String
      #expect(found == nil || found == id)
      return found
    }
    #expect(try logged(1) != nil)
    #expect(try logged(0) == nil)
  }

  @Test func everyAttemptIsListedWithItsFailure() throws {
    var record = Records.stream(target: "b/m")
    var failed = Records.attempt(
      "a/m", failure: UpstreamFailure(.timeout, status: 200, timer: .firstToken, reason: "no token in 30 s"))
    failed.credential = "a#1"
    record.attempts = [failed, Records.attempt("b/m")]
    let attempts = try #require(try object(record)["attempts"] as? [[String: Any]])
    #expect(attempts.count == 2)
    #expect(attempts[0]["credential"] as? String == "a#1")
    #expect(attempts[0]["failure"] as? String == "timeout")
    #expect(attempts[0]["timer"] as? String == "first-token")
    #expect(attempts[0]["reason"] as? String == "no token in 30 s")
    #expect(attempts[0]["ms"] as? Double == 10)
    #expect(attempts[1]["failure"] == nil)
  }

  @Test func everyCharacterSurvivesTheEscaping() throws {
    let text = String(String.UnicodeScalarView((0...0xFF).compactMap { Unicode.Scalar(UInt32($0)) })) + "\u{2028}🚰"
    var record = Records.stream()
    record.model = text
    let line = line(record)
    #expect(line.utf8.count { $0 == 0x0A } == 1 && line.hasSuffix("\n"))
    #expect(try object(record)["model"] as? String == text)
  }

  @Test func theQueryOfAPathIsCutOff() throws {
    var record = Records.stream()
    record.path = "/v1/models?api_key=sk-secret"
    #expect(try object(record)["path"] as? String == "/v1/models")
    #expect(!line(record).contains("sk-secret"))
  }

  @Test func numbersAreWrittenWhole() {
    var buffer = ByteWriter(capacity: 1)
    for number in [0, 9, 10, -1, Int.max, Int.min] {
      buffer.append(number)
      buffer.append(byte: 0x20)
    }
    buffer.append(nanosecondsAsMilliseconds: 1_234_567_000)
    #expect(
      String(decoding: buffer.bytes, as: UTF8.self)
        == "0 9 10 -1 9223372036854775807 -9223372036854775808 1234.567")
  }

  @Test(arguments: [
    (0, "1970-01-01T00:00:00.000Z"), (-1_000_000, "1969-12-31T23:59:59.999Z"),
    (951_782_399_999_000_000, "2000-02-28T23:59:59.999Z"), (951_782_400_000_000_000, "2000-02-29T00:00:00.000Z"),
    (4_107_542_399_123_456_789, "2100-02-28T23:59:59.123Z"), (4_107_542_400_000_000_000, "2100-03-01T00:00:00.000Z"),
  ])
  func datesFollowTheCalendar(nanoseconds: Int64, text: String) {
    var buffer = ByteWriter()
    var timestamp = LogTimestamp()
    timestamp.append(unixNanoseconds: nanoseconds, to: &buffer)
    #expect(String(decoding: buffer.bytes, as: UTF8.self) == text)
  }
}
