import Foundation
import GatewayCore
import GatewayTelemetry
import Logging
import Testing

@Suite struct AccessLogTests {
  private let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

  private func telemetry(capacity: Int = 8192) -> Telemetry {
    var settings = Telemetry.Settings(version: "1")
    settings.accessLogCapacity = capacity
    return Telemetry(settings)
  }

  @Test func everySettledExchangeIsOneLine() throws {
    let telemetry = telemetry()
    let shards = [telemetry.makeShard(), telemetry.makeShard()]
    let pipe = Pipe()
    let log = try AccessLog(
      telemetry, to: .descriptor(pipe.fileHandleForWriting.fileDescriptor), logger: logger)
    log.start()
    for shard in shards { for _ in 0..<3 { shard.settled(Records.stream()) } }
    #expect(log.flush())
    shards[0].settled(Records.rejected(code: "last"))
    #expect(log.stop())
    try pipe.fileHandleForWriting.close()
    let text = String(decoding: try pipe.fileHandleForReading.readToEnd() ?? Data(), as: UTF8.self)
    #expect(text.split(separator: "\n").count == 7)
    #expect(text.contains("\"error_code\":\"last\""))
  }

  @Test func aFileIsAppendedTo() throws {
    let path = FileManager.default.temporaryDirectory.appending(path: "access-\(UUID()).log").path()
    defer { try? FileManager.default.removeItem(atPath: path) }
    for _ in 0..<2 {
      let telemetry = telemetry()
      let log = try AccessLog(telemetry, to: .file(path: path), logger: logger)
      log.start()
      telemetry.makeShard().settled(Records.stream())
      #expect(log.stop())
    }
    #expect(try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n").count == 2)
  }

  @Test func aPathThatCannotBeOpenedIsAnErrorThatNamesIt() {
    let error = #expect(throws: AccessLogError.self) {
      try AccessLog(telemetry(), to: .file(path: "/nowhere/access.log"), logger: logger)
    }
    #expect(error?.description == "cannot open the access log '/nowhere/access.log': No such file or directory")
  }

  @Test func linesBeyondTheCapacityAreDroppedAndCountedWhileMetricsGoOn() {
    let telemetry = telemetry(capacity: 5)
    let shard = telemetry.makeShard()
    for _ in 0..<8 { shard.settled(Records.stream()) }
    let scrape = Scrape(telemetry)
    #expect(scrape["sluice_access_log_dropped_total"] == "3")
    #expect(scrape["sluice_attempts_total{target=\"a/m\",outcome=\"success\"}"] == "8")
  }

  @Test func withoutALogNothingIsKeptAndNothingCountsAsDropped() {
    let telemetry = telemetry(capacity: 0)
    telemetry.makeShard().settled(Records.stream())
    #expect(Scrape(telemetry)["sluice_access_log_dropped_total"] == "0")
  }

  @Test func aReaderThatIsGoneCostsLinesButNotTheProcess() throws {
    let telemetry = telemetry()
    let shard = telemetry.makeShard()
    let pipe = Pipe()
    try pipe.fileHandleForReading.close()
    let log = try AccessLog(
      telemetry, to: .descriptor(pipe.fileHandleForWriting.fileDescriptor), logger: logger)
    log.start()
    for _ in 0..<4 { shard.settled(Records.stream()) }
    #expect(log.stop())
    #expect(Scrape(telemetry)["sluice_access_log_dropped_total"] == "4")
  }

  @Test func aReaderThatIsStuckDoesNotHoldUpTheEnd() throws {
    let telemetry = telemetry(capacity: 1000)
    let shard = telemetry.makeShard()
    let pipe = Pipe()
    let descriptor = pipe.fileHandleForWriting.fileDescriptor
    #expect(fcntl(descriptor, F_SETFL, O_NONBLOCK) == 0)
    let log = try AccessLog(telemetry, to: .descriptor(descriptor), logger: logger)
    // More than a pipe holds (64 KiB on Linux), so that the rest finds no room.
    for _ in 0..<1000 { shard.settled(Records.stream()) }
    log.start()
    #expect(log.stop(within: .seconds(10)))
    let dropped = try #require(Scrape(telemetry)["sluice_access_log_dropped_total"].flatMap { Int($0) })
    #expect(dropped > 0 && dropped < 1000)
  }
}
