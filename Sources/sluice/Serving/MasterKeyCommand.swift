import CSpawn
import Foundation
import GatewayCore
import Synchronization

/// A command that prints a master key: the hook for a key management service or a hardware module.
struct MasterKeyCommand {
  private static let limit: Duration = .seconds(10)
  // Many times a key in any form.
  private static let maximumBytes = 4096

  let line: String

  /// Blocks for 10 s at most.
  func run() throws(MasterKeyFault) -> Secret {
    let (output, errors) = (Pipe(), Pipe())
    let ended = DispatchSemaphore(value: 0)
    let status = Mutex<Int32>(0)
    let program = try start(output, errors)
    Thread.detachNewThread {
      let code = await_program(program)
      status.withLock { $0 = code }
      ended.signal()
    }
    guard ended.wait(timeout: .now() + .nanoseconds(Int(Self.limit.wholeNanoseconds))) == .success else {
      // With what it has started.
      kill(-program, SIGTERM)
      throw MasterKeyFault("the command of the master key did not end within 10 s")
    }
    let code = status.withLock { $0 }
    guard code == 0 else {
      let said = Self.firstLine(of: errors)
      throw MasterKeyFault("the command of the master key ended with \(code)" + (said.isEmpty ? "" : ": \(said)"))
    }
    let printed = (try? output.fileHandleForReading.read(upToCount: Self.maximumBytes)) ?? Data()
    guard let text = String(data: printed, encoding: .utf8), !text.isEmpty else {
      throw MasterKeyFault("the command of the master key printed nothing")
    }
    return Secret(text)
  }

  /// Not by Foundation's `Process`: it reads behind the end of its list of descriptors where a gateway has more than some 1,300.
  private func start(_ output: Pipe, _ errors: Pipe) throws(MasterKeyFault) -> pid_t {
    let words: [String] = ["/bin/sh", "-c", line]
    var arguments: [UnsafeMutablePointer<CChar>?] = words.map { strdup($0) } + [nil]
    defer { for argument in arguments { free(argument) } }
    var started: pid_t = 0
    let code = spawn_program(
      &started, "/bin/sh", &arguments, nil, nil, FileHandle.nullDevice.fileDescriptor,
      output.fileHandleForWriting.fileDescriptor, errors.fileHandleForWriting.fileDescriptor)
    // Else nobody would find their ends.
    try? output.fileHandleForWriting.close()
    try? errors.fileHandleForWriting.close()
    guard code == 0 else {
      throw MasterKeyFault("the command of the master key cannot be run: \(String(cString: strerror(code)))")
    }
    return started
  }

  private static func firstLine(of pipe: Pipe) -> String {
    let said = (try? pipe.fileHandleForReading.read(upToCount: maximumBytes)) ?? Data()
    let line = String(decoding: said, as: UTF8.self).split(whereSeparator: \.isNewline).first ?? ""
    return String(line.prefix(200))
  }
}
