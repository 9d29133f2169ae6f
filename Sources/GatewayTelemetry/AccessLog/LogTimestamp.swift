import GatewayCore

/// Writes moments as RFC 3339 in UTC with milliseconds: `2026-01-01T00:00:00.000Z`. Remembers the last second, since
/// neighbouring lines mostly share it.
struct LogTimestamp {
  private var second: Int64 = .min
  /// Up to the point.
  private var text: String = ""

  mutating func append(unixNanoseconds: Int64, to buffer: inout ByteWriter) {
    let nanosecondsPerSecond: Int64 = 1_000_000_000
    var (whole, rest) = unixNanoseconds.quotientAndRemainder(dividingBy: nanosecondsPerSecond)
    if rest < 0 {
      rest += nanosecondsPerSecond
      whole -= 1
    }
    if whole != second {
      second = whole
      text = WallTime(milliseconds: whole * 1000).text.dropLast() + "."
    }
    buffer.append(unquoted: text)
    buffer.append(digits: UInt64(rest / 1_000_000), width: 3)
    buffer.append(byte: 0x5A)
  }
}
