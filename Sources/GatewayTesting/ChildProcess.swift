import CSpawn
package import Foundation
import Glibc
import Synchronization

/// A program started by a test, with its output in files.
///
/// Started by `posix_spawn` and not by Foundation's `Process`, which lists the open descriptors of the process beforehand and reads
/// behind the end of the list where there are more than some 1,300: with as many sockets as these tests have, it has crashed.
package final class ChildProcess: Sendable {
  package let identifier: Int32
  private let exit = Mutex<Int32?>(nil)
  private let outputFile: URL
  private let errorFile: URL

  /// - Parameters:
  ///   - environment: replaces the environment, but for `PATH` and `HOME`.
  ///   - input: what it reads from standard input; nil: nothing.
  package init(
    _ executable: String, _ arguments: [String], environment: [String: String] = [:], directory: URL,
    input: String? = nil
  ) throws {
    let outputFile = directory.appending(path: "stdout-\(UUID().uuidString)")
    let errorFile = directory.appending(path: "stderr-\(UUID().uuidString)")
    (self.outputFile, self.errorFile) = (outputFile, errorFile)
    for file in [outputFile, errorFile] { try Data().write(to: file) }
    var inputPath: String?
    if let input {
      let file = directory.appending(path: "stdin-\(UUID().uuidString)")
      try Data(input.utf8).write(to: file)
      inputPath = file.path
    }
    let own = ProcessInfo.processInfo.environment
    let variables = ["PATH": own["PATH"] ?? "/usr/bin:/bin", "HOME": directory.path].merging(environment) { $1 }
    let handles = [
      try inputPath.map { try FileHandle(forReadingFrom: URL(filePath: $0)) } ?? .nullDevice,
      try FileHandle(forWritingTo: outputFile), try FileHandle(forWritingTo: errorFile),
    ]
    let descriptors = handles.map(\.fileDescriptor)
    var started: pid_t = 0
    let code = Self.withPointers([executable] + arguments) { arguments in
      Self.withPointers(variables.map { "\($0)=\($1)" }) { variables in
        spawn_program(
          &started, executable, arguments, variables, directory.path, descriptors[0], descriptors[1], descriptors[2])
      }
    }
    withExtendedLifetime(handles) {}
    guard code == 0 else { throw POSIXError(POSIXErrorCode(rawValue: code) ?? .EINVAL) }
    let identifier = started
    self.identifier = identifier
    // Waited for on a thread of its own, whether anybody asks or not, so that its number stays its own until then.
    let thread = Thread { [weak self] in
      let code = await_program(identifier)
      self?.exit.withLock { $0 = code }
    }
    thread.stackSize = 64 << 10
    thread.start()
  }

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

  /// As C takes a list of texts.
  private static func withPointers<Result>(
    _ texts: [String], _ body: (UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>) -> Result
  ) -> Result {
    var pointers = texts.map { strdup($0) } + [nil]
    defer { for pointer in pointers { free(pointer) } }
    return pointers.withUnsafeMutableBufferPointer { buffer in
      guard let base = buffer.baseAddress else { preconditionFailure("a list ends with nil, so it is not empty") }
      return body(base)
    }
  }
}
