package import Logging

/// The program's own log: one line an event on standard error.
package enum ProgramLog {
  /// Makes every `Logger` of the process write here. Call once, before the first logger is made.
  package static func bootstrap(level: Logger.Level = .info) {
    LoggingSystem.bootstrap { _ in
      var handler = ProgramLogHandler(descriptor: LogDescriptor(number: 2), clock: ClockOrigin.current)
      handler.logLevel = level
      return handler
    }
  }
}
