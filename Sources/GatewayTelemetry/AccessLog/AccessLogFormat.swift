import GatewayCore

/// Turns an exchange record into one JSON object on one line. Absent members are left out. Nothing of a prompt, an
/// answer or a credential is in a record, and the query of the path is cut off because callers put keys there.
struct AccessLogFormat {
  private let origin: ClockOrigin
  private var timestamp = LogTimestamp()

  init(origin: ClockOrigin) { self.origin = origin }

  /// The record stays where it lies: a copy has some thirty texts and lists to be retained.
  mutating func append(_ exchange: SettledExchange, to line: inout ByteWriter) {
    append(exchange.record, to: &line)
  }

  mutating func append(_ record: ExchangeRecord, to line: inout ByteWriter) {
    line.append("{\"timestamp\":\"")
    timestamp.append(unixNanoseconds: origin.unixNanoseconds(at: record.endedAt), to: &line)
    line.append("\",\"id\":\"")
    line.append(record.id)
    line.append(byte: 0x22)
    Self.append(",\"client_request_id\":", record.clientRequestID, to: &line)
    if let trace = record.traceID {
      line.append(",\"trace_id\":\"")
      line.append(unquoted: trace.description)
      line.append(byte: 0x22)
    }
    Self.append(",\"outcome\":", record.outcome.rawValue, to: &line)
    line.append(",\"status\":")
    line.append(record.status)
    Self.append(",\"method\":", record.method, to: &line)
    line.append(",\"path\":")
    line.append(quoted: record.path, before: UInt8(ascii: "?"))
    Self.append(",\"surface\":", record.surface?.rawValue, to: &line)
    if record.isStream { line.append(",\"stream\":true") } else { line.append(",\"stream\":false") }
    Self.append(",\"consumer\":", record.consumer, to: &line)
    Self.append(",\"team\":", record.team, to: &line)
    Self.append(",\"organisation\":", record.organisation, to: &line)
    Self.append(",\"key\":", record.key, to: &line)
    if let id = record.keyID {
      line.append(",\"key_id\":")
      line.append(Int(id))
    }
    Self.append(",\"subject\":", record.subject, to: &line)
    Self.append(",\"model\":", record.model, to: &line)
    Self.append(",\"route\":", record.route, to: &line)
    Self.append(",\"version\":", record.version, to: &line)
    Self.append(",\"target\":", record.target, to: &line)
    Self.append(",\"provider\":", record.provider, to: &line)
    Self.append(record.attempts, to: &line)
    if !record.passedOver.isEmpty { Self.append(record.passedOver, to: &line) }
    if let usage = record.usage { Self.append(usage, to: &line) }
    if let cost = record.cost { Self.append(cost, to: &line) }
    Self.append(",\"cache\":", record.cache?.rawValue, to: &line)
    if let saved = record.saved { Self.append(",\"saved\":", saved.description, to: &line) }
    if let media = record.media { Self.append(media, to: &line) }
    if let firstToken = record.firstTokenAt {
      line.append(",\"ttft_ms\":")
      line.append(nanosecondsAsMilliseconds: firstToken.nanoseconds(since: record.startedAt))
    }
    line.append(",\"duration_ms\":")
    line.append(nanosecondsAsMilliseconds: record.endedAt.nanoseconds(since: record.startedAt))
    line.append(",\"bytes_in\":")
    line.append(record.bytesIn)
    line.append(",\"bytes_out\":")
    line.append(record.bytesOut)
    Self.append(",\"error_code\":", record.errorCode, to: &line)
    Self.append(",\"error_message\":", record.errorMessage, to: &line)
    if let closeCode = record.closeCode {
      line.append(",\"close_code\":")
      line.append(closeCode)
    }
    Self.append(",\"client_address\":", record.clientAddress, to: &line)
    line.append(",\"revision\":")
    line.append(record.revision)
    line.append("}\n")
  }

  private static func append(_ attempts: [ExchangeRecord.Attempt], to line: inout ByteWriter) {
    line.append(",\"attempts\":[")
    for index in attempts.indices {
      line.append(index == 0 ? "{\"target\":" : ",{\"target\":")
      line.append(quoted: attempts[index].target)
      append(",\"credential\":", attempts[index].credential, to: &line)
      if let status = attempts[index].status {
        line.append(",\"status\":")
        line.append(status)
      }
      line.append(",\"ms\":")
      line.append(nanosecondsAsMilliseconds: attempts[index].endedAt.nanoseconds(since: attempts[index].startedAt))
      if let failure = attempts[index].failure {
        append(",\"failure\":", failure.kind.rawValue, to: &line)
        append(",\"timer\":", failure.timer?.rawValue, to: &line)
        append(",\"reason\":", failure.reason, to: &line)
      }
      line.append(byte: 0x7D)
    }
    line.append(byte: 0x5D)
  }

  private static func append(_ targets: [ExchangeRecord.PassedOver], to line: inout ByteWriter) {
    line.append(",\"passed_over\":[")
    for index in targets.indices {
      line.append(index == 0 ? "{\"target\":" : ",{\"target\":")
      line.append(quoted: targets[index].target)
      append(",\"code\":", targets[index].code, to: &line)
      line.append(byte: 0x7D)
    }
    line.append(byte: 0x5D)
  }

  private static func append(_ usage: TokenUsage, to line: inout ByteWriter) {
    line.append(",\"usage\":{\"input_uncached\":")
    line.append(usage.inputUncached)
    line.append(",\"input_cached\":")
    line.append(usage.inputCached)
    line.append(",\"cache_write\":")
    line.append(usage.cacheWrite)
    line.append(",\"input_audio\":")
    line.append(usage.inputAudio)
    line.append(",\"output\":")
    line.append(usage.output)
    line.append(",\"reasoning\":")
    line.append(usage.reasoning)
    line.append(",\"output_audio\":")
    line.append(usage.outputAudio)
    if usage.isEstimated { line.append(",\"estimated\":true}") } else { line.append(",\"estimated\":false}") }
  }

  private static func append(_ cost: ExchangeRecord.Cost, to line: inout ByteWriter) {
    line.append(",\"cost\":{\"amount\":\"")
    line.append(billionths: cost.money.billionths)
    line.append(byte: 0x22)
    append(",\"currency\":", cost.money.currency.code, to: &line)
    append(",\"price\":", cost.priceVersion, to: &line)
    line.append(byte: 0x7D)
  }

  private static func append(_ media: ExchangeRecord.Media, to line: inout ByteWriter) {
    line.append(",\"media\":{\"fetched\":")
    line.append(media.fetched)
    line.append(",\"bytes\":")
    line.append(media.bytes)
    append(",\"failure\":", media.failure?.rawValue, to: &line)
    line.append(byte: 0x7D)
  }

  private static func append(_ name: StaticString, _ text: String?, to line: inout ByteWriter) {
    guard let text else { return }
    line.append(name)
    line.append(quoted: text)
  }
}
