import GatewayCore
import Logging

/// Writes `2026-01-01T00:00:00.000Z info listening address=127.0.0.1:8080 plane=gateway`: the message is static, values
/// are metadata in the order of their keys, quoted where they would not read back as one word.
struct ProgramLogHandler: LogHandler {
  var metadata: Logger.Metadata = [:]
  var metadataProvider: Logger.MetadataProvider?
  var logLevel: Logger.Level = .info
  private let descriptor: LogDescriptor
  private let clock: @Sendable () -> ClockOrigin

  init(descriptor: LogDescriptor, clock: @escaping @Sendable () -> ClockOrigin) {
    self.descriptor = descriptor
    self.clock = clock
  }

  subscript(metadataKey key: String) -> Logger.Metadata.Value? {
    get { metadata[key] }
    set { metadata[key] = newValue }
  }

  func log(event: LogEvent) {
    var values = metadata
    if let provided = metadataProvider?.get() { values.merge(provided) { $1 } }
    if let own = event.metadata { values.merge(own) { $1 } }
    if let error = event.error { values["error"] = "\(error)" }
    var line = ByteWriter(capacity: 512)
    var timestamp = LogTimestamp()
    timestamp.append(unixNanoseconds: clock().unixNanoseconds, to: &line)
    line.append(byte: 0x20)
    line.append(unquoted: event.level.rawValue)
    line.append(byte: 0x20)
    line.append(unquoted: Self.onOneLine(event.message.description))
    for (key, value) in values.sorted(by: { $0.key < $1.key }) {
      line.append(byte: 0x20)
      line.append(unquoted: key)
      line.append(byte: 0x3D)
      let text = value.description
      if Self.isOneWord(text) { line.append(unquoted: text) } else { line.append(quoted: text) }
    }
    line.append(byte: 0x0A)
    // Where standard error is closed there is nobody left to tell.
    try? descriptor.write(line.bytes, mayWait: { false })
  }

  private static func isOneWord(_ text: String) -> Bool {
    !text.isEmpty && text.utf8.allSatisfy { $0 > 0x20 && $0 != 0x22 && $0 != 0x3D && $0 != 0x5C && $0 != 0x7F }
  }

  /// The message with its control characters replaced, so that nothing can forge a second line.
  private static func onOneLine(_ message: String) -> String {
    guard message.utf8.contains(where: { $0 < 0x20 }) else { return message }
    return String(String.UnicodeScalarView(message.unicodeScalars.map { $0.value < 0x20 ? " " : $0 }))
  }
}
