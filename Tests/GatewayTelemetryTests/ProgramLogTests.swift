import Foundation
import GatewayCore
import Logging
import Testing

@testable import GatewayTelemetry

@Suite struct ProgramLogTests {
  /// What `write` logs.
  private func text(_ write: (Logger) -> Void) throws -> String {
    let pipe = Pipe()
    let descriptor = LogDescriptor(number: pipe.fileHandleForWriting.fileDescriptor)
    let origin = ClockOrigin(instant: Instant(nanoseconds: 0), unixNanoseconds: 1_767_225_600_000_000_000)
    write(Logger(label: "test") { _ in ProgramLogHandler(descriptor: descriptor, clock: { origin }) })
    try pipe.fileHandleForWriting.close()
    return String(decoding: try pipe.fileHandleForReading.readToEnd() ?? Data(), as: UTF8.self)
  }

  @Test func aLineHasTimeLevelMessageAndSortedMetadata() throws {
    let text = try text {
      $0.info("listening", metadata: ["plane": "gateway", "address": "127.0.0.1:8080"])
    }
    #expect(text == "2026-01-01T00:00:00.000Z info listening address=127.0.0.1:8080 plane=gateway\n")
  }

  @Test func valuesThatAreNoSingleWordAreQuoted() throws {
    let text = try text {
      $0.error("failed", metadata: ["a": "two words", "b": "", "c": "x=y", "d": "say \"hi\"", "e": "one\ntwo"])
    }
    #expect(
      text == #"2026-01-01T00:00:00.000Z error failed a="two words" b="" c="x=y" d="say \"hi\"" e="one\ntwo""# + "\n")
  }

  @Test func aMessageCannotForgeASecondLine() throws {
    let text = try text { $0.warning("one\ntwo") }
    #expect(text == "2026-01-01T00:00:00.000Z warning one two\n")
  }

  @Test func metadataOfTheLoggerIsOverruledByThatOfTheEvent() throws {
    let text = try text { logger in
      var logger = logger
      logger[metadataKey: "a"] = "1"
      logger[metadataKey: "b"] = "1"
      logger.notice("x", metadata: ["b": "2"])
    }
    #expect(text == "2026-01-01T00:00:00.000Z notice x a=1 b=2\n")
  }

  @Test func eventsBelowTheLevelAreLeftOut() throws {
    #expect(try text { $0.debug("quiet") } == "")
  }
}
