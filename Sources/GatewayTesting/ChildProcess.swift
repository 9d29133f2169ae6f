package import Foundation
import Glibc
import Synchronization

/// A program started by a test, with its output in files.
package final class ChildProcess: Sendable {
  private let process: Mutex<Process>
  private let exit = Mutex<Int32?>(nil)
  private static let starting = Mutex(())
  private let outputFile: URL
  private let errorFile: URL

  /// - Parameters:
  ///   - environment: replaces the environment, but for `PATH` and `HOME`.
  ///   - input: what it reads from standard input; nil: nothing.
  package init(
    _ executable: String, _ arguments: [String], environment: [String: String] = [:], directory: URL,
    input: String? = nil
  ) throws {
    outputFile = directory.appending(path: "stdout-\(UUID().uuidString)")
    errorFile = directory.appending(path: "stderr-\(UUID().uuidString)")
    for file in [outputFile, errorFile] { try Data().write(to: file) }
    let own = ProcessInfo.processInfo.environment
    let child = Process()
    child.executableURL = URL(filePath: executable)
    child.arguments = arguments
    child.environment = ["PATH": own["PATH"] ?? "/usr/bin:/bin", "HOME": directory.path]
      .merging(environment) { $1 }
    child.currentDirectoryURL = directory
    child.standardInput = FileHandle.nullDevice
    if let input {
      let file = directory.appending(path: "stdin-\(UUID().uuidString)")
      try Data(input.utf8).write(to: file)
      child.standardInput = try FileHandle(forReadingFrom: file)
    }
    child.standardOutput = try FileHandle(forWritingTo: outputFile)
    child.standardError = try FileHandle(forWritingTo: errorFile)
    process = Mutex(child)
    child.terminationHandler = { [weak self] ended in
      // A signal reads as 128 + its number, as in a shell.
      let code = ended.terminationReason == .exit ? ended.terminationStatus : 128 + ended.terminationStatus
      self?.exit.withLock { $0 = code }
    }
    // Two at once have crashed within Foundation.
    try Self.starting.withLock { _ in try Self.withNoSignalBlocked { try child.run() } }
  }

  package var identifier: Int32 { process.withLock { $0.processIdentifier } }

  /// `nil` while it runs; 128 and the number of the signal that ended it, as in a shell.
  package var exitCode: Int32? { exit.withLock { $0 } }

  package var output: String { text(of: outputFile) }

  package var errorOutput: String { text(of: errorFile) }

  package func signal(_ number: Int32) {
    guard exitCode == nil else { return }
    kill(identifier, number)
  }

  /// Waits for the end of the program.
  package func exited(within limit: Duration = patience) async throws -> Int32 {
    try await eventually("the program ends", within: limit) { self.exitCode }
  }

  private func text(of file: URL) -> String {
    (try? Data(contentsOf: file)).map { String(decoding: $0, as: UTF8.self) } ?? ""
  }

  /// A child takes over the signal mask of the thread that starts it, and the threads of tests block most signals.
  private static func withNoSignalBlocked(_ body: () throws -> Void) rethrows {
    var none = sigset_t()
    var before = sigset_t()
    sigemptyset(&none)
    pthread_sigmask(SIG_SETMASK, &none, &before)
    defer { pthread_sigmask(SIG_SETMASK, &before, nil) }
    try body()
  }
}
