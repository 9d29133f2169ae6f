import ArgumentParser
import Foundation
import Logging

/// `--config` and `--data`.
struct ConfigurationLocation: ParsableArguments {
  @Option(help: ArgumentHelp("The configuration; ./sluice.yaml if it exists, else none.", valueName: "FILE"))
  var config: String?

  @Option(help: ArgumentHelp("Where the database and the first key are kept.", valueName: "DIR"))
  var data: String?

  /// The file to read; `nil`: no-file mode.
  var file: String? {
    if let config { return config }
    return FileManager.default.fileExists(atPath: "sluice.yaml") ? "sluice.yaml" : nil
  }

  /// `--data`, else `$XDG_STATE_HOME/sluice`, else `~/.local/state/sluice`.
  var dataDirectory: String {
    if let data { return data }
    let environment = ProcessInfo.processInfo.environment
    if let state = environment["XDG_STATE_HOME"], state.hasPrefix("/") { return state + "/sluice" }
    return (environment["HOME"] ?? NSHomeDirectory()) + "/.local/state/sluice"
  }
}

enum LogLevel: String, ExpressibleByArgument, CaseIterable {
  case trace, debug, info, notice, warning, error

  var level: Logger.Level {
    switch self {
    case .trace: .trace
    case .debug: .debug
    case .info: .info
    case .notice: .notice
    case .warning: .warning
    case .error: .error
    }
  }
}

/// What a person at the terminal reads beside the program log.
enum ErrorOutput {
  static func write(_ text: String) { FileHandle.standardError.write(Data(text.utf8)) }
}
