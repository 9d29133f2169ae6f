import GatewayCore
import Logging
import Synchronization

/// Takes the records of all shards, formats them and writes them. Lives on the access log's thread.
struct AccessLogWriter: ~Copyable {
  private let telemetry: Telemetry
  private let descriptor: LogDescriptor
  private let logger: Logger
  private let writeSize: Int
  private var batch: [SettledExchange] = []
  private var buffer: ByteWriter
  private var isFailing = false

  init(telemetry: Telemetry, descriptor: LogDescriptor, logger: Logger, writeSize: Int) {
    self.telemetry = telemetry
    self.descriptor = descriptor
    self.logger = logger
    self.writeSize = writeSize
    buffer = ByteWriter(capacity: 16 << 10)
  }

  /// Writes every record that is pending now: one `write(2)` a batch, several where it is larger than `writeSize`.
  mutating func writeAll(origin: ClockOrigin, mayWait: () -> Bool) {
    var format = AccessLogFormat(origin: origin)
    var lines = 0
    for shard in telemetry.shards {
      shard.swapPending(&batch)
      for exchange in batch {
        format.append(exchange, to: &buffer)
        lines += 1
        if buffer.count >= writeSize { write(&lines, mayWait: mayWait) }
      }
      batch.removeAll(keepingCapacity: true)
    }
    if lines > 0 { write(&lines, mayWait: mayWait) }
  }

  private mutating func write(_ lines: inout Int, mayWait: () -> Bool) {
    do throws(LogDescriptor.WriteFailure) {
      try descriptor.write(buffer.bytes, mayWait: mayWait)
      if isFailing { logger.notice("access log is written again") }
      isFailing = false
    } catch {
      let unwritten = unwrittenLines(after: error.written)
      telemetry.unwrittenLines.wrappingAdd(unwritten, ordering: .relaxed)
      if !isFailing {
        logger.error(
          "access log cannot be written; lines are dropped until it can",
          metadata: ["reason": "\(LogDescriptor.describe(error.code))"])
      }
      isFailing = true
    }
    buffer.removeAll()
    lines = 0
  }

  /// Lines of the buffer that were not written whole when `written` bytes were.
  private func unwrittenLines(after written: Int) -> Int {
    var count = 0
    for byte in buffer.bytes[written...] where byte == 0x0A { count += 1 }
    return count
  }
}
